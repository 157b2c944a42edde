package io.penstock.app.crash;

import io.penstock.topology.commit.CommitHook;
import io.penstock.topology.commit.OutOfBandForwarder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The asynchronous engine in its barest form: takes records, and hands them on only when their task commits. Either in our
 * {@link CommitHook}, before the transaction ends, or where one would look first, in {@link StateStore#commit}.
 */
final class HeldRecords implements Processor<String, String, String, String> {
    static final String IN = "held-in";
    static final String OUT = "held-out";
    static final String GROUP = "held";
    static final String BEFORE_COMMIT = "before-commit";
    static final String STORE_COMMIT = "store-commit";

    private static final String HOOK = "hook";

    private record Held(Record<String, String> record, OutOfBandForwarder.Origin origin) {}

    private final boolean beforeCommit;
    private final Queue<Held> held = new ArrayDeque<>();
    private ProcessorContext<String, String> context;
    private OutOfBandForwarder forwarder;

    private HeldRecords(boolean beforeCommit) {
        this.beforeCommit = beforeCommit;
    }

    /** Starts the application; topics are named after the prefix, which also names its group. */
    static KafkaStreams start(String bootstrapServers, String prefix, Path state, String where) {
        boolean beforeCommit = where.equals(BEFORE_COMMIT);
        Topology topology = new Topology()
                .addSource("source", prefix + IN)
                .addProcessor("hold", () -> new HeldRecords(beforeCommit), "source")
                .addSink("sink", prefix + OUT, "hold");
        if (beforeCommit) {
            topology.addStateStore(CommitHook.builder(HOOK), "hold");
        } else {
            topology.addStateStore(new LateHook.Builder(HOOK), "hold");
        }
        Properties properties = new Properties();
        properties.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                prefix + GROUP,
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                StreamsConfig.STATE_DIR_CONFIG,
                state.toString(),
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                StreamsConfig.EXACTLY_ONCE_V2,
                StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG,
                Serdes.StringSerde.class,
                StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG,
                Serdes.StringSerde.class));
        KafkaStreams streams = new KafkaStreams(topology, properties);
        streams.start();
        return streams;
    }

    @Override
    public void init(ProcessorContext<String, String> initial) {
        context = initial;
        forwarder = OutOfBandForwarder.capture(initial);
        if (beforeCommit) {
            CommitHook.install(initial, HOOK, this::handOn);
        } else {
            LateHook hook = initial.getStateStore(HOOK);
            hook.action = this::handOn;
        }
    }

    @Override
    public void process(Record<String, String> record) {
        held.add(new Held(record, forwarder.origin()));
    }

    private void handOn() {
        for (Held next = held.poll(); next != null; next = held.poll()) {
            Record<String, String> record = next.record();
            forwarder.run(next.origin(), () -> context.forward(record));
        }
    }

    /** The hook that is too late: Kafka Streams calls it after the offsets are committed, if at all. */
    private static final class LateHook implements StateStore {
        private final String name;
        private Runnable action = () -> {};

        LateHook(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void init(StateStoreContext context, StateStore root) {
            context.register(root, (key, value) -> {});
        }

        @Override
        public void commit(Map<TopicPartition, Long> changelogOffsets) {
            action.run();
        }

        @Override
        public void close() {}

        @Override
        public boolean persistent() {
            return false;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        private record Builder(String name) implements StoreBuilder<LateHook> {
            @Override
            public StoreBuilder<LateHook> withCachingEnabled() {
                return this;
            }

            @Override
            public StoreBuilder<LateHook> withCachingDisabled() {
                return this;
            }

            @Override
            public StoreBuilder<LateHook> withLoggingEnabled(Map<String, String> config) {
                return this;
            }

            @Override
            public StoreBuilder<LateHook> withLoggingDisabled() {
                return this;
            }

            @Override
            public LateHook build() {
                return new LateHook(name);
            }

            @Override
            public Map<String, String> logConfig() {
                return Map.of();
            }

            @Override
            public boolean loggingEnabled() {
                return false;
            }
        }
    }
}
