package io.penstock.benchmark;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Offers records on a fixed schedule and measures from the moment each was due, not from when it was sent: a stall counts for
 * every record it delays (no coordinated omission).
 */
final class LatencyRun {
    private final BenchCluster cluster;
    private final int perSecond;
    private final Duration warmUp;
    private final Duration measured;

    LatencyRun(BenchCluster cluster, int perSecond, Duration warmUp, Duration measured) {
        this.cluster = cluster;
        this.perSecond = perSecond;
        this.warmUp = warmUp;
        this.measured = measured;
    }

    /** Milliseconds in a histogram of microseconds, from due time to a committed record on one of the outputs. */
    Histogram measure(String input, int firstIndex, String... outputs) throws InterruptedException {
        int total = (int) (perSecond * (warmUp.toSeconds() + measured.toSeconds()));
        int skipped = (int) (perSecond * warmUp.toSeconds());
        Histogram histogram = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
        try (KafkaConsumer<byte[], byte[]> reader = cluster.consumer()) {
            StreamsRun.assignToEnd(reader, outputs);
            long start = System.nanoTime() + 200_000_000;
            Thread load = new Thread(() -> offer(input, firstIndex, total, start));
            load.start();
            int seen = 0;
            long deadline = start + warmUp.toNanos() + measured.toNanos() + TimeUnit.SECONDS.toNanos(30);
            while (seen < total && System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(20))) {
                    int index = index(record.key()) - firstIndex;
                    // What an application reads of earlier rounds is load, not measurement.
                    seen += index >= 0 && index < total ? 1 : 0;
                    if (index >= skipped && index < total) {
                        histogram.recordValue(Math.max(0, (System.nanoTime() - due(start, index)) / 1000));
                    }
                }
            }
            load.join();
            if (seen < total) {
                throw new IllegalStateException("only " + seen + " of " + total + " records came out");
            }
        }
        return histogram;
    }

    private void offer(String input, int firstIndex, int total, long start) {
        try (KafkaProducer<String, byte[]> producer = cluster.producer()) {
            for (int i = 0; i < total; i++) {
                byte[] value = FixedRecord.encoded(cluster.codec, firstIndex + i);
                long wait = due(start, i) - System.nanoTime();
                while (wait > 0) {
                    LockSupport.parkNanos(wait);
                    wait = due(start, i) - System.nanoTime();
                }
                BenchCluster.send(producer, new ProducerRecord<>(input, "request-" + (firstIndex + i), value));
            }
        }
    }

    private long due(long start, int index) {
        return start + index * 1_000_000_000L / perSecond;
    }

    /** Keys are request-N, or tenant/request-N. */
    private static int index(byte[] key) {
        String text = new String(key, StandardCharsets.UTF_8);
        return Integer.parseInt(text.substring(text.lastIndexOf('-') + 1));
    }
}
