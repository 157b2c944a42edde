package io.penstock.topology.policy;

import io.penstock.event.PolicySnapshot;
import io.penstock.schema.EventCodec;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.RegistryUnavailableException;
import io.penstock.schema.UnresolvedSchemaException;
import io.penstock.topology.StageMetrics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Checks each record of the policies topic; good ones move the views, bad ones are counted and named in the log. */
final class PolicyIntake implements Processor<byte @Nullable [], byte @Nullable [], Void, Void> {
    /** Epoch milliseconds of the newest snapshot in use, whatever its scope: a router whose learner is down sees it stand still. */
    static final String NEWEST = "policy.newest-published-ms";

    private static final Logger LOGGER = LoggerFactory.getLogger(PolicyIntake.class);

    private final EventCodec codec;
    private final PolicyViews views;
    private final StageMetrics metrics;
    private @Nullable ProcessorContext<Void, Void> context;
    private long newest;

    PolicyIntake(EventCodec codec, PolicyViews views, StageMetrics metrics) {
        this.codec = codec;
        this.views = views;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Void, Void> initial) {
        context = initial;
    }

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> message) {
        if (context == null) {
            throw new IllegalStateException("process was called before init");
        }
        RecordMetadata at = context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a record of a global topic has no position"));
        try {
            views.apply(read(message.key(), message.value()), at.partition(), at.offset());
            metrics.count("policy.applied");
            newest = Math.max(newest, message.timestamp());
            metrics.gauge(NEWEST, newest);
        } catch (PolicyRejectedException e) {
            reject(e, at);
        }
    }

    private ShardStatistics read(byte @Nullable [] key, byte @Nullable [] value) {
        if (value == null) {
            throw new PolicyRejectedException(PolicyRejection.TOMBSTONE, "the value must be a snapshot, but is none");
        }
        if (value.length > PolicyFormat.MAX_BYTES) {
            throw new PolicyRejectedException(
                    PolicyRejection.TOO_LARGE,
                    "the value must have at most " + PolicyFormat.MAX_BYTES + " bytes, but has " + value.length);
        }
        String text = key == null ? null : new String(key, StandardCharsets.UTF_8);
        return PolicyFormat.decode(text, snapshot(value));
    }

    private PolicySnapshot snapshot(byte[] value) {
        try {
            // The global thread may wait for the registry. If that is down, the next snapshot of the key makes up for
            // it.
            codec.missingSchema(value).ifPresent(codec::resolve);
            return codec.decode(PolicySnapshot.class, value);
        } catch (MalformedEventException | UnresolvedSchemaException | RegistryUnavailableException e) {
            throw new PolicyRejectedException(PolicyRejection.UNDECODABLE, String.valueOf(e.getMessage()));
        }
    }

    private void reject(PolicyRejectedException error, RecordMetadata at) {
        metrics.count("policy.rejected." + error.reason().label());
        // After a restart of the global thread every record comes again: expected, so no warning.
        Level level = error.reason() == PolicyRejection.OLD_VERSION ? Level.DEBUG : Level.WARN;
        LOGGER.atLevel(level)
                .addKeyValue("topic", at.topic())
                .addKeyValue("partition", at.partition())
                .addKeyValue("offset", at.offset())
                .addKeyValue("reason", error.reason().label())
                .addKeyValue("detail", error.getMessage())
                .log("Policy snapshot rejected; the last good one stays in use");
    }
}
