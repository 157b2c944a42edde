package io.penstock.topology.join;

import io.penstock.schema.Identity;
import io.penstock.topology.HotValues;
import io.penstock.topology.PresentKeys;
import io.penstock.topology.RecentStore;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The lives of one task: open ones and what waits in one store, closed ones in a windowed one, and the timer index. */
final class LifeStores {
    private final KeyValueStore<String, byte[]> lives;
    private final RecentStore closedLives;
    private final TimerIndex timers;
    private final PresentKeys present = new PresentKeys();
    private final HotValues<Life> hot = new HotValues<>();
    private final LifeCodec codec;
    private final long horizonMillis;

    LifeStores(ProcessorContext<?, ?> context, LifeCodec codec, JoinSettings settings) {
        this.lives = context.getStateStore(JoinNames.LIVES);
        this.closedLives = new RecentStore(context.getStateStore(JoinNames.CLOSED), settings.horizon());
        this.timers = new TimerIndex(context.getStateStore(JoinNames.TIMERS));
        this.codec = codec;
        this.horizonMillis = settings.horizon().toMillis();
        index(context.currentSystemTimeMs());
    }

    private void index(long now) {
        try (KeyValueIterator<String, byte[]> rows = lives.all()) {
            rows.forEachRemaining(row -> {
                present.add(row.key);
                Identity identity = Identity.parse(row.key);
                timers.replace(identity, null, load(identity, now).timer());
            });
        }
    }

    Life load(Identity identity, long now) {
        Life known = hot.get(identity.key());
        if (known == null) {
            known = read(identity, now);
        }
        return known.state() instanceof Closed closed && closed.closedAt() < now - horizonMillis
                ? new Life(new State.Unknown(), known.waiting())
                : known;
    }

    private Life read(Identity identity, long now) {
        byte[] row = present.mayContain(identity.key()) ? lives.get(identity.key()) : null;
        Life life = row == null ? Life.unknown() : codec.decode(identity, row);
        if (!(life.state() instanceof State.Unknown)) {
            return life;
        }
        byte[] closed = closedLives.find(identity.key(), now);
        return closed == null ? life : new Life(ClosedCodec.decode(identity, closed), life.waiting());
    }

    void save(Identity identity, Life before, Life after) {
        if (before.equals(after)) {
            return;
        }
        int bytes = 0;
        if (after.state() instanceof Closed closed && !closed.equals(before.state())) {
            byte[] row = ClosedCodec.encode(closed);
            closedLives.put(identity.key(), row, closed.closedAt());
            bytes += row.length;
        }
        if (hasRow(after)) {
            if (!hasRow(before)) {
                present.add(identity.key());
            }
            byte[] row = codec.encode(identity, after);
            lives.put(identity.key(), row);
            bytes += row.length;
        } else if (hasRow(before)) {
            lives.delete(identity.key());
            present.remove(identity.key());
        }
        hot.put(identity.key(), after, bytes);
        timers.replace(identity, before.timer(), after.timer());
    }

    private static boolean hasRow(Life life) {
        return life.state() instanceof State.Open || !life.waiting().isEmpty();
    }

    /** See {@link RecentStore#keepOffset}. */
    void keepOffset(long now) {
        closedLives.keepOffset(now);
    }

    List<TimerIndex.Due> due(long now, int limit, Predicate<Timer> mayFire) {
        return timers.due(now, limit, mayFire);
    }

    /** Corrects an entry that its life does not know, so that it cannot come back for ever. */
    void correct(TimerIndex.Due due, Life life) {
        timers.replace(due.identity(), due.timer(), life.timer());
    }
}
