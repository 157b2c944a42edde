package io.penstock.topology.join;

import io.penstock.event.Cancel;
import io.penstock.event.Cancellation;
import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.Feedback;
import io.penstock.event.Lane;
import io.penstock.event.Outcome;
import io.penstock.event.Response;
import io.penstock.event.RouteEvent;
import io.penstock.event.Signal;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.progress.TimerGate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The join stage alone in a test driver: events in, records out. */
final class JoinDriver implements AutoCloseable {
    final Topics topics = new Topics("penstock.");
    final EventCodec codec = EventCodec.local();
    final List<String> counted = new ArrayList<>();
    private final TopologyTestDriver driver;
    private long now = Events.START;

    JoinDriver(TimerGate gate) {
        this(JoinSettings.defaults(), gate);
    }

    JoinDriver(JoinSettings settings, TimerGate gate) {
        Topology topology = new Topology();
        JoinStage.addTo(topology, settings, topics, codec, gate, counted::add);
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "join-test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        driver = new TopologyTestDriver(topology, properties, Instant.ofEpochMilli(now));
    }

    void decide(Decision decision) {
        send(topics.decisions(), decision);
    }

    void complete(Completion completion) {
        send(topics.completions(), completion);
    }

    void judge(Feedback feedback) {
        send(topics.signalsByIdentity(), signal(feedback));
    }

    void cancel() {
        send(topics.signalsByIdentity(), signal(new Cancel("r1", "acme", "client left", null)));
    }

    static Signal signal(Object body) {
        return new Signal("acme", "r1", body);
    }

    private void send(String topic, SpecificRecord event) {
        sendRaw(topic, Events.IDENTITY.key(), codec.encode(event));
    }

    void sendRaw(String topic, String key, byte[] value) {
        TestInputTopic<String, byte[]> input =
                driver.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer());
        input.pipeInput(new TestRecord<>(key, value, Instant.ofEpochMilli(++now)));
    }

    void sendBytes(String topic, byte[] key, byte[] value) {
        driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(key, value, Instant.ofEpochMilli(++now)));
    }

    /** Moves the wall clock on, which fires what is due. */
    void pass(Duration time) {
        now += time.toMillis();
        driver.advanceWallClockTime(time);
    }

    List<Response> responses() {
        return values(topics.responses("acme"), Response.class);
    }

    List<RouteEvent> routeEvents() {
        return values(topics.routeEvents(Lane.ONLINE), RouteEvent.class);
    }

    List<Outcome> outcomes() {
        return values(topics.outcomes(), Outcome.class);
    }

    List<Cancellation> cancellations() {
        return values(topics.cancellations(), Cancellation.class);
    }

    private <T extends SpecificRecord> List<T> values(String topic, Class<T> type) {
        List<T> values = new ArrayList<>();
        for (KeyValue<String, byte[]> entry : driver.createOutputTopic(
                        topic, new StringDeserializer(), new ByteArrayDeserializer())
                .readKeyValuesToList()) {
            values.add(codec.decode(type, entry.value));
        }
        return values;
    }

    /** Keys of what a topic got. */
    List<TestRecord<String, byte[]>> records(String topic) {
        return driver.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    List<TestRecord<String, byte[]>> deadLetters() {
        return records(topics.deadLetters());
    }

    static String reason(TestRecord<String, byte[]> deadLetter) {
        return new String(deadLetter.headers().lastHeader("__penstock.reason").value(), StandardCharsets.UTF_8);
    }

    long rows(String store) {
        long rows = 0;
        try (var all = driver.getKeyValueStore(store).all()) {
            while (all.hasNext()) {
                all.next();
                rows++;
            }
        }
        return rows;
    }

    @Override
    public void close() {
        driver.close();
    }
}
