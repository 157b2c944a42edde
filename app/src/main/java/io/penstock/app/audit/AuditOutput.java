package io.penstock.app.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.app.plot.TextTable;

/** An audit's report in words and as JSON. */
public final class AuditOutput {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private AuditOutput() {}

    /** For people. */
    public static String text(AuditReport report) {
        TextTable table = new TextTable("invariant", "checked", "open", "violations");
        for (AuditReport.Row row : report.rows()) {
            table.row(
                    row.invariant() + " " + row.invariant().promise(),
                    Long.toString(row.checked()),
                    Long.toString(row.open()),
                    Long.toString(row.violations()));
        }
        StringBuilder text = new StringBuilder(table.toString());
        report.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
        for (Violation violation : report.violations()) {
            text.append(violation.invariant())
                    .append(' ')
                    .append(violation.subject())
                    .append(": ")
                    .append(violation.what())
                    .append('\n');
        }
        long records = report.recordsByTopic().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        text.append(records).append(" records read: ");
        return text.append(report.isClean() ? "no violation" : "VIOLATIONS FOUND")
                .append('\n')
                .toString();
    }

    /** For programs; ends with a line break. */
    public static String json(AuditReport report) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("clean", report.isClean());
        ObjectNode invariants = root.putObject("invariants");
        for (AuditReport.Row row : report.rows()) {
            invariants
                    .putObject(row.invariant().name())
                    .put("checked", row.checked())
                    .put("open", row.open())
                    .put("violations", row.violations());
        }
        ArrayNode violations = root.putArray("violations");
        for (Violation violation : report.violations()) {
            violations
                    .addObject()
                    .put("invariant", violation.invariant().name())
                    .put("subject", violation.subject())
                    .put("what", violation.what());
        }
        ArrayNode notes = root.putArray("notes");
        report.notes().forEach(notes::add);
        ObjectNode records = root.putObject("records");
        report.recordsByTopic().forEach(records::put);
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of numbers and strings can always be written", e);
        }
    }
}
