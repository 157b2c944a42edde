package io.penstock.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.event.Candidate;
import io.penstock.event.Decision;
import io.penstock.event.PolicyUse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;

final class DecisionCodecTest {

    @Test
    void shouldWriteWhatAvroWrites() throws IOException {
        for (Decision decision : decisions()) {
            byte[] framed = EventCodec.local().encode(decision);
            assertThat(Arrays.copyOfRange(framed, EventCodec.HEADER_BYTES, framed.length))
                    .isEqualTo(byAvro(decision));
        }
    }

    private static List<Decision> decisions() {
        Decision full = (Decision) Objects.requireNonNull(Examples.all().get("Decision"));
        Decision empty = Decision.newBuilder().build();
        Decision half = Decision.newBuilder()
                .setCandidates(List.of(Candidate.newBuilder().build()))
                .setPolicies(List.of(PolicyUse.newBuilder().build()))
                .setSignals(Map.of("words", 9.0, "code", 0.5, "math", 0.25))
                .setAttributes(Map.of("team", "ü", "run", ""))
                .setModel("model")
                .setStartBefore(null)
                .build();
        return List.of(full, empty, half);
    }

    @Test
    void shouldReadEverythingButTheGrounds() {
        EventCodec codec = EventCodec.local();
        for (Decision decision : decisions()) {
            byte[] framed = codec.encode(decision);
            Decision expected = codec.decode(Decision.class, framed);
            expected.setCandidates(List.of());
            expected.setWeights(null);
            expected.setSignals(Map.of());
            expected.getExperiments().forEach(experiment -> {
                experiment.setCurrent(List.of());
                experiment.setVariant(List.of());
            });

            assertThat(codec.decodeWithoutGrounds(framed)).isEqualTo(expected);
        }
    }

    @Test
    void shouldReadADecisionOfAnEarlierSchemaWithItsGrounds() {
        EventCodec codec = EventCodec.connect(new EarlierDecisions(), List.of());
        codec.resolve(EarlierDecisions.ID);
        byte[] framed = EventCodec.local().encode(decisions().get(2));
        ByteBuffer.wrap(framed).putInt(1, EarlierDecisions.ID);

        assertThat(codec.decodeWithoutGrounds(framed).getCandidates()).hasSize(1);
    }

    /** Knows one schema: ours, but for its words to people. */
    private static final class EarlierDecisions implements SchemaRegistry {
        static final int ID = 77;

        @Override
        public int register(String subject, Schema schema) {
            throw new IllegalStateException("nothing is registered here");
        }

        @Override
        public void setCompatibility(String subject, String level) {
            throw new IllegalStateException("nothing is registered here");
        }

        @Override
        public Schema byId(int id) {
            Schema earlier = new Schema.Parser().parse(Decision.getClassSchema().toString());
            earlier.addProp("earlier", "true");
            return earlier;
        }
    }

    @Test
    void shouldRefuseADecisionThatIsCutAnywhere() {
        EventCodec codec = EventCodec.local();
        byte[] framed = codec.encode(decisions().get(0));
        for (int length = 0; length < framed.length; length++) {
            byte[] cut = Arrays.copyOf(framed, length);

            assertThatThrownBy(() -> codec.decodeWithoutGrounds(cut)).isInstanceOf(MalformedEventException.class);
        }
    }

    @Test
    void shouldNameTheFieldThatIsMissing() {
        Decision decision = new Decision();
        decision.setDecisionId("d");

        assertThatThrownBy(() -> EventCodec.local().encode(decision))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Decision.");
    }

    private static byte[] byAvro(Decision decision) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new SpecificDatumWriter<>(Decision.class).write(decision, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}
