package io.penstock.app.audit;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an audit found.
 *
 * @param rows one per invariant
 * @param violations the first of each invariant
 * @param notes what limits the audit, in sentences
 * @param recordsByTopic how many records were read, by topic
 */
public record AuditReport(
        List<Row> rows, List<Violation> violations, List<String> notes, Map<String, Long> recordsByTopic) {

    /**
     * @param checked requests (I1), attempts (I2), verdicts and policies (I3), policy records (I4), decisions (I6)
     * @param open not finished yet, so neither right nor wrong
     */
    public record Row(Invariant invariant, long checked, long violations, long open) {}

    public AuditReport {
        rows = List.copyOf(rows);
        violations = List.copyOf(violations);
        notes = List.copyOf(notes);
        recordsByTopic = new TreeMap<>(recordsByTopic);
    }

    public boolean isClean() {
        return rows.stream().allMatch(row -> row.violations() == 0);
    }

    public Row row(Invariant invariant) {
        return rows.stream()
                .filter(row -> row.invariant() == invariant)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no row of " + invariant));
    }
}
