package io.penstock.app;

import io.penstock.app.eval.FullOutcomes;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.feature.FittedExtractor;
import io.penstock.feature.Prompt;
import io.penstock.feature.TfIdfSvd;
import io.penstock.learner.Features;
import io.penstock.learner.warm.WarmKind;
import io.penstock.learner.warm.WarmModel;
import io.penstock.topology.PenstockConfig;
import io.penstock.topology.policy.WarmStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What {@code penstock train} would write for recorded outcomes: features and a warm model on them.
 *
 * @param features the fitted extractor
 * @param warm the warm model
 */
public record TrainedSample(Path features, Path warm) {
    private static final int DIMENSION = 16;

    /** Trains on all of the outcomes and writes the files into a folder. */
    public static TrainedSample write(RecordedOutcomes outcomes, Path folder) throws IOException {
        List<Prompt> prompts = outcomes.prompts().stream()
                .map(prompt -> Prompt.of(prompt.text()))
                .toList();
        byte[] fitted = TfIdfSvd.fit(prompts, DIMENSION, 1).toBytes();
        FittedExtractor extractor = new FittedExtractor(TfIdfSvd.fit(prompts, DIMENSION, 1));
        List<Features> contexts = extractor.extract(prompts).stream()
                .map(vector -> Features.of(vector.toFloats()))
                .toList();
        int[] all = IntStream.range(0, prompts.size()).toArray();
        byte[] model = WarmModel.fit(WarmKind.JOINT, FullOutcomes.of(outcomes, all, contexts))
                .withExtractor(extractor.id().hash())
                .toBytes();
        return new TrainedSample(
                Files.write(folder.resolve("features.tfidf"), fitted),
                Files.write(folder.resolve("warm.model"), model));
    }

    /** The settings of a node that uses both. */
    public Map<String, String> settings() {
        return Map.of(
                PenstockConfig.FEATURES_TIER,
                FittedExtractor.NAME,
                PenstockConfig.FEATURES_FITTED_FILE,
                features.toString(),
                PenstockConfig.WARM_FILE,
                warm.toString());
    }

    /** The warm model as routers use it. */
    public WarmStart warmStart() throws IOException {
        return WarmStart.of(Files.readAllBytes(warm));
    }
}
