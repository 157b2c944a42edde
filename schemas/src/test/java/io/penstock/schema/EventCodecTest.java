package io.penstock.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.event.Cancel;
import io.penstock.event.Decision;
import io.penstock.event.Dispatch;
import io.penstock.event.Feedback;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Message;
import io.penstock.event.Signal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

final class EventCodecTest {
    private static final Topics TOPICS = new Topics("penstock.");
    private static final ClusterShape SHAPE = new ClusterShape(4, (short) 1);

    private final TopicCatalog catalog = TopicCatalog.load();
    private final FakeRegistry registry = new FakeRegistry();

    @Test
    void shouldRoundTripEveryRecordInFull() {
        EventCodec codec = EventCodec.local();
        Examples.all()
                .forEach((name, event) -> assertThat(codec.decode(event.getClass(), codec.encode(event)))
                        .as(name)
                        .isEqualTo(event));
    }

    @Test
    void shouldFrameAsConfluentDoes() {
        // Given
        EventCodec codec = EventCodec.connect(registry, catalog.forTenant(TOPICS, SHAPE, "acme"));

        // When
        byte[] bytes = codec.encode(cancel("r"));

        // Then
        int id = registry.register(
                "penstock.commands.acme-value", new EventSchemas().contracts().get("Cancel"));
        assertThat(bytes[0]).isZero();
        assertThat(ByteBuffer.wrap(bytes).getInt(1)).isEqualTo(id);
        assertThat(ByteBuffer.wrap(bytes, 5, 3)).isEqualTo(ByteBuffer.wrap(new byte[] {2, 'r', 0}));
    }

    @Test
    void shouldSetEachSubjectToFullTransitiveBeforeItsFirstSchema() {
        // When
        EventCodec.connect(registry, catalog.forTenant(TOPICS, SHAPE, "acme"));

        // Then
        assertThat(registry.calls())
                .containsSubsequence(
                        "FULL_TRANSITIVE penstock.commands.acme-value",
                        "register penstock.commands.acme-value",
                        "FULL_TRANSITIVE penstock.requests.online.acme-value",
                        "register penstock.requests.online.acme-value")
                .doesNotHaveDuplicates()
                .hasSize(10);
    }

    @Test
    void shouldRegisterOneSubjectForAllModelsAndNoneForRawTopics() {
        // Given
        EventCodec codec = EventCodec.connect(registry, catalog.shared(TOPICS, SHAPE));
        registry.calls().clear();

        // When
        codec.register(catalog.forModel(TOPICS, SHAPE, "m"));

        // Then
        assertThat(registry.calls())
                .containsExactly("FULL_TRANSITIVE penstock.models-value", "register penstock.models-value");
        Dispatch dispatch = Dispatch.newBuilder().setModel("m").build();
        assertThat(codec.decode(Dispatch.class, codec.encode(dispatch))).isEqualTo(dispatch);
    }

    @Test
    void shouldRegisterContractsWithoutJavaProperties() {
        EventCodec.connect(registry, catalog.shared(TOPICS, SHAPE));
        for (int id = 100; registry.byId(id) != null; id++) {
            assertThat(registry.byId(id).toString()).doesNotContain("avro.java.string");
        }
        assertThat(registry.byId(100)).isNotNull();
    }

    @Test
    void shouldSayWhichRecordHasNoSchema() {
        EventCodec codec = EventCodec.connect(registry, List.of());
        assertThatThrownBy(() -> codec.encode(cancel("r")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no schema of io.penstock.event.Cancel was registered; known are []");
    }

    @Test
    void shouldResolveAForeignWriterOnce() {
        // Given: a producer of its own with fewer fields, in another order
        Schema foreign = SchemaBuilder.record("Cancel")
                .namespace("io.penstock.event")
                .fields()
                .optionalString("reason")
                .requiredString("request_id")
                .endRecord();
        int id = registry.add(foreign);
        EventCodec codec = EventCodec.connect(registry, List.of());
        byte[] bytes = framed(id, new byte[] {2, 4, 'n', 'o', 2, 'r'});

        // When
        assertThat(codec.missingSchema(bytes)).hasValue(id);
        assertThatThrownBy(() -> codec.decode(Cancel.class, bytes))
                .isInstanceOfSatisfying(
                        UnresolvedSchemaException.class,
                        e -> assertThat(e.schemaId()).isEqualTo(id));
        codec.resolve(id);
        codec.resolve(id);

        // Then
        assertThat(codec.missingSchema(bytes)).isEmpty();
        Cancel cancel = codec.decode(Cancel.class, bytes);
        assertThat(cancel.getRequestId()).isEqualTo("r");
        assertThat(cancel.getReason()).isEqualTo("no");
        assertThat(cancel.getTenant()).isNull();
        assertThat(registry.calls()).containsExactly("get " + id);
    }

    @Test
    void shouldRememberThatTheRegistryHasNoSuchSchema() {
        // Given
        EventCodec codec = EventCodec.connect(registry, List.of());
        byte[] bytes = framed(7, new byte[0]);

        // When
        codec.resolve(7);

        // Then
        assertThat(codec.missingSchema(bytes)).isEmpty();
        assertThatThrownBy(() -> codec.decode(Cancel.class, bytes))
                .isInstanceOfSatisfying(
                        MalformedEventException.class,
                        e -> assertThat(e.reason()).isEqualTo(MalformedEventException.Reason.UNKNOWN_SCHEMA));
    }

    @Test
    void shouldRememberNothingWhileTheRegistryIsDown() {
        // Given
        EventCodec codec = EventCodec.connect(registry, List.of());
        registry.setDown(true);
        byte[] bytes = framed(7, new byte[0]);

        // When
        assertThatThrownBy(() -> codec.resolve(7)).isInstanceOf(RegistryUnavailableException.class);

        // Then
        assertThat(codec.missingSchema(bytes)).hasValue(7);
        assertThatThrownBy(() -> codec.decode(Cancel.class, bytes)).isInstanceOf(UnresolvedSchemaException.class);
    }

    @Test
    void shouldForgetOldRefusalsRatherThanGrowForEver() {
        // Given
        EventCodec codec = EventCodec.connect(registry, List.of());

        // When
        for (int id = 1; id <= 10_001; id++) {
            codec.resolve(id);
        }

        // Then
        assertThat(codec.missingSchema(framed(1, new byte[0]))).hasValue(1);
        assertThat(codec.missingSchema(framed(2, new byte[0]))).isEmpty();
        assertThat(codec.missingSchema(framed(10_001, new byte[0]))).isEmpty();
    }

    @Test
    void shouldKeepTombstonesInSerdes() {
        try (Serde<Decision> serde = EventCodec.local().serde(Decision.class)) {
            assertThat(serde.serializer().serialize("t", null)).isNull();
            assertThat(serde.deserializer().deserialize("t", null)).isNull();
            assertThatThrownBy(() -> serde.deserializer().deserialize("t", new byte[0]))
                    .isInstanceOf(MalformedEventException.class);
            Decision decision = Decision.newBuilder().setModel("m").build();
            assertThat(serde.deserializer().deserialize("t", serde.serializer().serialize("t", decision)))
                    .isEqualTo(decision);
        }
    }

    @Test
    void shouldEncodeCleanlyAfterAnEventThatCannotBeEncoded() {
        // Given
        EventCodec codec = EventCodec.local();
        Signal broken = new Signal("acme", null, cancel("r"));

        // When
        assertThatThrownBy(() -> codec.encode(broken))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("null value for (non-nullable) string at Signal.request_id");

        // Then
        Signal right = new Signal("acme", "r", cancel("r"));
        assertThat(codec.decode(Signal.class, codec.encode(right))).isEqualTo(right);
    }

    @Test
    void shouldCarryLargeEventsAndThenSmallOnes() {
        // Given
        EventCodec codec = EventCodec.local();
        InferenceRequest large = InferenceRequest.newBuilder()
                .setRequestId("r")
                .setMessages(List.of(new Message("user", "x".repeat(3 << 20), null)))
                .build();

        // When
        byte[] bytes = codec.encode(large);

        // Then
        assertThat(codec.decode(InferenceRequest.class, bytes)).isEqualTo(large);
        assertThat(codec.decode(Cancel.class, codec.encode(cancel("s")))).isEqualTo(cancel("s"));
    }

    @Test
    void shouldServeManyThreadsAtOnce() throws Exception {
        // Given
        EventCodec codec = EventCodec.local();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        Callable<Boolean> work = () -> {
            for (int i = 0; i < 2_000; i++) {
                Feedback feedback = Feedback.newBuilder()
                        .setFeedbackId("f" + i)
                        .setValue(i / 2_000.0)
                        .setEventTime(Instant.ofEpochSecond(i, 1_000))
                        .build();
                if (!feedback.equals(codec.decode(Feedback.class, codec.encode(feedback)))) {
                    return false;
                }
            }
            return true;
        };

        // When
        List<Future<Boolean>> results = threads.invokeAll(List.of(work, work, work, work));
        threads.shutdown();

        // Then
        for (Future<Boolean> result : results) {
            assertThat(result.get()).isTrue();
        }
    }

    private static Cancel cancel(String requestId) {
        return Cancel.newBuilder().setRequestId(requestId).build();
    }

    private static byte[] framed(int id, byte[] body) {
        return ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(id)
                .put(body)
                .array();
    }
}
