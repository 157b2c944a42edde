package io.penstock.topology;

import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts, watches and stops one Kafka Streams application; the only class that does. */
public final class StreamsApp implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(StreamsApp.class);

    private final String role;
    private final KafkaStreams streams;
    private final CountDownLatch running = new CountDownLatch(1);

    StreamsApp(String role, Topology topology, Properties properties, KafkaClientSupplier clients) {
        this.role = role;
        this.streams = new KafkaStreams(topology, properties, clients);
        streams.setStateListener((now, before) -> {
            LOGGER.atInfo()
                    .addKeyValue("role", role)
                    .addKeyValue("state", now)
                    .addKeyValue("before", before)
                    .log("State changed");
            if (now == State.RUNNING || now == State.ERROR) {
                running.countDown();
            }
        });
        // State is consistent at the last commit, so a thread that failed is replaced and starts again from there.
        streams.setUncaughtExceptionHandler(error -> {
            LOGGER.atError()
                    .addKeyValue("role", role)
                    .setCause(error)
                    .log("Stream thread failed; it starts again from its last commit");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
    }

    /** Starts; returns before partitions are assigned. */
    public void start() {
        streams.start();
    }

    /** @throws IllegalStateException if the application does not run within the time */
    public void awaitRunning(Duration timeout) {
        try {
            boolean started = running.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (!started || streams.state() == State.ERROR) {
                throw new IllegalStateException(
                        "the " + role + " did not start within " + timeout + "; its state is " + streams.state());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the " + role + " started", e);
        }
    }

    /** Whether it processes records, or could again without help. */
    public boolean healthy() {
        return streams.state().isRunningOrRebalancing();
    }

    public KafkaStreams.State state() {
        return streams.state();
    }

    /** Commits, leaves the group so that others take over at once, and stops. */
    @Override
    public void close() {
        close(Duration.ofSeconds(10));
    }

    /** Like {@link #close()}, waiting no longer than this. */
    public void close(Duration timeout) {
        boolean stopped = streams.close(CloseOptions.timeout(timeout)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        if (!stopped) {
            LOGGER.atWarn().addKeyValue("role", role).log("Did not stop in time; its last transaction is aborted");
        }
    }
}
