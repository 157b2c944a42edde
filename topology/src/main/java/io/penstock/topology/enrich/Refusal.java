package io.penstock.topology.enrich;

/**
 * Why a readable request cannot be served.
 *
 * @param reason a word to count by, e.g. {@code invalid_parameter}
 * @param detail names the field, the value and what would be right; never text of the prompt
 */
public record Refusal(String reason, String detail) {}
