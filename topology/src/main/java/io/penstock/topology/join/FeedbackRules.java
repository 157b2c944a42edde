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
        } else if (!(step.state() instanceof Closed closed)) {
            step.hold(new Event.FeedbackSeen(feedback));
        } else if (closed.kind() != ResponseKind.ANSWERED) {
            step.count("join.feedback-without-answer");
        } else {
            judge(step, closed, feedback);
        }
    }

    private static void judge(Step step, Closed closed, Feedback feedback) {
        Closed.Answer answer = closed.answer();
        if (answer == null) {
            step.count("join.feedback-forgotten");
            return;
        }
        double weight =
                Math.min(1 / feedback.getSamplingProbability(), step.settings().maxWeight());
        Verdict verdict = Verdict.of(feedback.getFeedbackId(), feedback.getValue(), weight);
        Verdict known = closed.verdict(feedback.getFeedbackId());
        if (known == null) {
            List<Verdict> all = new ArrayList<>(closed.verdicts());
            all.add(verdict);
            Closed next = closed.withVerdicts(all);
            if (all.size() > MAX_VERDICTS || !next.fits()) {
                step.count("join.feedback-overflow");
                return;
            }
            step.become(next);
            step.emit(Records.judged(closed, answer, feedback, verdict.weight()));
        } else if (known.quality() == verdict.quality()) {
            step.count("join.duplicate-feedback");
        } else {
            Verdict corrected = new Verdict(known.idHash(), verdict.quality(), known.weight());
            step.become(closed.withVerdicts(closed.verdicts().stream()
                    .map(one -> one.equals(known) ? corrected : one)
                    .toList()));
            step.emit(Records.corrected(closed, answer, feedback, known));
        }
    }
}
