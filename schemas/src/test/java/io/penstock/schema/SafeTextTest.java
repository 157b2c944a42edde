package io.penstock.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Completion;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Endpoint;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Message;
import io.penstock.event.ModelCard;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SafeTextTest {
    private static final String SECRET = "tell nobody";

    @Test
    void shouldShowNoTextOfUsers() {
        // Given
        InferenceRequest request = InferenceRequest.newBuilder()
                .setRequestId("r-1")
                .setSessionId("s-1")
                .setPrompt(SECRET)
                .setMessages(List.of(new Message(SECRET, SECRET, SECRET)))
                .setAttributes(Map.of(SECRET, SECRET))
                .setReplyTo(SECRET)
                .build();

        // When
        String shown = request.toString();

        // Then
        assertThat(shown)
                .isEqualTo("InferenceRequest{request_id=r-1, session_id=s-1, prompt=<11 characters>, "
                        + "messages=[Message{role=<11 characters>, content=<11 characters>, extra=<11 characters>}], "
                        + "reply_to=<11 characters>, attributes=<1 entries>}");
    }

    @Test
    void shouldShowNumbersEnumsAndNames() {
        Completion completion = Completion.newBuilder()
                .setDecisionId("d-1")
                .setStatus(CompletionStatus.TIMEOUT)
                .setAnswer(SECRET)
                .setErrorMessage(SECRET)
                .setCostNanos(5)
                .build();
        assertThat(completion.toString())
                .contains("decision_id=d-1", "status=TIMEOUT", "cost_nanos=5", "finished_at=1970-01-01T00:00:00Z")
                .doesNotContain(SECRET);
    }

    @Test
    void shouldShowNoSecretsOfEndpoints() {
        ModelCard card = ModelCard.newBuilder()
                .setSlug("m")
                .setEndpoints(List.of(new Endpoint("https://user:" + SECRET, SECRET, Map.of("authorization", SECRET))))
                .build();
        assertThat(card.toString()).contains("slug=m").doesNotContain(SECRET);
    }

    @Test
    void shouldShortenWhatIsLong() {
        InferenceRequest request = InferenceRequest.newBuilder()
                .setRequestId("x".repeat(129))
                .setMessages(Collections.nCopies(1_000, new Message("user", "hi", null)))
                .build();
        assertThat(request.toString())
                .contains("request_id=<129 characters>", "<980 more>")
                .hasSizeLessThan(2_000);
    }

    @Test
    void shouldCoverEveryRecord() {
        Examples.all()
                .forEach((name, event) -> assertThat(event.toString())
                        .as(name)
                        .startsWith(event.getSchema().getName() + "{")
                        .endsWith("}"));
    }
}
