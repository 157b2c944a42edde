package io.penstock.app.eval;

import io.penstock.connector.recorded.RecordedArm;
import io.penstock.learner.Estimates;
import io.penstock.learner.Features;
import io.penstock.learner.LearnerSettings;
import io.penstock.learner.ModelPrior;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Plain ridge regression of each model's quality on full information: the learner's own, with sharing switched off. */
final class RidgeBaseline {
    private static final LearnerSettings PLAIN =
            new LearnerSettings(List.of(5.0), 1e9, 0.01, 0.01, 0, 0, 0.5, 0.2, 0, 1e6, 1);

    private RidgeBaseline() {}

    /** Predicted quality by context and arm. */
    static double[][] predict(Lesson lesson, List<Features> contexts) {
        EvalPool teacher = lesson.pool();
        int[] taught = lesson.places();
        int dimension = lesson.contexts().get(0).dimension();
        List<String> slugs =
                teacher.outcomes().arms().stream().map(RecordedArm::slug).toList();
        Map<String, ModelStatistics> sums = new HashMap<>();
        Map<String, ModelPrior> priors = new HashMap<>();
        for (int arm = 0; arm < slugs.size(); arm++) {
            ModelStatistics statistics = ModelStatistics.empty(dimension);
            for (int i = 0; i < taught.length; i++) {
                double quality = teacher.prompt(taught[i]).outcomes().get(arm).quality();
                statistics.apply(lesson.contexts().get(i), new Observation.Judged(1, quality));
            }
            sums.put(slugs.get(arm), statistics);
            priors.put(slugs.get(arm), ModelPrior.ofPrice(1, 1));
        }
        Estimates estimates = Estimates.of(dimension, sums, priors, PLAIN);
        return contexts.stream()
                .map(context -> slugs.stream()
                        .mapToDouble(slug -> estimates.predict(slug, context).quality())
                        .toArray())
                .toArray(double[][]::new);
    }
}
