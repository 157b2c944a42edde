package io.penstock.simulation;

import io.penstock.feature.FeatureEngine;
import io.penstock.learner.LearnerSettings;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.LearnerTopology;
import io.penstock.topology.RouterTopology;
import io.penstock.topology.UnreadableRecordHandler;
import io.penstock.topology.catalog.CatalogView;
import io.penstock.topology.enrich.EnrichSettings;
import io.penstock.topology.enrich.Ingress;
import io.penstock.topology.enrich.SchemaResolver;
import io.penstock.topology.enrich.TenantReadiness;
import io.penstock.topology.join.FeedbackTrust;
import io.penstock.topology.join.JoinSettings;
import io.penstock.topology.learn.LearnSettings;
import io.penstock.topology.observe.LoadView;
import io.penstock.topology.observe.ObserveSettings;
import io.penstock.topology.policy.PolicyViews;
import io.penstock.topology.route.RouteSettings;
import io.penstock.topology.route.RouteViews;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.test.TestRecord;

/**
 * Router and learner with the settings they have by default, and what carries records from the one to the other. A record is
 * read as soon as it is written, but for the learner's while it stands still. Since nothing waits in a topic, a timer may
 * always fire. Not thread-safe.
 */
final class Cluster implements AutoCloseable {
    private static final int KEY_BYTES = 16;
    private static final int MAX_REQUEST_BYTES = 1024 * 1024;
    private static final double SOURCE_GRACE = 10;

    private final Topics topics = new Topics(Topics.DEFAULT_PREFIX);
    private final EventCodec codec;
    private final Counts counts = new Counts();
    private final Application router;
    private final Application learner;
    private final Set<String> toLearner =
            Set.of(topics.decisions(), topics.completions(), topics.outcomes(), topics.spendByOwner());
    private final Set<String> toRouter = Set.of(topics.policies(), topics.modelState(), topics.budgets());
    private final Deque<Waiting> unread = new ArrayDeque<>();
    private long now = DisturbedWorld.START.toEpochMilli();
    private long learnerPausedUntil = Long.MIN_VALUE;

    private record Waiting(String topic, TestRecord<String, byte[]> record) {}

    Cluster(EventCodec codec, FeatureEngine engine, SchemaResolver resolver, Judging judging, long seed) {
        this.codec = codec;
        Bytes key = Bytes.wrap(
                ByteBuffer.allocate(KEY_BYTES).putLong(seed).putLong(~seed).array());
        Ingress ingress = new Ingress(topics, codec, engine, resolver, TenantReadiness.always(), counts);
        RouteViews views = new RouteViews(
                new CatalogView(),
                new PolicyViews(
                        LearnerSettings.defaults(),
                        Map.of(engine.id().hash(), engine.id().dimension())),
                new LoadView());
        RouterTopology.Settings settings = new RouterTopology.Settings(
                EnrichSettings.of(1, MAX_REQUEST_BYTES),
                new RouteSettings(key, Duration.ofHours(24), false, MAX_REQUEST_BYTES, 1_000),
                JoinSettings.defaults()
                        .with(new FeedbackTrust(judging.auditShare(), key, judging.sourceShare(), SOURCE_GRACE)));
        Properties properties = new Properties();
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        properties.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, topics.deadLetters());
        properties.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, UnreadableRecordHandler.class);
        router = new Application(
                "router",
                RouterTopology.build(settings, ingress, views, (topic, partition, due) -> true),
                properties,
                DisturbedWorld.START);
        learner = new Application(
                "learner",
                LearnerTopology.build(
                        new LearnerTopology.Settings(LearnSettings.defaults(), ObserveSettings.defaults()),
                        topics,
                        codec,
                        counts),
                properties,
                DisturbedWorld.START);
    }

    Topics topics() {
        return topics;
    }

    EventCodec codec() {
        return codec;
    }

    Counts counts() {
        return counts;
    }

    /** Milliseconds since 1970. */
    long now() {
        return now;
    }

    /** Lets the learner stand still from now on. */
    void pauseLearner(Duration duration) {
        learnerPausedUntil = now + duration.toMillis();
    }

    boolean learnerIsPaused() {
        return now < learnerPausedUntil;
    }

    /** Writes a record to a topic that the router reads, and to the learner's if it reads it too. */
    void write(String topic, String key, byte[] value) {
        if (toLearner.contains(topic)) {
            unread.add(new Waiting(topic, new TestRecord<>(key, value, java.time.Instant.ofEpochMilli(now))));
        }
        router.write(topic, key, value, now);
    }

    /**
     * Moves both clocks on.
     *
     * @param records told each record that was written
     */
    void advanceTo(long time, BiConsumer<String, TestRecord<String, byte[]>> records) {
        now = Math.max(now, time);
        router.advanceTo(now);
        if (!learnerIsPaused()) {
            learner.advanceTo(now);
        }
        carry(records);
    }

    /** Carries records until nothing is written any more. */
    void carry(BiConsumer<String, TestRecord<String, byte[]>> records) {
        boolean moved = true;
        while (moved) {
            moved = router.drain((topic, record) -> {
                records.accept(topic, record);
                if (toLearner.contains(topic)) {
                    unread.add(new Waiting(topic, record));
                }
            });
            if (!learnerIsPaused()) {
                moved |= feedLearner(records);
            }
        }
    }

    private boolean feedLearner(BiConsumer<String, TestRecord<String, byte[]>> records) {
        boolean fed = !unread.isEmpty();
        while (!unread.isEmpty()) {
            Waiting next = unread.remove();
            learner.write(next.topic(), next.record().key(), next.record().value(), timestamp(next.record()));
        }
        return learner.drain((topic, record) -> {
                    records.accept(topic, record);
                    if (toRouter.contains(topic)) {
                        router.write(topic, record.key(), record.value(), timestamp(record));
                    }
                })
                || fed;
    }

    private static long timestamp(TestRecord<String, byte[]> record) {
        return record.timestamp();
    }

    @Override
    public void close() {
        try (router) {
            learner.close();
        }
    }
}
