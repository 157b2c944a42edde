package io.penstock.connector.recorded;

import io.penstock.event.LatencyReference;
import io.penstock.event.ModelCard;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/** Makes model cards of recorded arms. */
final class RecordedCards {
    /** Above every output in the shared data (15,996 tokens); no outcome is looked at, so nothing leaks into decisions. */
    private static final int MAX_OUTPUT_TOKENS = 16_384;

    private static final int MAX_IN_FLIGHT = 256;
    private static final long CALL_TIMEOUT_MS = 60_000;

    private RecordedCards() {}

    static ModelCard card(RecordedArm arm) {
        Collection<RecordedModel> models = arm.modelBySource().values();
        // The order of the map's values is not defined; the card must be.
        RecordedModel first = models.stream()
                .min(Comparator.comparing(RecordedModel::name))
                .orElseThrow(() -> new IllegalArgumentException("arm '" + arm.name() + "' has no model"));
        ModelCard.Builder card = ModelCard.newBuilder()
                .setSlug(arm.slug())
                .setName(arm.name())
                .setProvider(first.provider())
                .setFamily(first.family())
                .setBackend(RecordedBackend.NAME)
                .setInputNanosPerMillionTokens(dearest(models, RecordedModel::inputNanosPerMillion))
                .setOutputNanosPerMillionTokens(dearest(models, RecordedModel::outputNanosPerMillion))
                .setContextWindow(first.contextWindow())
                .setMaxOutputTokens(MAX_OUTPUT_TOKENS)
                .setTags(List.of("recorded"))
                .setMaxInFlight(MAX_IN_FLIGHT)
                .setCallTimeoutMs(CALL_TIMEOUT_MS);
        if (first.msPerOutputToken() != null) {
            card.setLatencyReference(new LatencyReference(first.firstTokenOrZero(), first.msPerOutputToken()));
        }
        if (first.joulesPerOutputToken() != null) {
            card.setEnergyJoulesPerOutputToken(first.joulesPerOutputToken());
        }
        return card.build();
    }

    private static long dearest(Collection<RecordedModel> models, ToLongFunction<RecordedModel> price) {
        return models.stream().mapToLong(price).max().orElse(0);
    }
}
