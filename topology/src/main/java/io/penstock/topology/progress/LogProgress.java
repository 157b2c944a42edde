package io.penstock.topology.progress;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the tasks of this process have read the topics that timers wait for.
 *
 * <p>Positions come from the consumer of a stream thread and processed offsets from its processors: both on that thread,
 * so each thread has its own map and a thread that lost a partition cannot disturb the one that got it. End offsets are
 * read by one background thread, only for partitions that a due timer asks about; a failed read is tried again with the
 * next question, and until then no timer fires.
 */
public final class LogProgress implements TimerGate, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(LogProgress.class);

    private final Set<String> topics;
    private final EndOffsets endOffsets;
    private final InstantSource clock;
    private final Thread reader;
    private final ThreadLocal<Map<TopicPartition, ReadState>> states = ThreadLocal.withInitial(HashMap::new);
    private final Map<TopicPartition, End> ends = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    private final Set<TopicPartition> wanted = new HashSet<>();
    private boolean closed;

    /**
     * @param topics the topics that timers wait for; others are not followed
     * @param clock the clock that timers are due by
     */
    LogProgress(Set<String> topics, EndOffsets endOffsets, InstantSource clock) {
        this.topics = Set.copyOf(topics);
        this.endOffsets = endOffsets;
        this.clock = clock;
        this.reader = new Thread(this::readWanted, "penstock-end-offsets");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Follows the topics on a cluster.
     *
     * @param adminConfig configuration of the admin client that reads end offsets; it is closed with this
     */
    public static LogProgress of(Map<String, Object> adminConfig, Set<String> topics) {
        return new LogProgress(topics, new AdminEndOffsets(Admin.create(adminConfig)), InstantSource.system());
    }

    @Override
    public boolean passed(String topic, int partition, long dueMillis) {
        TopicPartition key = new TopicPartition(topic, partition);
        End end = ends.get(key);
        if (end == null || end.readAt() < dueMillis) {
            want(key);
            return false;
        }
        ReadState state = states.get().get(key);
        return state != null && state.isPast(end.offset());
    }

    @Override
    public void processed(String topic, int partition, long offset) {
        if (follows(topic)) {
            state(new TopicPartition(topic, partition)).processed(offset);
        }
    }

    @Override
    public void restarted(String topic, int partition) {
        if (follows(topic)) {
            state(new TopicPartition(topic, partition)).restarted();
        }
    }

    boolean follows(String topic) {
        return topics.contains(topic);
    }

    /** Whether the calling thread's consumer must still tell where it starts in the partition. */
    boolean needsPosition(TopicPartition partition) {
        return !state(partition).hasPosition();
    }

    /** The calling thread's consumer will read this offset next. */
    void positioned(TopicPartition partition, long position) {
        state(partition).positioned(position);
    }

    /** The calling thread's consumer has handed over records up to this offset, inclusive. */
    void polled(TopicPartition partition, long lastOffset) {
        state(partition).polled(lastOffset);
    }

    /** The calling thread's consumer reads the partition no more, or from elsewhere. */
    void forget(TopicPartition partition) {
        states.get().remove(partition);
    }

    /** The calling thread's consumer is closed. */
    void forgetAll() {
        states.remove();
    }

    private ReadState state(TopicPartition partition) {
        return states.get().computeIfAbsent(partition, any -> new ReadState());
    }

    private void want(TopicPartition partition) {
        synchronized (lock) {
            if (wanted.add(partition)) {
                lock.notifyAll();
            }
        }
    }

    private void readWanted() {
        while (true) {
            Set<TopicPartition> batch = takeWanted();
            if (batch == null) {
                return;
            }
            // Taken before the request is sent: the end is then of this moment or a later one.
            long readAt = clock.millis();
            try {
                endOffsets.read(batch).forEach((partition, offset) -> ends.put(partition, new End(offset, readAt)));
            } catch (InterruptedException e) {
                // Only close() interrupts.
                return;
            } catch (ExecutionException | TimeoutException | RuntimeException e) {
                LOGGER.atWarn()
                        .addKeyValue("partitions", batch)
                        .addKeyValue("reason", e.toString())
                        .log("End offsets could not be read; timers of these partitions wait");
            }
        }
    }

    private @Nullable Set<TopicPartition> takeWanted() {
        synchronized (lock) {
            try {
                while (wanted.isEmpty() && !closed) {
                    lock.wait();
                }
            } catch (InterruptedException e) {
                return null;
            }
            if (closed) {
                return null;
            }
            Set<TopicPartition> batch = Set.copyOf(wanted);
            wanted.clear();
            return batch;
        }
    }

    /** Stops the background thread; afterwards no further timer passes. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        reader.interrupt();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (endOffsets instanceof AdminEndOffsets admin) {
            admin.close();
        }
    }

    private record End(long offset, long readAt) {}

    /** Of one partition, as one thread sees it. */
    private static final class ReadState {
        private static final long NONE = -1;

        private long position = NONE;
        private long lastPolled = NONE;
        private long lastProcessed = NONE;

        boolean isPast(long end) {
            return position >= end && (lastPolled == NONE || lastProcessed >= lastPolled);
        }

        boolean hasPosition() {
            return position != NONE;
        }

        void positioned(long offset) {
            position = offset;
        }

        void polled(long offset) {
            lastPolled = offset;
        }

        void processed(long offset) {
            lastProcessed = offset;
        }

        void restarted() {
            lastProcessed = NONE;
        }
    }
}
