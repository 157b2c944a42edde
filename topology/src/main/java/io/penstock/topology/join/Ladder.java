package io.penstock.topology.join;

import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.Escalation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an answer must pass to be taken, and those that did not. A cascade (Chen, Zaharia and Zou 2023, "FrugalGPT"): a cheap
 * answer first, a dearer one only where the first is not sure.
 *
 * @param signal the name in a completion's confidence
 * @param below less than this is not sure
 * @param left how many more answers may be passed over
 * @param kept the surest of the answers passed over, the later one of two alike; null = none yet
 * @param passed decisions of the answers passed over
 */
record Ladder(
        String signal, double below, int left, @Nullable Completion kept, List<String> passed) {
    Ladder {
        passed = List.copyOf(passed);
    }

    /** Null if every answer is taken. */
    static @Nullable Ladder of(Decision decision) {
        Escalation escalation = decision.getEscalation();
        return escalation == null
                ? null
                : new Ladder(escalation.getSignal(), escalation.getBelow(), escalation.getRungs(), null, List.of());
    }

    /** Whether the answer may be taken; one that does not tell how sure it is may. */
    boolean passes(Completion completion) {
        Double confidence = completion.getConfidence().get(signal);
        return confidence == null || !(confidence < below);
    }

    Ladder passOver(Completion completion) {
        List<String> all = new ArrayList<>(passed);
        all.add(completion.getDecisionId());
        boolean surer = kept == null || confidence(completion) >= confidence(kept);
        return new Ladder(signal, below, Math.max(0, left - 1), surer ? completion : kept, all);
    }

    /** How far from sure an answer is, for people. */
    String shortfall(Completion completion) {
        return signal + ' ' + confidence(completion) + " is below " + below;
    }

    private double confidence(Completion completion) {
        return completion.getConfidence().getOrDefault(signal, Double.NEGATIVE_INFINITY);
    }

    @Override
    public String toString() {
        return "Ladder[" + signal + " below " + below + ", " + left + " left, passed over " + passed + "]";
    }
}
