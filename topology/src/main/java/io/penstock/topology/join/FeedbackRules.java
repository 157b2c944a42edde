package io.penstock.topology.join;

import io.penstock.event.Feedback;
import io.penstock.event.ResponseKind;
import java.util.ArrayList;
import java.util.List;

/**
 * What feedback does: each feedback id judges the answer once; another value under the same id corrects it. Several ids are
 * several observations. At most {@value #MAX_VERDICTS} ids are remembered, fewer if a closed request would grow too large;
 * what is beyond is counted and moves nothing, since it could not be told from a duplicate later.
 */
final class FeedbackRules {
    private static final int MAX_VERDICTS = 8;
    private static final String QUALITY = "quality";

    private FeedbackRules() {}

    static void apply(Step step, Feedback feedback) {
        if (!feedback.getKind().equals(QUALITY)) {
            step.count("join.feedback-not-quality");
        } else if (step.weights().forged(feedback)) {
            step.count("join.feedback-not-audited");
            step.emit(new Effect.DeadLetterOut(
                    new Event.FeedbackSeen(feedback),
                    "not_audited",
                    "source " + VerdictWeights.AUDIT + " may only judge answers with an audit_probability"));
        } else if (!(step.state() instanceof Closed closed)) {
            step.hold(new Event.FeedbackSeen(feedback));
        } else if (closed.kind() != ResponseKind.ANSWERED) {
            step.count("join.feedback-without-answer");
        } else {
            judge(step, closed, feedback);
        }
    }

    private static void judge(Step step, Closed closed, Feedback feedback) {
        Closed.Judged judged = closed.judgedBy(feedback.getDecisionId());
        if (judged == null) {
            step.count(closed.answer() == null ? "join.feedback-forgotten" : "join.feedback-of-other-attempt");
            return;
        }
        Verdict known = closed.verdict(feedback.getFeedbackId());
        if (known == null) {
            first(step, closed, judged, feedback);
            return;
        }
        Verdict verdict = Verdict.of(feedback.getFeedbackId(), feedback.getValue(), known.weight());
        if (known.quality() == verdict.quality()) {
            step.count("join.duplicate-feedback");
        } else {
            step.become(closed.withVerdicts(closed.verdicts().stream()
                    .map(one -> one.equals(known) ? verdict : one)
                    .toList()));
            if (known.weight() > 0) {
                step.emit(Records.corrected(closed, judged, feedback, known));
            } else {
                step.count("join.feedback-source-capped");
            }
        }
    }

    private static void first(Step step, Closed closed, Closed.Judged judged, Feedback feedback) {
        List<Verdict> all = new ArrayList<>(closed.verdicts());
        // Room for a weight is made before it is known: asking for it books it.
        all.add(Verdict.of(feedback.getFeedbackId(), feedback.getValue(), 1.5));
        if (all.size() > MAX_VERDICTS || !closed.withVerdicts(all).fits()) {
            step.count("join.feedback-overflow");
            return;
        }
        double weight = step.weights().weigh(judged, feedback);
        Verdict verdict = Verdict.of(feedback.getFeedbackId(), feedback.getValue(), weight);
        all.set(all.size() - 1, verdict);
        step.become(closed.withVerdicts(all));
        if (verdict.weight() > 0) {
            step.emit(Records.judged(closed, judged, feedback, verdict.weight()));
        } else {
            // Remembered all the same, or a correction of it would move what it itself did not.
            step.count("join.feedback-source-capped");
        }
    }
}
