package io.penstock.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.penstock.event.Cancel;
import io.penstock.event.InferenceRequest;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.RouteEvent;
import io.penstock.event.Signal;
import io.penstock.schema.MalformedEventException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes of bytes from anyone: the event, or one exact reason, in little time and memory. */
final class MalformedEventTest {
    private final EventCodec codec = EventCodec.local();

    @Test
    void shouldRefuseWhatHasNoHeader() {
        assertThat(reasonOf(Cancel.class, null)).isEqualTo(Reason.EMPTY);
        assertThat(reasonOf(Cancel.class, new byte[0])).isEqualTo(Reason.EMPTY);
        assertThat(reasonOf(Cancel.class, new byte[] {0})).isEqualTo(Reason.TOO_SHORT);
        assertThat(reasonOf(Cancel.class, new byte[] {0, 0, 0, 1})).isEqualTo(Reason.TOO_SHORT);
        assertThat(reasonOf(Cancel.class, "{\"request_id\": 1}".getBytes())).isEqualTo(Reason.WRONG_MAGIC);
        assertThat(reasonOf(Cancel.class, new byte[] {1})).isEqualTo(Reason.WRONG_MAGIC);
    }

    @Test
    void shouldRefuseAnotherRecord() {
        byte[] bytes = codec.encode(Cancel.newBuilder().setRequestId("r").build());
        assertThat(reasonOf(InferenceRequest.class, bytes)).isEqualTo(Reason.WRONG_RECORD);
    }

    @Test
    void shouldRefuseASchemaThatIsNoRecord() {
        EventCodec connected = withWriter(Schema.create(Schema.Type.STRING));
        assertThat(reasonOf(connected, Cancel.class, frame(100, new byte[] {0})))
                .isEqualTo(Reason.WRONG_RECORD);
    }

    @Test
    void shouldRefuseAnIncompatibleWriter() {
        Schema foreign = SchemaBuilder.record("Cancel")
                .namespace("io.penstock.event")
                .fields()
                .requiredLong("request_id")
                .endRecord();
        assertThat(reasonOf(withWriter(foreign), Cancel.class, frame(100, new byte[] {0})))
                .isEqualTo(Reason.INCOMPATIBLE_SCHEMA);
    }

    @Test
    void shouldRefuseEveryTruncationOfEveryRecord() {
        Examples.all().forEach((name, event) -> {
            byte[] bytes = codec.encode(event);
            for (int length = EventCodec.HEADER_BYTES; length < bytes.length; length++) {
                assertThat(reasonOf(event.getClass(), Arrays.copyOf(bytes, length)))
                        .as("%s cut to %d of %d", name, length, bytes.length)
                        .isEqualTo(Reason.TRUNCATED);
            }
        });
    }

    @Test
    void shouldRefuseTrailingBytesOfEveryRecord() {
        Examples.all().forEach((name, event) -> {
            byte[] bytes = codec.encode(event);
            assertThat(reasonOf(event.getClass(), Arrays.copyOf(bytes, bytes.length + 1)))
                    .as(name)
                    .isEqualTo(Reason.TRAILING_BYTES);
        });
    }

    @Test
    void shouldRefuseACollectionOfATrillionItems() {
        byte[] bytes = body(InferenceRequest.class, encoder -> {
            encoder.writeString("r");
            for (int field = 0; field < 3; field++) {
                encoder.writeIndex(0);
            }
            encoder.writeLong(1L << 40);
        });
        assertThat(reasonOf(InferenceRequest.class, bytes)).isEqualTo(Reason.TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(longs = {(1L << 31) - 1, 1L << 31, 1L << 40, Long.MAX_VALUE})
    void shouldRefuseTextThatSaysItIsHuge(long length) {
        byte[] bytes = body(InferenceRequest.class, encoder -> encoder.writeLong(length));
        assertThat(reasonOf(InferenceRequest.class, bytes)).isEqualTo(Reason.TRUNCATED);
    }

    @Test
    void shouldRefuseBytesThatSayTheyAreTwoGigabytes() {
        byte[] bytes = body(PolicySnapshot.class, encoder -> {
            encoder.writeString("global");
            encoder.writeString("m");
            encoder.writeInt(0);
            encoder.writeString("x");
            encoder.writeString("ridge");
            encoder.writeInt(1);
            encoder.writeInt(64);
            encoder.writeLong(0);
            encoder.writeLong(1);
            encoder.writeLong(Integer.MAX_VALUE);
        });
        assertThat(reasonOf(PolicySnapshot.class, bytes)).isEqualTo(Reason.TRUNCATED);
    }

    @Test
    void shouldRefuseNegativeLengths() {
        byte[] bytes = body(InferenceRequest.class, encoder -> encoder.writeLong(-1));
        assertThat(reasonOf(InferenceRequest.class, bytes)).isEqualTo(Reason.CORRUPT);
    }

    @Test
    void shouldRefuseABlockOfTheSmallestCount() {
        byte[] bytes = body(InferenceRequest.class, encoder -> {
            encoder.writeString("r");
            for (int field = 0; field < 3; field++) {
                encoder.writeIndex(0);
            }
            encoder.writeLong(Long.MIN_VALUE);
            encoder.writeLong(0);
        });
        assertThat(reasonOf(InferenceRequest.class, bytes)).isEqualTo(Reason.TRUNCATED);
    }

    @Test
    void shouldRefuseMoreItemsThanAnyEventHas() {
        int items = (int) BoundedDecoder.MAX_ITEMS + 1;
        byte[] bytes = body(InferenceRequest.class, encoder -> {
            encoder.writeString("r");
            for (int field = 0; field < 3; field++) {
                encoder.writeIndex(0);
            }
            encoder.writeLong(items);
            encoder.writeFixed(new byte[2 * items]);
        });
        assertThat(reasonOf(InferenceRequest.class, bytes)).isEqualTo(Reason.CORRUPT);
    }

    @Test
    void shouldRefuseEndlessItemsWithoutBytesInAFieldThatIsSkipped() {
        // Given: a writer whose schema is compatible, but whose items cost nothing to announce
        Schema foreign = SchemaBuilder.record("Cancel")
                .namespace("io.penstock.event")
                .fields()
                .name("junk")
                .type(Schema.createArray(Schema.create(Schema.Type.NULL)))
                .noDefault()
                .requiredString("request_id")
                .endRecord();
        byte[] body = bytes(encoder -> {
            encoder.writeLong(1L << 40);
            encoder.writeLong(0);
            encoder.writeString("r");
        });

        // When
        Reason reason = reasonOf(withWriter(foreign), Cancel.class, frame(100, body));

        // Then
        assertThat(reason).isEqualTo(Reason.TRUNCATED);
    }

    @Test
    void shouldRefuseEndlessNestingInAFieldThatIsSkipped() {
        Schema list = new Schema.Parser()
                .parse(
                        "{\"type\":\"record\",\"name\":\"L\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"L\"]}]}");
        Schema foreign = SchemaBuilder.record("Cancel")
                .namespace("io.penstock.event")
                .fields()
                .name("junk")
                .type(list)
                .noDefault()
                .requiredString("request_id")
                .endRecord();
        byte[] nested = new byte[4 << 20];
        Arrays.fill(nested, (byte) 2);
        assertThat(reasonOf(withWriter(foreign), Cancel.class, frame(100, nested)))
                .isIn(Reason.CORRUPT, Reason.TRUNCATED);
    }

    @Test
    void shouldRefuseUnknownBranchesAndSymbols() {
        byte[] branch = body(Cancel.class, encoder -> {
            encoder.writeString("r");
            encoder.writeIndex(9);
        });
        byte[] negative = body(Cancel.class, encoder -> {
            encoder.writeString("r");
            encoder.writeIndex(-1);
        });
        byte[] body = body(Signal.class, encoder -> {
            encoder.writeString("acme");
            encoder.writeString("r");
            encoder.writeIndex(3);
        });
        byte[] kind = body(RouteEvent.class, encoder -> encoder.writeEnum(3));
        assertThat(reasonOf(Cancel.class, branch)).isEqualTo(Reason.CORRUPT);
        assertThat(reasonOf(Cancel.class, negative)).isEqualTo(Reason.CORRUPT);
        assertThat(reasonOf(Signal.class, body)).isEqualTo(Reason.CORRUPT);
        assertThat(reasonOf(RouteEvent.class, kind)).isEqualTo(Reason.CORRUPT);
    }

    @Test
    void shouldRefuseNumbersWiderThanTheirType() {
        byte[] endless = new byte[11];
        Arrays.fill(endless, (byte) 0x80);
        byte[] wideLong = {-1, -1, -1, -1, -1, -1, -1, -1, -1, 2};
        byte[] wideInt = bytes(encoder -> {
            encoder.writeString("r");
            encoder.writeLong(1L << 33);
        });
        assertThat(reasonOf(Cancel.class, frame(idOf(Cancel.class), endless))).isEqualTo(Reason.CORRUPT);
        assertThat(reasonOf(Cancel.class, frame(idOf(Cancel.class), wideLong))).isEqualTo(Reason.CORRUPT);
        assertThat(reasonOf(Cancel.class, frame(idOf(Cancel.class), wideInt))).isEqualTo(Reason.CORRUPT);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldNeverFailOtherwiseOnDamagedBytes(long seed) {
        Random random = new Random(seed);
        List<SpecificRecord> events = List.copyOf(Examples.all().values());
        for (int i = 0; i < 5_000; i++) {
            SpecificRecord event = events.get(random.nextInt(events.size()));
            byte[] bytes = codec.encode(event);
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                int at = EventCodec.HEADER_BYTES + random.nextInt(bytes.length - EventCodec.HEADER_BYTES);
                bytes[at] = (byte) random.nextInt(256);
            }
            try {
                codec.decode(event.getClass(), bytes);
            } catch (MalformedEventException e) {
                assertThat(e.reason()).isIn(Reason.TRUNCATED, Reason.TRAILING_BYTES, Reason.CORRUPT);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " draw " + i, e);
            }
        }
    }

    @Test
    void shouldReadCollectionsInBlocksWithAndWithoutSizes() {
        byte[] bytes = body(InferenceRequest.class, encoder -> {
            encoder.writeString("r");
            for (int field = 0; field < 3; field++) {
                encoder.writeIndex(0);
            }
            // messages: a block of one, a block of one with its size, the end
            encoder.writeLong(1);
            encoder.writeString("user");
            encoder.writeString("a");
            encoder.writeIndex(0);
            encoder.writeLong(-1);
            encoder.writeLong(8);
            encoder.writeString("user");
            encoder.writeString("b");
            encoder.writeIndex(0);
            encoder.writeLong(0);
            for (int field = 0; field < 5; field++) {
                encoder.writeIndex(0);
            }
            encoder.writeLong(0);
            encoder.writeIndex(0);
        });
        assertThat(codec.decode(InferenceRequest.class, bytes).getMessages())
                .extracting(message -> message.getContent())
                .containsExactly("a", "b");
    }

    @Test
    void shouldNeverQuoteThePayload() {
        Examples.all().values().forEach(event -> {
            byte[] bytes = codec.encode(event);
            for (int length = EventCodec.HEADER_BYTES; length < bytes.length; length += 3) {
                MalformedEventException e = failure(codec, event.getClass(), Arrays.copyOf(bytes, length));
                assertThat(e.getMessage()).doesNotContain("ü");
                assertThat(e.getCause()).isNull();
            }
        });
    }

    private EventCodec withWriter(Schema writer) {
        FakeRegistry registry = new FakeRegistry();
        int id = registry.add(writer);
        EventCodec connected = EventCodec.connect(registry, List.of());
        connected.resolve(id);
        return connected;
    }

    private Reason reasonOf(Class<? extends SpecificRecord> type, byte[] bytes) {
        return reasonOf(codec, type, bytes);
    }

    private static Reason reasonOf(EventCodec codec, Class<? extends SpecificRecord> type, byte[] bytes) {
        MalformedEventException failure = failure(codec, type, bytes);
        return failure == null ? null : failure.reason();
    }

    private static MalformedEventException failure(
            EventCodec codec, Class<? extends SpecificRecord> type, byte[] bytes) {
        return catchThrowableOfType(MalformedEventException.class, () -> codec.decode(type, bytes));
    }

    private int idOf(Class<? extends SpecificRecord> type) {
        SpecificRecord example = Examples.all().values().stream()
                .filter(type::isInstance)
                .findFirst()
                .orElseThrow();
        return ByteBuffer.wrap(codec.encode(example)).getInt(1);
    }

    private byte[] body(Class<? extends SpecificRecord> type, Body body) {
        return frame(idOf(type), bytes(body));
    }

    private static byte[] frame(int id, byte[] body) {
        return ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(id)
                .put(body)
                .array();
    }

    private static byte[] bytes(Body body) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            body.write(encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @FunctionalInterface
    private interface Body {
        void write(BinaryEncoder encoder) throws IOException;
    }
}
