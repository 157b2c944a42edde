package io.penstock.topology.enrich;

import java.time.Duration;

/**
 * How requests are read.
 *
 * @param partitions of every requests topic; a request's place follows from it
 * @param maxRequestBytes a larger record is refused; 256 KiB below what the topics take, since what we write is larger
 *     than what we read
 * @param maxOutstanding records of one task whose features are being computed; the next one waits
 * @param maxDrain work is taken only while the engine is estimated to finish what it has, of all tasks, within this: a
 *     commit waits for it, and must not outlast the transaction timeout
 * @param commitWait longest wait for features before a commit; at most half of the transaction timeout
 * @param drainInterval how often results are looked for while no record comes
 */
public record EnrichSettings(
        int partitions,
        int maxRequestBytes,
        int maxOutstanding,
        Duration maxDrain,
        Duration commitWait,
        Duration drainInterval) {

    private static final int HEADROOM = 256 * 1024;

    public EnrichSettings {
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions is " + partitions + ", must be at least 1");
        }
        if (maxOutstanding < 1) {
            throw new IllegalArgumentException("maxOutstanding is " + maxOutstanding + ", must be at least 1");
        }
    }

    /** For topics with this many partitions and this largest record. */
    public static EnrichSettings of(int partitions, long maxMessageBytes) {
        return new EnrichSettings(
                partitions,
                (int) Math.min(Integer.MAX_VALUE, maxMessageBytes - HEADROOM),
                1024,
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofMillis(10));
    }
}
