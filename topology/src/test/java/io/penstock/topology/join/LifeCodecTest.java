package io.penstock.topology.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Lane;
import io.penstock.event.Trial;
import io.penstock.schema.EventCodec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LifeCodecTest {
    private final LifeCodec codec = new LifeCodec(EventCodec.local());

    @Test
    void shouldKeepWhatAVerdictWillTellExperiments() {
        // Given
        Life life = life(List.of(new Trial("watch", 7L, 0.25, -0.125)));

        // When
        Life read = codec.decode(Events.IDENTITY, codec.encode(Events.IDENTITY, life));

        // Then
        assertThat(read).isEqualTo(life);
    }

    @Test
    void shouldWriteARequestWithoutExperimentsAsBefore() {
        // Given
        Life life = life(List.of());

        // When
        byte[] bytes = codec.encode(Events.IDENTITY, life);

        // Then
        assertThat(bytes[0]).isEqualTo((byte) 1);
        assertThat(codec.decode(Events.IDENTITY, bytes)).isEqualTo(life);
    }

    private static Life life(List<Trial> trials) {
        Basis basis = new Basis(0.5, Events.START, List.of("tenant/acme"), Events.features(), trials);
        Attempt attempt = new Attempt("d1", 1, "model", basis, 1, 1, Attempt.Progress.RUNNING);
        Address address = new Address("acme", "r1", null, "r1", Lane.ONLINE, Events.START);
        OpenRequest request = new OpenRequest(
                address,
                Events.EXPIRES_AT,
                new Reply(null, null, Map.of()),
                List.of(attempt),
                List.of(),
                0,
                0,
                null,
                null);
        return new Life(new State.InFlight(request), List.of());
    }
}
