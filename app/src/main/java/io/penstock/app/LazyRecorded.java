package io.penstock.app;

import io.penstock.app.replay.SampleData;
import io.penstock.connector.Backend;
import io.penstock.connector.BackendAnswer;
import io.penstock.connector.recorded.RecordedBackend;
import io.penstock.event.Dispatch;
import io.penstock.event.ModelCard;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Answers from the bundled sample, which is read when it is first needed: a node with models of its own never reads it. */
final class LazyRecorded implements Backend {
    private @Nullable CompletableFuture<RecordedBackend> loaded;

    /** Starts reading, so that the first call need not wait. */
    synchronized CompletableFuture<RecordedBackend> warm() {
        CompletableFuture<RecordedBackend> reading = loaded;
        if (reading == null) {
            reading = CompletableFuture.supplyAsync(() -> new RecordedBackend(SampleData.load()));
            loaded = reading;
        }
        return reading;
    }

    @Override
    public CompletableFuture<BackendAnswer> call(Dispatch dispatch, ModelCard card) {
        return warm().thenCompose(backend -> backend.call(dispatch, card));
    }

    @Override
    public synchronized void close() {
        if (loaded != null && loaded.isDone() && !loaded.isCompletedExceptionally()) {
            loaded.join().close();
        }
    }
}
