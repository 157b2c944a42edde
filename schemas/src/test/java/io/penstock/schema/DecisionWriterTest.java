package io.penstock.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.event.Candidate;
import io.penstock.event.Decision;
import io.penstock.event.PolicyUse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;

final class DecisionWriterTest {

    @Test
    void shouldWriteWhatAvroWrites() throws IOException {
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
        for (Decision decision : List.of(full, empty, half)) {
            byte[] framed = EventCodec.local().encode(decision);
            assertThat(Arrays.copyOfRange(framed, EventCodec.HEADER_BYTES, framed.length))
                    .isEqualTo(byAvro(decision));
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
