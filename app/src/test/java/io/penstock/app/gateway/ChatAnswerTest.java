package io.penstock.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChatAnswerTest {
    @Test
    void shouldWriteToolCallsAsOpenAiDoes() {
        // Given
        Response response = answered("{\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\"}]}", "tool_calls");
        // When
        JsonNode body = json(ChatAnswerWriter.whole(response));
        List<Map<String, Object>> chunks = ChatAnswerWriter.chunks(response, false);
        // Then
        assertThat(body.at("/choices/0/message/content").isNull()).isTrue();
        assertThat(body.at("/choices/0/message/tool_calls/0/id").textValue()).isEqualTo("c1");
        assertThat(chunks).hasSize(3);
        assertThat(json(chunks.get(1)).at("/choices/0/delta/tool_calls/0/index").intValue())
                .isZero();
        assertThat(json(chunks.get(2)).has("usage")).isFalse();
    }

    @Test
    void shouldKeepATextThatLooksLikeToolCalls() {
        // Given
        Response response = answered("{\"tool_calls\":[]}", "stop");
        // When
        JsonNode body = json(ChatAnswerWriter.whole(response));
        // Then
        assertThat(body.at("/choices/0/message/content").textValue()).isEqualTo("{\"tool_calls\":[]}");
        assertThat(body.at("/usage/total_tokens").intValue()).isEqualTo(12);
        assertThat(ChatAnswerWriter.headers(response))
                .containsEntry("x-penstock-cost-usd", "0.0000015")
                .containsEntry("x-penstock-decision-id", "d1");
    }

    @ParameterizedTest
    @CsvSource({
        "REJECTED, invalid_parameter, 400",
        "REJECTED, no_candidate, 400",
        "REJECTED, no_active_model, 503",
        "REJECTED, budget_exhausted, 429",
        "REJECTED, request_too_large, 413",
        "EXPIRED, expired, 504",
        "CANCELLED, cancelled, 409",
        "FAILED, server_error, 502",
        "FAILED, bad_request, 400",
        "FAILED, content_filter, 400",
        "FAILED, timeout, 504"
    })
    void shouldGiveEachEndItsStatusAndNoRetry(ResponseKind kind, String reason, int status) {
        // Given
        Response response = answered("", "stop");
        response.setKind(kind);
        response.setReason(reason);
        // When
        ApiException error = Terminal.error(response);
        // Then
        assertThat(error.status()).isEqualTo(status);
        assertThat(error.headers()).containsEntry("x-should-retry", "false");
    }

    @Test
    void shouldHandRepliesToTheirTenantOnly() {
        // Given
        OpenRequests open = new OpenRequests(1);
        OpenRequests.Open waiting = open.add("r1", "acme", 0, new ClientWatch(new ByteArrayEndPoint()));
        Response foreign = answered("x", "stop");
        foreign.setTenant("other");
        Response own = answered("x", "stop");
        own.setTenant("acme");
        // When
        boolean toOther = open.answer(foreign);
        boolean toOwner = open.answer(own);
        // Then
        assertThat(toOther).isFalse();
        assertThat(toOwner).isTrue();
        assertThat(waiting.ending().join().response()).isSameAs(own);
        assertThat(open.isOpen("r1", "acme")).isFalse();
        assertThatThrownBy(() -> open.add("r2", "acme", 0, new ClientWatch(new ByteArrayEndPoint())))
                .isInstanceOfSatisfying(
                        ApiException.class, error -> assertThat(error.status()).isEqualTo(429));
        open.written();
        assertThat(open.size()).isZero();
    }

    @Test
    void shouldMakeIdsThatTellTheirTime() {
        // Given
        Instant now = Instant.parse("2026-01-01T00:00:00.123Z");
        // When
        String id = new RequestIds(InstantSource.fixed(now), new Random(1)).next();
        // Then
        assertThat(RequestIds.timeOf(id)).isEqualTo(now);
        assertThat(RequestIds.requestId("chatcmpl-" + id)).isEqualTo(id);
        assertThat(RequestIds.timeOf("x".repeat(36))).isNull();
        assertThat(RequestIds.timeOf("r1")).isNull();
    }

    @Test
    void shouldListenBeyondThisMachineOnlyWithKeys() {
        // Then
        assertThatThrownBy(() -> new GatewaySettings("0.0.0.0", 0, null, Duration.ofSeconds(1), 1, Duration.ZERO))
                .hasMessageContaining("'0.0.0.0'");
        assertThatThrownBy(() -> GatewaySettings.onLoopback(65_536)).hasMessageContaining("65536");
    }

    private static Response answered(String answer, String finishReason) {
        return Response.newBuilder()
                .setRequestId("r1")
                .setTenant("acme")
                .setKind(ResponseKind.ANSWERED)
                .setAnswer(answer)
                .setFinishReason(finishReason)
                .setModel("m")
                .setDecisionId("d1")
                .setInputTokens(5)
                .setOutputTokens(7)
                .setSettledCostNanos(1500)
                .setRequestTime(Instant.EPOCH)
                .setFinishedAt(Instant.EPOCH)
                .build();
    }

    private static JsonNode json(Object body) {
        return Json.parse(Json.bytes(body));
    }
}
