package io.penstock.topology.route;

import io.penstock.event.Experiment;
import io.penstock.event.ExperimentUse;
import io.penstock.event.Trial;
import io.penstock.learner.Arm;
import io.penstock.learner.Choice;
import io.penstock.learner.experiment.Contrast;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One draw for the policy in use and the variants beside it. A variant with a share makes it a mixture, (1 − share) · current +
 * share · variant, whose probabilities the decision records: so the same choice follows from it again, and every estimate of
 * another policy has the right propensities.
 */
final class Experiments {
    private final Choice current;
    private final long seed;
    private final List<Experiment> tried = new ArrayList<>();
    private final List<Choice> variants = new ArrayList<>();

    Experiments(Choice current, long seed) {
        this.current = current;
        this.seed = seed;
    }

    void add(Trials.Variant variant, Choice choice) {
        tried.add(variant.experiment());
        variants.add(choice);
    }

    /** From the mixture, or, if all are shadows, what the policy in use chose. */
    Choice draw() {
        for (int i = 0; i < tried.size(); i++) {
            double share = tried.get(i).getShare();
            if (share > 0) {
                double[] mixed = current.probabilities();
                for (int arm = 0; arm < mixed.length; arm++) {
                    mixed[arm] =
                            (1 - share) * mixed[arm] + share * variants.get(i).probability(arm);
                }
                return Choice.draw(mixed, seed);
            }
        }
        return current;
    }

    /** For the decision. A shadow beside another variant's share is compared with the mixture, which is what is in use. */
    List<ExperimentUse> uses(List<Arm> arms, Choice drawn, double qualityWeight) {
        List<ExperimentUse> uses = new ArrayList<>();
        for (int i = 0; i < tried.size(); i++) {
            Experiment experiment = tried.get(i);
            double[] used = (experiment.getShare() > 0 ? current : drawn).probabilities();
            double[] variant = variants.get(i).probabilities();
            Contrast contrast =
                    Contrast.of(scored(arms), used, variant, experiment.getShare(), drawn.index(), qualityWeight);
            uses.add(new ExperimentUse(
                    experiment.getMode(),
                    experiment.getShare(),
                    Arrays.stream(used).boxed().toList(),
                    Arrays.stream(variant).boxed().toList(),
                    arms.get(variants.get(i).index()).model(),
                    new Trial(experiment.getName(), experiment.getRun(), contrast.intercept(), contrast.slope())));
        }
        return uses;
    }

    private static Contrast.Scored[] scored(List<Arm> arms) {
        return arms.stream()
                .map(arm -> new Contrast.Scored(
                        arm.prediction().quality(),
                        arm.utility().total() - arm.utility().quality()))
                .toArray(Contrast.Scored[]::new);
    }
}
