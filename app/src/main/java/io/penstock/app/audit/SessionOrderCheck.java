package io.penstock.app.audit;

import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Lane;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * I6: per session, lane and partition it was read from, the place of a first decision in its route task's order goes up
 * with the offset of its request; and no route task gives a place twice.
 */
final class SessionOrderCheck {
    private record Stream(String tenant, String session, Lane lane, String topic, int partition) {}

    private record Task(Lane lane, int partition) {}

    private record Decided(String requestId, long offset, long sequence) {}

    private final Findings findings;
    private final Map<Stream, List<Decided>> streams = new HashMap<>();
    private final Map<Task, Set<Long>> taken = new HashMap<>();

    SessionOrderCheck(Findings findings) {
        this.findings = findings;
    }

    void decision(Decision decision) {
        findings.checked(Invariant.I6);
        Task task = new Task(decision.getLane(), decision.getRoutePartition());
        long sequence = decision.getRouteSequence();
        if (!taken.computeIfAbsent(task, t -> new HashSet<>()).add(sequence)) {
            findings.violation(
                    Invariant.I6,
                    decision.getTenant() + '/' + decision.getRequestId(),
                    "has route sequence " + sequence + " of " + task + ", which another decision has too");
        }
        String session = decision.getSessionId();
        if (session != null && decision.getAttempt() == 1 && decision.getKind() != DecisionKind.ACCEPTED) {
            Stream stream = new Stream(
                    decision.getTenant(),
                    session,
                    decision.getLane(),
                    decision.getSourceTopic(),
                    decision.getSourcePartition());
            streams.computeIfAbsent(stream, s -> new ArrayList<>())
                    .add(new Decided(decision.getRequestId(), decision.getSourceOffset(), sequence));
        }
    }

    void finish() {
        streams.forEach((stream, decided) -> {
            decided.sort(Comparator.comparingLong(Decided::offset));
            for (int i = 1; i < decided.size(); i++) {
                Decided earlier = decided.get(i - 1);
                Decided later = decided.get(i);
                if (later.sequence() <= earlier.sequence()) {
                    findings.violation(
                            Invariant.I6,
                            stream.tenant() + '/' + later.requestId(),
                            "came after " + earlier.requestId() + " in its session at " + stream.topic() + "-"
                                    + stream.partition() + ", but was routed before it (" + later.sequence() + " <= "
                                    + earlier.sequence() + ")");
                }
            }
        });
    }
}
