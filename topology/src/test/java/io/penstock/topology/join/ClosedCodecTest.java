package io.penstock.topology.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.penstock.event.FeatureVector;
import io.penstock.event.Lane;
import io.penstock.event.ResponseKind;
import io.penstock.event.Trial;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClosedCodecTest {
    private static final String UUID = "3f2b8c1e-5d7a-4f6b-9c0d-1e2f3a4b5c6d";

    private static Attempt attempt(int number, String decisionId, String model, FeatureVector features) {
        Basis basis = new Basis(0.1, Events.START, List.of("tenant/acme-production"), features);
        return new Attempt(decisionId, number, model, basis, 1, 1, Attempt.Progress.DONE);
    }

    private static OpenRequest request(String session, List<Attempt> attempts, List<Voided> voided) {
        Address address = new Address("acme", "r1", session, session, Lane.ONLINE, Events.START);
        Reply reply = new Reply(null, null, Map.of());
        return new OpenRequest(address, Events.EXPIRES_AT, reply, attempts, voided, 0, 0, null, null);
    }

    private static Closed roundTrip(Closed closed) {
        byte[] bytes = ClosedCodec.encode(closed);
        assertThat(bytes).hasSizeLessThanOrEqualTo(ClosedCodec.limit(closed));
        Closed read = ClosedCodec.decode(Events.IDENTITY, bytes);
        assertThat(read).isEqualTo(closed);
        return read;
    }

    @Test
    void shouldKeepAUsualRequestWithItsVectorAndSeveralVerdictsIn512Bytes() {
        // Given
        Attempt answered = attempt(1, UUID, "llama-3-1-70b-instruct", Events.features());
        Closed closed = Closed.of(
                ResponseKind.ANSWERED, request(UUID, List.of(answered), List.of()), answered, Events.START + 5_000);
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            verdicts.add(Verdict.of("feedback-" + i, 0.1 * i, 1));
        }
        // When
        Closed read = roundTrip(closed.withVerdicts(verdicts));
        // Then
        assertThat(read.features()).isEqualTo(Events.features());
        assertThat(ClosedCodec.encode(read)).hasSizeLessThanOrEqualTo(512);
    }

    @Test
    void shouldKeepWhatTheVerdictWillTellExperiments() {
        // Given
        Attempt plain = attempt(1, UUID, "llama-3-1-70b-instruct", Events.features());
        List<Trial> trials = List.of(
                new Trial("e".repeat(40), 1_800_000_000_000L, -1.5, 20.0), new Trial("watch", 7L, 0.25, -0.125));
        Basis basis = new Basis(0.1, Events.START, List.of("tenant/acme-production"), Events.features(), trials);
        Attempt answered = new Attempt(1 + UUID, 1, "m".repeat(22), basis, 1, 1, Attempt.Progress.DONE);

        // When
        Closed tried = roundTrip(
                Closed.of(ResponseKind.ANSWERED, request(UUID, List.of(answered), List.of()), answered, Events.START));
        Closed untried =
                Closed.of(ResponseKind.ANSWERED, request(UUID, List.of(plain), List.of()), plain, Events.START);

        // Then: the vector has not had to make room
        assertThat(tried.answer().trials()).isEqualTo(trials);
        assertThat(tried.features()).isEqualTo(Events.features());
        assertThat(ClosedCodec.encode(untried)[0]).as("format as before").isEqualTo((byte) 1);
    }

    @Test
    void shouldStayWithinTheBoundAtTheWorst() {
        // Given
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            attempts.add(attempt(i, "\u20ac".repeat(200) + i, "m".repeat(80), Events.features())
                    .with(Attempt.Progress.IN_DOUBT));
        }
        String session = "\u20ac".repeat(128);
        List<Voided> voided = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            voided.add(new Voided(i, new Address("acme", "r1", session + i, session + i, Lane.BATCH, i)));
        }
        OpenRequest request = request(session, attempts, voided);
        // When
        Closed closed = Closed.of(ResponseKind.ANSWERED, request, attempts.get(19), Events.START);
        // Then
        assertThat(ClosedCodec.encode(closed)).hasSizeLessThanOrEqualTo(512);
        assertThat(roundTrip(closed).attempts()).isNotEmpty();
    }

    @Test
    void shouldGiveUpTheVectorBeforeTheAnswer() {
        // Given
        Attempt answered = attempt(1, "d".repeat(150), "m".repeat(80), Events.features());
        // When
        Closed closed =
                Closed.of(ResponseKind.ANSWERED, request("s1", List.of(answered), List.of()), answered, Events.START);
        // Then
        assertThat(closed.features()).isNull();
        assertThat(closed.answer()).isNotNull();
    }

    @Test
    void shouldAllowFourBytesMoreForEachNumberAbove64() {
        // Given
        FeatureVector wide = new FeatureVector("x", 128, ByteBuffer.allocate(512), false);
        Attempt answered = attempt(1, UUID, "model-1", wide);
        // When
        Closed closed =
                Closed.of(ResponseKind.ANSWERED, request("s1", List.of(answered), List.of()), answered, Events.START);
        // Then
        assertThat(roundTrip(closed).features()).isEqualTo(wide);
        assertThat(ClosedCodec.limit(closed)).isEqualTo(512 + 256);
    }

    @Test
    void shouldNameAVersionItCannotRead() {
        // Given
        byte[] bytes = {9, 0, 0};
        // When / Then
        assertThatIllegalStateException()
                .isThrownBy(() -> ClosedCodec.decode(Events.IDENTITY, bytes))
                .withMessage("A closed request has format version 9, but this build reads version 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 40, 200})
    void shouldRefuseBytesThatEndTooEarly(int length) {
        // Given
        Attempt answered = attempt(1, UUID, "model-1", Events.features());
        Closed closed =
                Closed.of(ResponseKind.ANSWERED, request("s1", List.of(answered), List.of()), answered, Events.START);
        byte[] cut = Arrays.copyOf(ClosedCodec.encode(closed), length);
        // When / Then
        assertThatIllegalStateException().isThrownBy(() -> ClosedCodec.decode(Events.IDENTITY, cut));
    }

    @Test
    void shouldRefuseTrailingBytes() {
        // Given
        Attempt answered = attempt(1, UUID, "model-1", null);
        Closed closed =
                Closed.of(ResponseKind.ANSWERED, request("s1", List.of(answered), List.of()), answered, Events.START);
        byte[] bytes = ClosedCodec.encode(closed);
        // When / Then
        assertThatIllegalStateException()
                .isThrownBy(() -> ClosedCodec.decode(Events.IDENTITY, Arrays.copyOf(bytes, bytes.length + 1)))
                .withMessage("A closed request has 1 bytes too many");
    }
}
