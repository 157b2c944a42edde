package io.penstock.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Completion;
import io.penstock.event.Dispatch;
import io.penstock.event.ModelCard;
import io.penstock.schema.EventCodec;
import io.penstock.schema.SchemaRegistry;
import io.penstock.schema.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The poll thread's work, step by step, over Kafka's own mock clients. */
class DispatchLoopTest {
    private static final TopicPartition PARTITION = new TopicPartition("penstock.models.online.m", 0);

    private final ManualWorker worker = new ManualWorker();
    private final FakeBackend backend = new FakeBackend();
    private final LateRegistry registry = new LateRegistry();
    private final EventCodec codec = EventCodec.local();
    private final Topics topics = new Topics("penstock.");
    private final PickyConsumer consumer = new PickyConsumer();
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Counters counters = new Counters();
    private final FlowControl flow = new FlowControl(topic -> 2, consumer::wakeup);
    private long nextOffset;
    private DispatchLoop loop = loop(codec);

    /** May refuse metadata, as a broker does that is set to take none. */
    private static final class PickyConsumer extends MockConsumer<byte[], byte[]> {
        private boolean refuseMetadata;

        PickyConsumer() {
            super("earliest");
        }

        @Override
        public void commitAsync(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            if (refuseMetadata
                    && offsets.values().stream()
                            .anyMatch(offset -> !offset.metadata().isEmpty())) {
                callback.onComplete(offsets, new OffsetMetadataTooLarge("4 bytes at most"));
            } else {
                super.commitAsync(offsets, callback);
            }
        }
    }

    /** Knows the schemas of another registry's ids once it is told. */
    private static final class LateRegistry implements SchemaRegistry {
        private final List<Schema> schemas = new ArrayList<>();

        @Override
        public int register(String subject, Schema schema) {
            schemas.add(schema);
            return schemas.size();
        }

        @Override
        public void setCompatibility(String subject, String level) {}

        @Override
        public @Nullable Schema byId(int id) {
            return id == 777 ? Dispatch.getClassSchema() : null;
        }
    }

    private DispatchLoop loop(EventCodec used) {
        ModelCard card = Samples.card("m").build();
        Publisher publisher = new Publisher(
                new Publisher.Target(producer, used, topics, 1_000_000), "d", new RecordTime(), worker, worker);
        EngineParts parts = new EngineParts(
                slug -> card,
                Map.of("fake", backend),
                publisher,
                Samples.NOBODY,
                worker,
                worker,
                worker,
                100,
                false,
                new Random(1));
        CallEngine engine = new CallEngine(parts, flow, counters);
        return new DispatchLoop(
                consumer,
                new DispatchLoop.Parts(
                        engine,
                        flow,
                        new Intake(used, engine, publisher, worker, counters),
                        new SchemaWaiter(used, worker, worker)),
                new DispatcherSettings(
                        "none:1",
                        "g",
                        "d",
                        100,
                        Duration.ofMillis(50),
                        Duration.ofMillis(50),
                        Duration.ZERO,
                        false,
                        Map.of()));
    }

    private static final class RecordTime implements Publisher.EngineClock {
        @Override
        public Instant finishedAt(Attempt attempt, BackendAnswer answer) {
            return attempt.recordTime();
        }

        @Override
        public @Nullable Long recordTimestamp(Attempt attempt, BackendAnswer answer) {
            return null;
        }
    }

    @BeforeEach
    void assign() {
        loop.subscribe(topics.modelsPattern());
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.rebalance(List.of(PARTITION));
    }

    private void add(byte[] value) {
        consumer.addRecord(new ConsumerRecord<>(
                PARTITION.topic(), 0, nextOffset++, "acme/r".getBytes(StandardCharsets.UTF_8), value));
    }

    private void add(String requestId) {
        add(codec.encode(Samples.dispatch("m", requestId).build()));
    }

    private void step() {
        loop.step();
        worker.run();
    }

    private void answer(String requestId) {
        backend.answer(requestId);
        worker.run();
    }

    private @Nullable OffsetAndMetadata committed() {
        return consumer.committed(Set.of(PARTITION)).get(PARTITION);
    }

    @Test
    void shouldCommitOnlyUpToTheFirstCallInFlight() {
        // Given
        add("r0");
        add("r1");
        step();

        // When
        answer("r1");
        step();

        // Then
        assertThat(committed().offset()).isZero();
        answer("r0");
        step();
        assertThat(committed()).isEqualTo(new OffsetAndMetadata(2));
    }

    @Test
    void shouldHoldBackAModelThatHasEnoughAndReadOnLater() {
        // Given
        for (int i = 0; i < 4; i++) {
            add("r" + i);
        }
        step();

        // When
        step();

        // Then
        assertThat(consumer.paused()).containsExactly(PARTITION);
        answer("r0");
        step();
        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void shouldBuryWhatIsNoDispatchAndGoOn() {
        // Given
        add(new byte[] {1, 2, 3});
        add((byte[]) null);
        add(codec.encode(Samples.dispatch("another-model", "r2").build()));
        add("r3");

        // When
        step();

        // Then
        assertThat(producer.history())
                .hasSize(3)
                .allSatisfy(record -> assertThat(record.topic()).isEqualTo("penstock.dead-letters"));
        assertThat(counters.snapshot(0).deadLetters()).isEqualTo(3);
        assertThat(backend.calls).containsOnlyKeys("r3");
        answer("r3");
        step();
        assertThat(committed()).isEqualTo(new OffsetAndMetadata(4));
    }

    @Test
    void shouldWaitForAnUnknownWriterSchemaWithoutLosingOrder() {
        // Given
        EventCodec connected = EventCodec.connect(registry, List.of());
        loop = loop(connected);
        assign();
        byte[] foreign = codec.encode(Samples.dispatch("m", "r0").build());
        ByteBuffer.wrap(foreign).putInt(1, 777);
        add(foreign);

        // When
        loop.step();

        // Then
        assertThat(consumer.position(PARTITION)).isZero();
        assertThat(backend.made).hasValue(0);
        loop.step();
        assertThat(consumer.paused()).containsExactly(PARTITION);

        // When
        worker.run();
        consumer.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, 0, new byte[0], foreign));
        step();

        // Then
        assertThat(backend.calls).containsOnlyKeys("r0");
    }

    @Test
    void shouldPublishResultsOfAPartitionThatWasTakenAway() {
        // Given
        add("r0");
        step();
        consumer.rebalance(List.of());

        // When
        answer("r0");

        // Then
        assertThat(producer.history()).hasSize(1);
        assertThat(codec.decode(Completion.class, producer.history().get(0).value())
                        .getRequestId())
                .isEqualTo("r0");
    }

    @Test
    void shouldAbortAndNotCommitWhatDoesNotEndInTheDrainTime() {
        // Given
        add("r0");
        add("r1");
        step();
        answer("r0");
        Thread draining = new Thread(() -> loop.drain());

        // When
        draining.start();
        while (draining.isAlive()) {
            worker.run();
            Thread.onSpinWait();
        }

        // Then
        assertThat(backend.calls.get("r1")).isCancelled();
        assertThat(committed()).isEqualTo(new OffsetAndMetadata(1));
    }

    @Test
    void shouldNotCallAgainWhatTheLastOwnerFinishedBehindAStuckCall() {
        // Given
        add("r0");
        add("r1");
        step();
        answer("r1");
        step();
        OffsetAndMetadata last = committed();

        // When: another process, which knows no more than what is committed
        loop = loop(codec);
        assign();
        // Kafka's mock forgets what was committed, and does not call its listener.
        consumer.commitSync(Map.of(PARTITION, last));
        loop.onPartitionsAssigned(List.of(PARTITION));
        nextOffset = 0;
        List.of("r0", "r1", "r2").forEach(this::add);
        step();

        // Then
        assertThat(backend.seen).containsExactly("r0", "r1", "r0", "r2");
    }

    @Test
    void shouldCommitOffsetsAloneWhereTheBrokerTakesNoMetadata() {
        // Given
        consumer.refuseMetadata = true;
        add("r0");
        add("r1");
        add("r2");
        step();
        answer("r0");
        answer("r2");

        // When
        step();
        step();

        // Then
        assertThat(committed()).isEqualTo(new OffsetAndMetadata(1));
    }
}
