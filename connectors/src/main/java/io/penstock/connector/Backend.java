package io.penstock.connector;

import io.penstock.event.Dispatch;
import io.penstock.event.ModelCard;
import java.util.concurrent.CompletableFuture;

/**
 * Something that can serve a call to a model.
 *
 * <p>Thread-safe. {@link #call} never blocks and never throws; its future always completes with an answer, because a
 * failure is an answer too. Cancelling the future aborts the call as far as that is possible.
 */
public interface Backend extends AutoCloseable {

    /**
     * Makes one call.
     *
     * @param dispatch what to ask, and for how long: after {@code call_timeout_ms} the answer is a time-out
     * @param card the model to ask: its endpoints, prices and limits
     */
    CompletableFuture<BackendAnswer> call(Dispatch dispatch, ModelCard card);

    /** Gives back threads and connections; calls still running may then never complete. */
    @Override
    void close();
}
