package io.penstock.app.audit;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the checks found so far. Keeps every count and the first violations. Not thread-safe. */
final class Findings {
    private static final int KEPT_PER_INVARIANT = 20;

    private final Map<Invariant, Tally> tallies = new EnumMap<>(Invariant.class);
    private final List<Violation> kept = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private static final class Tally {
        private long checked;
        private long violations;
        private long open;
    }

    Findings() {
        for (Invariant invariant : Invariant.values()) {
            tallies.put(invariant, new Tally());
        }
    }

    private Tally tally(Invariant invariant) {
        return tallies.computeIfAbsent(invariant, i -> new Tally());
    }

    void checked(Invariant invariant) {
        tally(invariant).checked++;
    }

    /** Something that is not finished yet, and no violation as long as the system is at work. */
    void open(Invariant invariant) {
        tally(invariant).open++;
    }

    void violation(Invariant invariant, String subject, String what) {
        Tally tally = tally(invariant);
        if (tally.violations++ < KEPT_PER_INVARIANT) {
            kept.add(new Violation(invariant, subject, what));
        }
    }

    /** Something a reader of the report should know that is no violation. */
    void note(String sentence) {
        notes.add(sentence);
    }

    AuditReport report(Map<String, Long> recordsByTopic) {
        List<AuditReport.Row> rows = new ArrayList<>();
        tallies.forEach((invariant, tally) ->
                rows.add(new AuditReport.Row(invariant, tally.checked, tally.violations, tally.open)));
        return new AuditReport(rows, kept, notes, recordsByTopic);
    }
}
