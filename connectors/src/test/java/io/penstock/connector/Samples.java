package io.penstock.connector;

import io.penstock.event.Dispatch;
import io.penstock.event.DispatcherState;
import io.penstock.event.Lane;
import io.penstock.event.ModelCard;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Events as tests need them. */
public final class Samples {
    public static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    public static final String SECRET_TEXT = "canary-7f3a prompt text";

    /** Hears no state of a dispatcher. */
    static final StateSink NOBODY = new StateSink() {
        @Override
        public void tell(DispatcherState.Builder state) {}

        @Override
        public void forget(String model) {}
    };

    private Samples() {}

    public static Dispatch.Builder dispatch(String model, String requestId) {
        return Dispatch.newBuilder()
                .setDecisionId("d-" + requestId)
                .setTenant("acme")
                .setRequestId(requestId)
                .setLane(Lane.ONLINE)
                .setModel(model)
                .setPrompt(SECRET_TEXT)
                .setMaxOutputTokens(100)
                .setStartBefore(NOW.plusSeconds(60))
                .setCallTimeoutMs(5_000)
                .setIdempotencyKey("key-" + requestId)
                .setRequestTime(NOW)
                .setAttributes(Map.of());
    }

    public static ModelCard.Builder card(String slug) {
        return ModelCard.newBuilder()
                .setSlug(slug)
                .setName("maker/" + slug)
                .setBackend("fake")
                .setInputNanosPerMillionTokens(100_000_000L)
                .setOutputNanosPerMillionTokens(300_000_000L)
                .setEndpoints(List.of())
                .setMaxInFlight(2)
                .setCallTimeoutMs(5_000);
    }

    static Attempt attempt(Dispatch dispatch, OffsetLedger ledger, long offset) {
        TopicPartition partition = new TopicPartition(
                "penstock.models." + (dispatch.getLane() == Lane.ONLINE ? "online." : "batch.") + dispatch.getModel(),
                0);
        return new Attempt(dispatch, partition, NOW, ledger.take(offset));
    }

    static BackendAnswer answer() {
        return BackendAnswer.success("an answer", "stop", new Usage(3, 5, 1_800, 12.5, null, 0), "fake");
    }
}
