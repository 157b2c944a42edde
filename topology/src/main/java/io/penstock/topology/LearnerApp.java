package io.penstock.topology;

import io.penstock.learner.Decay;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.learn.LearnSettings;
import io.penstock.topology.observe.ObserveSettings;
import io.penstock.topology.policy.WarmStart;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/** Composes the learner from its configuration. */
public final class LearnerApp implements AutoCloseable {
    private final StreamsApp app;

    private LearnerApp(StreamsApp app) {
        this.app = app;
    }

    /** Builds the application with the usual Kafka clients; {@link #start} starts it. */
    public static LearnerApp create(PenstockConfig config, EventCodec codec, StageMetrics metrics) {
        return create(config, codec, metrics, new DefaultKafkaClientSupplier());
    }

    /** Builds the application with other clients, e.g. ones that inject faults. */
    public static LearnerApp create(
            PenstockConfig config, EventCodec codec, StageMetrics metrics, KafkaClientSupplier clients) {
        Topics topics = new Topics(config.text(PenstockConfig.PREFIX));
        LearnSettings learn = new LearnSettings(
                Duration.ofMillis(config.millis(PenstockConfig.LEARNER_PUBLISH_INTERVAL)),
                LearnSettings.defaults().hotKeys(),
                new Decay(config.millis(PenstockConfig.LEARNER_HALF_LIFE)),
                WarmStart.load(PenstockConfig.WARM_FILE, config.file(PenstockConfig.WARM_FILE)),
                Duration.ofMillis(config.millis(PenstockConfig.POLICY_HISTORY_INTERVAL)));
        ObserveSettings observe =
                config.flag(PenstockConfig.DETERMINISTIC) ? ObserveSettings.off() : ObserveSettings.defaults();
        return new LearnerApp(new StreamsApp(
                "learner",
                LearnerTopology.build(new LearnerTopology.Settings(learn, observe), topics, codec, metrics),
                StreamsProperties.learner(config, topics),
                clients));
    }

    static void requireHalfLife(String key, Object value) {
        try {
            Decay unused = new Decay((Long) value);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key, value, e.getMessage());
        }
    }

    public void start() {
        app.start();
    }

    public StreamsApp streams() {
        return app;
    }

    @Override
    public void close() {
        app.close();
    }
}
