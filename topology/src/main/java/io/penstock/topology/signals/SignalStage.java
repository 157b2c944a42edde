package io.penstock.topology.signals;

import io.penstock.topology.BrokerTime;
import io.penstock.topology.commit.CommitHook;
import io.penstock.topology.enrich.Ingress;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * Feedback and commands of all tenants, read, stamped with the tenant of their topic, and written to
 * {@code signals-by-identity} under their identity: clients place records by hashes of their own, so the partition they
 * come from is never trusted.
 */
public final class SignalStage {
    static final String PROCESSOR = "signals";
    static final String HOOK = "signals-commit";
    static final String SINK = "signals-sink";
    static final String DEAD_LETTERS = "dead-letters-signals";
    private static final String FEEDBACK = "feedback";
    private static final String COMMANDS = "commands";

    private SignalStage() {}

    /** Adds sources, processor and sinks. */
    public static void addTo(Topology topology, Ingress ingress) {
        addSource(topology, FEEDBACK, ingress.topics().feedbackPattern());
        addSource(topology, COMMANDS, ingress.topics().commandsPattern());
        ByteArraySerializer bytes = new ByteArraySerializer();
        topology.addProcessor(PROCESSOR, () -> new SignalProcessor(ingress), FEEDBACK, COMMANDS)
                .addStateStore(CommitHook.builder(HOOK), PROCESSOR)
                .addSink(SINK, ingress.topics().signalsByIdentity(), new StringSerializer(), bytes, PROCESSOR)
                .addSink(DEAD_LETTERS, ingress.topics().deadLetters(), bytes, bytes, PROCESSOR);
    }

    private static void addSource(Topology topology, String name, Pattern topics) {
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        topology.addSource(AutoOffsetReset.earliest(), name, new BrokerTime(), in, in, topics);
    }
}
