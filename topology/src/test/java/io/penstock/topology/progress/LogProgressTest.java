package io.penstock.topology.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LogProgressTest {
    private static final String TOPIC = "completions";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    private final AtomicLong now = new AtomicLong(1_000);
    private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>(Map.of(PARTITION, 10L));
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final LogProgress progress = new LogProgress(Set.of(TOPIC), this::read, clock());

    private InstantSource clock() {
        return () -> Instant.ofEpochMilli(now.get());
    }

    private Map<TopicPartition, Long> read(Set<TopicPartition> partitions) throws ExecutionException {
        reads.incrementAndGet();
        if (failures.getAndDecrement() > 0) {
            throw new ExecutionException(new IllegalStateException("broker is down"));
        }
        return partitions.stream().collect(Collectors.toMap(partition -> partition, ends::get));
    }

    @AfterEach
    void close() {
        progress.close();
    }

    private void awaitRead(int count) {
        await().pollInSameThread().until(() -> reads.get() >= count);
    }

    @Test
    void shouldPassWhenThePositionIsAtTheEndAndAllPolledIsProcessed() {
        // Given
        progress.polled(PARTITION, 9);
        progress.positioned(PARTITION, 10);
        progress.processed(TOPIC, 0, 9);
        // When
        progress.passed(TOPIC, 0, 1_000);
        // Then
        await().pollInSameThread().until(() -> progress.passed(TOPIC, 0, 1_000));
    }

    @Test
    void shouldWaitForWhatIsPolledButNotProcessed() {
        // Given
        progress.polled(PARTITION, 9);
        progress.positioned(PARTITION, 10);
        progress.processed(TOPIC, 0, 8);
        progress.passed(TOPIC, 0, 1_000);
        awaitRead(1);
        assertThat(progress.passed(TOPIC, 0, 1_000)).isFalse();
        // When
        progress.processed(TOPIC, 0, 9);
        // Then
        await().pollInSameThread().until(() -> progress.passed(TOPIC, 0, 1_000));
    }

    @Test
    void shouldWaitForAPositionBeforeTheEnd() {
        // Given
        progress.positioned(PARTITION, 7);
        progress.passed(TOPIC, 0, 1_000);
        awaitRead(1);
        assertThat(progress.passed(TOPIC, 0, 1_000)).isFalse();
        // When
        progress.positioned(PARTITION, 10);
        // Then
        await().pollInSameThread().until(() -> progress.passed(TOPIC, 0, 1_000));
    }

    @Test
    void shouldReadTheEndAgainForALaterTimer() {
        // Given
        progress.positioned(PARTITION, 10);
        progress.passed(TOPIC, 0, 1_000);
        await().pollInSameThread().until(() -> progress.passed(TOPIC, 0, 1_000));
        ends.put(PARTITION, 11L);
        now.set(2_000);
        // When
        boolean later = progress.passed(TOPIC, 0, 1_500);
        awaitRead(2);
        // Then
        assertThat(later).isFalse();
        assertThat(progress.passed(TOPIC, 0, 1_500)).isFalse();
        progress.positioned(PARTITION, 11);
        await().pollInSameThread().until(() -> progress.passed(TOPIC, 0, 1_500));
    }

    @Test
    void shouldNotPassAnEndReadBeforeTheTimerWasDue() {
        // Given
        progress.positioned(PARTITION, 10);
        // When
        progress.passed(TOPIC, 0, 5_000);
        awaitRead(1);
        // Then
        assertThat(progress.passed(TOPIC, 0, 5_000)).isFalse();
    }

    @Test
    void shouldNotPassWithoutAKnownPosition() {
        // Given
        progress.passed(TOPIC, 0, 1_000);
        // When
        awaitRead(1);
        // Then
        assertThat(progress.passed(TOPIC, 0, 1_000)).isFalse();
    }

    @Test
    void shouldForgetARevokedPartition() {
        // Given
        progress.positioned(PARTITION, 10);
        progress.passed(TOPIC, 0, 1_000);
        await().pollInSameThread().until(() -> progress.passed(TOPIC, 0, 1_000));
        // When
        progress.forget(PARTITION);
        // Then
        assertThat(progress.passed(TOPIC, 0, 1_000)).isFalse();
        assertThat(progress.needsPosition(PARTITION)).isTrue();
    }

    @Test
    void shouldNotCountWhatATaskBeforeTheRestartProcessed() {
        // Given
        progress.polled(PARTITION, 9);
        progress.positioned(PARTITION, 10);
        progress.processed(TOPIC, 0, 9);
        progress.passed(TOPIC, 0, 1_000);
        await().pollInSameThread().until(() -> progress.passed(TOPIC, 0, 1_000));
        // When
        progress.restarted(TOPIC, 0);
        // Then
        assertThat(progress.passed(TOPIC, 0, 1_000)).isFalse();
    }

    @Test
    void shouldKeepThreadsApart() {
        // Given
        progress.positioned(PARTITION, 10);
        progress.passed(TOPIC, 0, 1_000);
        await().pollInSameThread().until(() -> progress.passed(TOPIC, 0, 1_000));
        // When
        boolean elsewhere = CompletableFuture.supplyAsync(() -> {
                    progress.forget(PARTITION);
                    return progress.passed(TOPIC, 0, 1_000);
                })
                .join();
        // Then
        assertThat(elsewhere).isFalse();
        assertThat(progress.passed(TOPIC, 0, 1_000)).isTrue();
    }

    @Test
    void shouldTryAgainAfterAFailedRead() {
        // Given
        failures.set(1);
        progress.positioned(PARTITION, 10);
        // When
        progress.passed(TOPIC, 0, 1_000);
        awaitRead(1);
        // Then
        await().pollInSameThread().until(() -> progress.passed(TOPIC, 0, 1_000));
        assertThat(reads).hasValueGreaterThanOrEqualTo(2);
    }

    @Test
    void shouldIgnoreTopicsThatNobodyWaitsFor() {
        // Given
        TopicPartition other = new TopicPartition("requests", 0);
        // When
        progress.processed("requests", 0, 5);
        // Then
        assertThat(progress.follows("requests")).isFalse();
        assertThat(progress.needsPosition(other)).isTrue();
    }
}
