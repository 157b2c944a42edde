package io.penstock.benchmark;

import io.penstock.connector.Backend;
import io.penstock.connector.BackendAnswer;
import io.penstock.connector.Usage;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Dispatch;
import io.penstock.event.ModelCard;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Answers at once, with a verdict, so that the whole loop is measured and nothing but the loop. */
final class InstantBackend implements Backend {
    private final BackendAnswer answer = new BackendAnswer(
            CompletionStatus.SUCCESS,
            "an answer of a few words",
            "stop",
            new Usage(100, 200, 1_000, 800, null, 0),
            Map.of(),
            null,
            false,
            "instant",
            0.5);

    @Override
    public CompletableFuture<BackendAnswer> call(Dispatch dispatch, ModelCard card) {
        return CompletableFuture.completedFuture(answer);
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
