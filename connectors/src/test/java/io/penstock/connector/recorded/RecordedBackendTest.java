package io.penstock.connector.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.connector.BackendAnswer;
import io.penstock.connector.Samples;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Dispatch;
import io.penstock.event.ErrorClass;
import io.penstock.event.Message;
import io.penstock.event.ModelCard;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RecordedBackendTest {
    private final RecordedOutcomes outcomes = RecordedOutcomes.load(
            RecordedSource.resources(RecordedBackendTest.class.getClassLoader(), "recorded"), "both");
    private final ModelCard small = outcomes.arms().get(0).card();

    private static Dispatch asking(String prompt) {
        return Samples.dispatch("maker-small", "r1").setPrompt(prompt).build();
    }

    private BackendAnswer answer(Dispatch dispatch) {
        try (RecordedBackend backend = new RecordedBackend(outcomes)) {
            CompletableFuture<BackendAnswer> call = backend.call(dispatch, small);
            assertThat(call).isCompleted();
            return call.join();
        }
    }

    @Test
    void shouldAnswerWithWhatTheModelDid() {
        // When
        BackendAnswer answer = answer(asking("What is one and one?"));

        // Then
        assertThat(answer.status()).isEqualTo(CompletionStatus.SUCCESS);
        assertThat(answer.quality()).isEqualTo(0.0);
        assertThat(answer.usage().inputTokens()).isEqualTo(6);
        assertThat(answer.usage().outputTokens()).isEqualTo(40);
        assertThat(answer.usage().costNanos()).isEqualTo(12_600);
        assertThat(answer.usage().latencyMs()).isEqualTo(200);
        assertThat(answer.usage().firstTokenMs()).isEqualTo(100);
        assertThat(answer.usage().energyJoules()).isEqualTo(20);
        assertThat(answer.endpoint()).isEqualTo("recorded:alpha");
        assertThat(answer.answer()).contains("maker/small-1.0", "a-1");
    }

    @Test
    void shouldPreferTheRecordedIdToTheText() {
        // Given
        Dispatch dispatch = Samples.dispatch("maker-small", "r1")
                .setPrompt("What is one and one?")
                .setAttributes(Map.of(RecordedBackend.ID_ATTRIBUTE, "b-1"))
                .build();

        // Then
        assertThat(answer(dispatch).quality()).isEqualTo(1.0);
    }

    @Test
    void shouldFindThePromptInTheLastUserMessage() {
        // Given
        Dispatch dispatch = Samples.dispatch("maker-small", "r1")
                .setPrompt(null)
                .setMessages(List.of(
                        new Message("user", "Hello.", null),
                        new Message("user", "Name a river.", null),
                        new Message("assistant", "Hm.", null)))
                .build();

        // Then
        assertThat(answer(dispatch).quality()).isEqualTo(0.75);
    }

    @Test
    void shouldSayWhatToDoWithAnUnknownPrompt() {
        // When
        BackendAnswer answer = answer(asking(Samples.SECRET_TEXT));

        // Then
        assertThat(answer.status()).isEqualTo(CompletionStatus.FAILED);
        assertThat(answer.failure().errorClass()).isEqualTo(ErrorClass.NOT_RECORDED);
        assertThat(answer.failure().retryable()).isFalse();
        assertThat(answer.failure().message())
                .isEqualTo("this prompt is not among the 3 recorded ones of pool 'both'; send a recorded prompt, or set"
                        + " the attribute penstock.recorded-id to a recorded id, or use a model with a live backend");
    }

    @Test
    void shouldSayWhatToDoWithAnUnknownModel() {
        // Given
        try (RecordedBackend backend = new RecordedBackend(outcomes)) {

            // When
            BackendAnswer answer = backend.call(
                            asking("Name a river."), Samples.card("stranger").build())
                    .join();

            // Then
            assertThat(answer.failure().errorClass()).isEqualTo(ErrorClass.NOT_RECORDED);
            assertThat(answer.failure().message()).startsWith("model 'stranger' is not in the recorded pool 'both'");
        }
    }

    @Test
    void shouldAnswerOnlyWhenTheGateOpens() {
        // Given
        CompletableFuture<Void> gate = new CompletableFuture<>();
        try (RecordedBackend backend = new RecordedBackend(outcomes, dispatch -> gate, 0)) {
            CompletableFuture<BackendAnswer> call = backend.call(asking("Name a river."), small);
            assertThat(call).isNotDone();

            // When
            gate.complete(null);

            // Then
            assertThat(call).isCompleted();
        }
    }

    @Test
    void shouldErrAsOftenAsTheVerifierOfThatAccuracyDoesAndAlwaysOnTheSame() {
        // Given
        RecordedVerifier verifier = new RecordedVerifier(0.9, 7);
        int right = 0;
        int wrong = 0;

        // When
        for (int i = 0; i < 2_000; i++) {
            right += verifier.verdict("p" + i, "small", 1) == 1 ? 1 : 0;
            wrong += verifier.verdict("p" + i, "small", 0.2) == 0 ? 1 : 0;
        }

        // Then
        assertThat(right / 2_000.0).isBetween(0.88, 0.92);
        assertThat(wrong).isEqualTo(right);
        assertThat(verifier.verdict("p1", "small", 1))
                .isEqualTo(new RecordedVerifier(0.9, 7).verdict("p1", "small", 1));
        assertThatThrownBy(() -> new RecordedVerifier(0.4, 7)).hasMessageContaining("0.4 must be from 0.5 to 1");
    }

    @Test
    void shouldSayWhatTheVerifierFinds() {
        // Given
        RecordedVerifier verifier = new RecordedVerifier(1, 7);
        try (RecordedBackend backend = new RecordedBackend(outcomes, CallGate.OPEN, 0, verifier)) {

            // When
            BackendAnswer answer =
                    backend.call(asking("What is one and one?"), small).join();

            // Then
            assertThat(answer.confidence()).containsEntry("verifier", answer.quality() >= 0.5 ? 1.0 : 0.0);
        }
    }

    @Test
    void shouldAnswerAfterTheScaledLatency() {
        // Given
        long begin = System.nanoTime();
        try (RecordedBackend backend = new RecordedBackend(outcomes, CallGate.OPEN, 0.1)) {

            // When
            BackendAnswer answer =
                    backend.call(asking("What is one and one?"), small).join();

            // Then
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(20));
            assertThat(answer.usage().latencyMs()).isEqualTo(200);
        }
    }
}
