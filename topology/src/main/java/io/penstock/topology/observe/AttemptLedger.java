package io.penstock.topology.observe;

import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.schema.Identity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Counts each attempt once, whatever the order in which its decision and its completion are read and however often: in
 * flight from the decision to the first completion, or until it must have ended; completed, failed and paid at the first
 * completion. Decisions and completions are two topics, so their order is not given.
 */
final class AttemptLedger {
    // So that a long outage is worked off in several punctuations, not in one that blocks the task.
    private static final int LARGEST_SWEEP = 10_000;

    private final KeyValueStore<String, byte[]> attempts;
    private final KeyValueStore<String, byte[]> timers;
    private final Tallies tallies;
    private final ObserveSettings settings;
    private final double keep;

    AttemptLedger(
            KeyValueStore<String, byte[]> attempts,
            KeyValueStore<String, byte[]> timers,
            Tallies tallies,
            ObserveSettings settings) {
        this.attempts = attempts;
        this.timers = timers;
        this.tallies = tallies;
        this.settings = settings;
        this.keep = Math.pow(0.5, 1 / settings.halfLife());
    }

    /**
     * @param now broker time of the decision
     * @return whether it was new
     */
    boolean dispatched(Decision decision, String model, long now) {
        String key = key(decision.getTenant(), decision.getRequestId(), decision.getAttempt());
        if (find(key) != null) {
            return false;
        }
        long end = endOf(decision, now);
        long forgetAt = end + settings.remember().toMillis();
        put(key, new Attempt(model, Attempt.State.OPEN, forgetAt));
        timers.put(timer(end, key), new byte[0]);
        tallies.change(model, ModelTally::started);
        return true;
    }

    /** Whether anything has been read of the attempt that a completion is of. */
    boolean knows(Completion completion) {
        return find(key(completion.getTenant(), completion.getRequestId(), completion.getAttempt())) != null;
    }

    private long endOf(Decision decision, long now) {
        Instant startBefore = decision.getStartBefore();
        long latest = now + settings.longestAttempt().toMillis();
        long start = Math.min(startBefore == null ? now : startBefore.toEpochMilli(), latest);
        long call = Math.max(
                0,
                Math.min(decision.getCallTimeoutMs(), settings.longestAttempt().toMillis()));
        return Math.max(now, Math.min(start + call, latest))
                + settings.clockSkew().toMillis();
    }

    /**
     * @param now broker time of the completion
     * @return whether it was the attempt's first
     */
    boolean completed(Completion completion, long now) {
        String key = key(completion.getTenant(), completion.getRequestId(), completion.getAttempt());
        Attempt known = find(key);
        if (known != null && known.state() == Attempt.State.DONE) {
            return false;
        }
        String model = known == null ? completion.getModel() : known.model();
        boolean late = known != null && known.state() == Attempt.State.EXPIRED;
        tallies.change(model, tally -> late ? tally.sawLate(completion) : tally.saw(completion, keep));
        if (known == null) {
            long forgetAt = now + settings.remember().toMillis();
            put(key, new Attempt(model, Attempt.State.DONE, forgetAt));
            timers.put(timer(forgetAt, key), new byte[0]);
            return true;
        }
        if (known.state() == Attempt.State.OPEN) {
            tallies.change(model, ModelTally::ended);
        }
        put(key, new Attempt(model, Attempt.State.DONE, known.forgetAt()));
        return true;
    }

    /**
     * Ends attempts that must have ended although no completion came, as failed calls, and forgets old ones.
     *
     * @return how many were ended
     */
    int sweep(long now) {
        List<String> due = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> entries = timers.range(timer(0, ""), timer(now + 1, ""))) {
            while (entries.hasNext() && due.size() < LARGEST_SWEEP) {
                KeyValue<String, byte[]> entry = entries.next();
                due.add(entry.key);
            }
        }
        int ended = 0;
        for (String timer : due) {
            timers.delete(timer);
            String key = timer.substring(timer.indexOf('/') + 1);
            Attempt attempt = find(key);
            if (attempt != null && settle(key, attempt, now)) {
                ended++;
            }
        }
        return ended;
    }

    private boolean settle(String key, Attempt attempt, long now) {
        if (attempt.forgetAt() > now) {
            timers.put(timer(attempt.forgetAt(), key), new byte[0]);
        } else {
            attempts.delete(key);
        }
        if (attempt.state() != Attempt.State.OPEN) {
            return false;
        }
        tallies.change(attempt.model(), tally -> tally.expired(keep));
        if (attempt.forgetAt() > now) {
            put(key, new Attempt(attempt.model(), Attempt.State.EXPIRED, attempt.forgetAt()));
        }
        return true;
    }

    private @Nullable Attempt find(String key) {
        byte[] bytes = attempts.get(key);
        return bytes == null ? null : Attempt.fromBytes(bytes);
    }

    private void put(String key, Attempt attempt) {
        attempts.put(key, attempt.toBytes());
    }

    private static String key(String tenant, String requestId, int attempt) {
        return new Identity(tenant, requestId).key() + '/' + attempt;
    }

    /** Sorts by time: 16 hexadecimal digits, then the attempt. */
    private static String timer(long due, String key) {
        return HexFormat.of().toHexDigits(Math.max(0, due)) + '/' + key;
    }
}
