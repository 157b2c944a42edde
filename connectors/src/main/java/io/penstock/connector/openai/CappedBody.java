package io.penstock.connector.openai;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Collects a response body and stops reading at a limit, so that an endless one cannot fill memory. */
final class CappedBody implements BodySubscriber<CappedBody.Content> {
    private final int limit;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private final CompletableFuture<Content> body = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    /** What came: possibly not all of it. */
    static final class Content {
        private final byte[] bytes;
        private final End end;

        private Content(byte[] bytes, End end) {
            this.bytes = bytes;
            this.end = end;
        }

        byte[] bytes() {
            return bytes.clone();
        }

        End end() {
            return end;
        }
    }

    /** How the body ended. */
    enum End {
        COMPLETE,
        /** More than the limit. */
        TOO_LARGE,
        /** The connection broke. */
        BROKEN
    }

    private CappedBody(int limit) {
        this.limit = limit;
    }

    /** @param headSeen set once status and headers are there; the client may lose them if the body breaks */
    static BodyHandler<Content> handler(int limit, AtomicBoolean headSeen) {
        return response -> {
            headSeen.set(true);
            return new CappedBody(limit);
        };
    }

    @Override
    public CompletionStage<Content> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        this.subscription = newSubscription;
        newSubscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (body.isDone()) {
            return;
        }
        for (ByteBuffer buffer : buffers) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            collected.write(bytes, 0, bytes.length);
        }
        if (collected.size() > limit) {
            if (subscription != null) {
                subscription.cancel();
            }
            collected.reset();
            end(End.TOO_LARGE);
        }
    }

    @Override
    public void onError(Throwable error) {
        // A value, so that the status line is not lost with the body.
        end(End.BROKEN);
    }

    @Override
    public void onComplete() {
        end(End.COMPLETE);
    }

    private void end(End how) {
        body.complete(new Content(collected.toByteArray(), how));
    }
}
