package io.penstock.topology.join;

import io.penstock.schema.Identity;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;

/** The lives of one task: open ones and what waits in one store, closed ones in a windowed one, and the timer index. */
final class LifeStores {
    /** How far the clocks of two hosts of a task may differ: a life closed "in the future" must still be found. */
    private static final long FUTURE_MILLIS = 24 * 3600 * 1000L;

    /** A key that is no identity. */
    private static final String MARK = "";

    private final KeyValueStore<String, byte[]> lives;
    private final WindowStore<String, byte[]> closedLives;
    private final TimerIndex timers;
    private final LifeCodec codec;
    private final long horizonMillis;
    private boolean marked;

    LifeStores(ProcessorContext<?, ?> context, LifeCodec codec, JoinSettings settings) {
        this.lives = context.getStateStore(JoinNames.LIVES);
        this.closedLives = context.getStateStore(JoinNames.CLOSED);
        this.timers = new TimerIndex(context.getStateStore(JoinNames.TIMERS));
        this.codec = codec;
        this.horizonMillis = settings.horizon().toMillis();
    }

    Life load(Identity identity, long now) {
        byte[] row = lives.get(identity.key());
        Life life = row == null ? Life.unknown() : codec.decode(identity, row);
        if (!(life.state() instanceof State.Unknown)) {
            return life;
        }
        Closed closed = closed(identity, now);
        return closed == null ? life : new Life(closed, life.waiting());
    }

    private @Nullable Closed closed(Identity identity, long now) {
        long from = Math.max(0, now - horizonMillis);
        try (WindowStoreIterator<byte[]> rows = closedLives.backwardFetch(identity.key(), from, now + FUTURE_MILLIS)) {
            return rows.hasNext() ? ClosedCodec.decode(identity, rows.next().value) : null;
        }
    }

    void save(Identity identity, Life before, Life after) {
        if (before.equals(after)) {
            return;
        }
        if (after.state() instanceof Closed closed && !closed.equals(before.state())) {
            closedLives.put(identity.key(), ClosedCodec.encode(closed), closed.closedAt());
        }
        boolean row = hasRow(after);
        if (row) {
            lives.put(identity.key(), codec.encode(identity, after));
        } else if (hasRow(before)) {
            lives.delete(identity.key());
        }
        timers.replace(identity, before.timer(), after.timer());
    }

    private static boolean hasRow(Life life) {
        return life.state() instanceof State.Open || !life.waiting().isEmpty();
    }

    /**
     * Puts a mark into the store of closed lives unless this task has done so. Kafka Streams 4.3.1 keeps the changelog offset
     * of a windowed store in its segments; without one, exactly-once takes the whole task for corrupted at the next start
     * and restores all of its stores from nothing. Not to be called in {@code init}: it would leave a transaction open.
     */
    void keepOffset(long now) {
        if (!marked) {
            closedLives.put(MARK, new byte[0], now);
            marked = true;
        }
    }

    List<TimerIndex.Due> due(long now, int limit, Predicate<Timer> mayFire) {
        return timers.due(now, limit, mayFire);
    }

    /** Drops an entry that its life does not know, so that it cannot come back for ever. */
    void dropTimer(TimerIndex.Due due) {
        timers.remove(due);
    }
}
