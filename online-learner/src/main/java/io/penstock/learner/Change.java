package io.penstock.learner;

/**
 * A change of a model's quality, found in one shard's verdicts.
 *
 * @param at decisions before this time (milliseconds) are of the old model
 * @param before mean quality before the change, less what the prompts explain
 * @param after the same since
 * @param verdicts how many since
 * @param kept what the weight of everything before {@code at} is multiplied by, a power of two
 */
public record Change(long at, double before, double after, long verdicts, double kept) {}
