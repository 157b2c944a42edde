package io.penstock.app.batch;

import io.penstock.app.gateway.OfflineChat;
import io.penstock.event.InferenceRequest;
import io.penstock.schema.Keys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * Sends the calls of a file to the batch lane, a bounded number at a time, and follows them to their ends. Request ids follow
 * from the batch and the custom id, and what the topics know already is not sent, so the same file goes on where it stopped,
 * on any machine; what two runs send at once route drops as duplicates. Used by one thread.
 */
public final class BatchRun {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int HASH_BYTES = 16;

    /**
     * How to run.
     *
     * @param id of the batch, [a-z0-9-]{1,40}
     * @param inFlight requests without a terminal event at most, so that none waits longer than its profile allows
     * @param patience after which a run without any terminal event gives up
     */
    public record Settings(String id, int inFlight, Duration patience) {
        public Settings {
            if (!Keys.isTenant(id)) {
                throw new IllegalArgumentException("id must match [a-z0-9-]{1,40}, but is '" + id + "'");
            }
            if (inFlight < 1) {
                throw new IllegalArgumentException("in-flight must be at least 1, but is " + inFlight);
            }
        }
    }

    /** How a run ended. */
    public enum End {
        /** Every call has its terminal event, or is sent if nobody waits. */
        DONE,
        /** Nothing came for too long; the same command goes on. */
        SILENCE
    }

    private final Settings settings;
    private final BatchTopics topics;
    private final BatchState state;
    private final BatchErrors wrong;
    private final BiConsumer<BatchState, BatchErrors> progress;
    private long lastMove;
    private int lastEnded;

    /** @param progress told whenever something may have changed */
    public BatchRun(Settings settings, BatchTopics topics, BiConsumer<BatchState, BatchErrors> progress) {
        this.settings = settings;
        this.topics = topics;
        this.state = new BatchState(settings.id());
        this.wrong = new BatchErrors();
        this.progress = progress;
    }

    public BatchState state() {
        return state;
    }

    /** Lines that asked for nothing that can be done. */
    public BatchErrors wrong() {
        return wrong;
    }

    /** @param wait for the last terminal event; else it is enough that all is sent */
    public End run(BatchFile file, OfflineChat chat, boolean wait) throws IOException {
        state.update(topics);
        lastMove = System.nanoTime();
        boolean[] silent = new boolean[1];
        file.read(line -> silent[0] = silent[0] || !take(line, chat));
        topics.flush();
        while (!silent[0] && wait && !state.open().isEmpty()) {
            silent[0] = !step();
        }
        progress.accept(state, wrong);
        return silent[0] ? End.SILENCE : End.DONE;
    }

    /** False if nothing came for too long while it waited for its turn. */
    private boolean take(BatchLine line, OfflineChat chat) {
        if (!(line instanceof BatchLine.Call call)) {
            wrong.add((BatchLine.Wrong) line);
            return true;
        }
        String requestId = requestId(settings.id(), call.customId());
        if (state.knows(requestId)) {
            return true;
        }
        InferenceRequest request;
        try {
            request = request(call, requestId, chat);
        } catch (OfflineChat.InvalidBodyException e) {
            wrong.add(new BatchLine.Wrong(
                    call.number(), call.customId(), e.code(), "body: " + String.valueOf(e.getMessage())));
            return true;
        }
        while (state.open().size() >= settings.inFlight()) {
            topics.flush();
            if (!step()) {
                return false;
            }
        }
        topics.send(request);
        state.sent(request);
        return true;
    }

    private InferenceRequest request(BatchLine.Call call, String requestId, OfflineChat chat) {
        InferenceRequest.Builder request =
                chat.read(call.body(), InstantSource.system().instant());
        Map<String, String> attributes = new HashMap<>(request.getAttributes());
        attributes.put(BatchState.CUSTOM_ID, call.customId());
        return request.setRequestId(requestId)
                .setBatchId(settings.id())
                .setAttributes(attributes)
                .build();
    }

    /** The same for the same batch and custom id. */
    static String requestId(String batch, String customId) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(customId.getBytes(StandardCharsets.UTF_8));
            return "batch-" + batch + '-' + HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Waits a little for terminal events; false if there were none for too long. */
    private boolean step() {
        topics.responses(state::ended);
        progress.accept(state, wrong);
        if (state.ended() > lastEnded) {
            lastEnded = state.ended();
            lastMove = System.nanoTime();
            return true;
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException("interrupted; the same command goes on where it stopped");
        }
        LockSupport.parkNanos(PAUSE.toNanos());
        return System.nanoTime() - lastMove < settings.patience().toNanos();
    }
}
