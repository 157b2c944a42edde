package io.penstock.app.crash;

import io.penstock.connector.Backend;
import io.penstock.connector.BackendAnswer;
import io.penstock.event.Dispatch;
import io.penstock.event.ModelCard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Writes a line for each call before it is made, as an endpoint's access log would, and lets it take a while so that some
 * are in flight whenever the process dies.
 */
final class LoggedBackend implements Backend {
    private final Backend backend;
    private final Path log;
    private final int leastMillis;
    private final int moreMillis;

    /** Calls take at least so long, and up to {@code moreMillis} more. */
    LoggedBackend(Backend backend, Path log, int leastMillis, int moreMillis) {
        this.backend = backend;
        this.log = log;
        this.leastMillis = leastMillis;
        this.moreMillis = moreMillis;
    }

    @Override
    public CompletableFuture<BackendAnswer> call(Dispatch dispatch, ModelCard card) {
        try {
            Files.writeString(
                    log,
                    dispatch.getDecisionId() + ' ' + card.getSlug() + '\n',
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int delay = leastMillis + Math.floorMod(dispatch.getDecisionId().hashCode(), moreMillis + 1);
        Executor later = CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS);
        return backend.call(dispatch, card).thenApplyAsync(answer -> answer, later);
    }

    @Override
    public void close() {
        backend.close();
    }
}
