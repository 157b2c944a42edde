package io.penstock.connector;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Reads all partitions of one topic on a thread of its own, without a group, and waits for the topic if it does not exist.
 */
final class TopicFollower implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final Supplier<? extends Consumer<byte[], byte[]>> consumers;
    private final String topic;
    private final boolean fromBeginning;
    private final Handler handler;
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Consumer<byte[], byte[]> running;

    /** Takes the records, on the follower's thread. */
    interface Handler {
        void record(ConsumerRecord<byte[], byte[]> record);

        /** The follower has stopped for good. */
        void failed(RuntimeException error);
    }

    TopicFollower(
            Supplier<? extends Consumer<byte[], byte[]>> consumers,
            String topic,
            boolean fromBeginning,
            Handler handler) {
        this.consumers = consumers;
        this.topic = topic;
        this.fromBeginning = fromBeginning;
        this.handler = handler;
        this.thread = new Thread(this::run, "penstock-follow-" + topic);
        thread.setDaemon(true);
    }

    TopicFollower start() {
        thread.start();
        return this;
    }

    /** Completes once everything that was there at the start is handled, or, from the end, once nothing can be missed. */
    CompletableFuture<Void> caughtUp() {
        return caughtUp;
    }

    /** Waits on the follower's thread; false if the follower closes meanwhile. */
    boolean pause(Duration wait) {
        try {
            return !closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void run() {
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            running = consumer;
            follow(consumer);
        } catch (WakeupException e) {
            if (closing.getCount() > 0) {
                stop(e);
            }
        } catch (RuntimeException e) {
            stop(e);
        } finally {
            caughtUp.completeExceptionally(new IllegalStateException("closed before topic " + topic + " was read"));
        }
    }

    private void stop(RuntimeException error) {
        caughtUp.completeExceptionally(error);
        handler.failed(error);
    }

    private void follow(Consumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = partitions(consumer);
        consumer.assign(partitions);
        if (fromBeginning) {
            consumer.seekToBeginning(partitions);
        } else {
            consumer.seekToEnd(partitions);
            // Seeking is lazy: without asking, records written before the first poll would be missed.
            partitions.forEach(consumer::position);
        }
        Map<TopicPartition, Long> ends = fromBeginning ? consumer.endOffsets(partitions) : Map.of();
        while (closing.getCount() > 0) {
            if (!caughtUp.isDone()
                    && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                caughtUp.complete(null);
            }
            consumer.poll(POLL).forEach(handler::record);
        }
    }

    private List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) {
        do {
            List<PartitionInfo> found = consumer.partitionsFor(topic);
            if (found != null && !found.isEmpty()) {
                return found.stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
            }
        } while (pause(POLL));
        throw new WakeupException();
    }

    @Override
    public void close() {
        closing.countDown();
        Consumer<byte[], byte[]> consumer = running;
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            thread.join(CLOSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
