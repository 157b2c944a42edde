package io.penstock.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/**
 * One of the two applications, as Kafka Streams runs it, with one partition of every topic and a clock that moves only when
 * told to. Each record is processed and committed as it is written. What the application writes to a topic that it reads
 * itself goes there at once; everything is also kept until it is drained. Not thread-safe.
 */
final class Application implements AutoCloseable {
    private final TopologyTestDriver driver;
    private final Path state;
    private final Map<String, TestInputTopic<String, byte[]>> inputs = new HashMap<>();
    private final Map<String, TestOutputTopic<String, byte[]>> outputs = new HashMap<>();
    private long now;

    Application(String id, Topology topology, Properties more, Instant start) {
        try {
            state = Files.createTempDirectory("penstock-simulation");
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for the state of a simulated application", e);
        }
        Properties properties = new Properties();
        properties.putAll(more);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, id);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        // As in the real applications; the check for it formats texts for every record.
        properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StoresInMemory.class);
        driver = new TopologyTestDriver(topology, properties, start);
        now = start.toEpochMilli();
    }

    /** Writes a record to a topic that the application reads, at its own time. */
    void write(String topic, String key, byte[] value, long timestamp) {
        inputs.computeIfAbsent(
                        topic, name -> driver.createInputTopic(name, new StringSerializer(), new ByteArraySerializer()))
                .pipeInput(key, value, timestamp);
    }

    /** Moves its clock on to this time, which fires once whatever timer is due. */
    void advanceTo(long time) {
        if (time > now) {
            driver.advanceWallClockTime(Duration.ofMillis(time - now));
            now = time;
        }
    }

    /** Gives what was written since the last call, topic by topic; false if that is nothing. */
    boolean drain(BiConsumer<String, TestRecord<String, byte[]>> to) {
        boolean any = false;
        for (String topic : new TreeSet<>(driver.producedTopicNames())) {
            List<TestRecord<String, byte[]>> records = outputs.computeIfAbsent(
                            topic,
                            name -> driver.createOutputTopic(
                                    name, new StringDeserializer(), new ByteArrayDeserializer()))
                    .readRecordsToList();
            for (TestRecord<String, byte[]> record : records) {
                any = true;
                to.accept(topic, record);
            }
        }
        return any;
    }

    @Override
    public void close() {
        driver.close();
        try {
            Utils.delete(state.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("the state of a simulated application cannot be deleted: " + state, e);
        }
    }
}
