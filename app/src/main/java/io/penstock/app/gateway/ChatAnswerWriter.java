package io.penstock.app.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.event.Response;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes an answered response as OpenAI's chat completion, whole or in chunks. Pure. */
final class ChatAnswerWriter {
    private static final String TOOL_CALLS = "tool_calls";
    private static final int NANO_DIGITS = 9;

    private ChatAnswerWriter() {}

    /** {@code chat.completion}. */
    static Map<String, Object> whole(Response response) {
        Map<String, @Nullable Object> choice = new LinkedHashMap<>();
        choice.put("index", 0);
        choice.put("message", message(response));
        choice.put("logprobs", null);
        choice.put("finish_reason", finishReason(response));
        Map<String, Object> body = head(response, "chat.completion");
        body.put("choices", List.of(choice));
        body.put("usage", usage(response));
        return body;
    }

    /**
     * {@code chat.completion.chunk}s of a finished answer, in order: the role, the whole content (or tool calls), the finish
     * reason and, if wanted, the usage.
     */
    static List<Map<String, Object>> chunks(Response response, boolean includeUsage) {
        List<Map<String, Object>> chunks = new ArrayList<>();
        Map<String, @Nullable Object> role = new LinkedHashMap<>();
        role.put("role", "assistant");
        role.put("content", "");
        chunks.add(chunk(response, role, null, includeUsage));
        JsonNode calls = toolCalls(response);
        Map<String, @Nullable Object> content = new LinkedHashMap<>();
        if (calls == null) {
            content.put("content", Objects.requireNonNullElse(response.getAnswer(), ""));
        } else {
            content.put(TOOL_CALLS, indexed(calls));
        }
        chunks.add(chunk(response, content, null, includeUsage));
        chunks.add(chunk(response, Map.of(), finishReason(response), includeUsage));
        if (includeUsage) {
            Map<String, Object> last = head(response, "chat.completion.chunk");
            last.put("choices", List.of());
            last.put("usage", usage(response));
            chunks.add(last);
        }
        return chunks;
    }

    private static Map<String, Object> chunk(
            Response response, Map<String, ?> delta, @Nullable String finishReason, boolean includeUsage) {
        Map<String, @Nullable Object> choice = new LinkedHashMap<>();
        choice.put("index", 0);
        choice.put("delta", delta);
        choice.put("logprobs", null);
        choice.put("finish_reason", finishReason);
        Map<String, @Nullable Object> chunk = new LinkedHashMap<>(head(response, "chat.completion.chunk"));
        chunk.put("choices", List.of(choice));
        if (includeUsage) {
            chunk.put("usage", null);
        }
        @SuppressWarnings("NullAway") // a null is written as JSON's
        Map<String, Object> written = chunk;
        return written;
    }

    private static Map<String, Object> head(Response response, String object) {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("id", RequestIds.CHAT_PREFIX + response.getRequestId());
        head.put("object", object);
        head.put("created", response.getRequestTime().getEpochSecond());
        head.put("model", Objects.requireNonNullElse(response.getModel(), ""));
        return head;
    }

    private static Map<String, @Nullable Object> message(Response response) {
        JsonNode calls = toolCalls(response);
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        message.put("role", "assistant");
        message.put("content", calls == null ? Objects.requireNonNullElse(response.getAnswer(), "") : null);
        message.put("refusal", null);
        if (calls != null) {
            message.put(TOOL_CALLS, calls);
        }
        return message;
    }

    /** Tool calls are in the answer as {@code {"tool_calls":[...]}}; null if it is a text. */
    private static @Nullable JsonNode toolCalls(Response response) {
        String answer = response.getAnswer();
        if (answer == null || !TOOL_CALLS.equals(response.getFinishReason()) || !answer.startsWith("{")) {
            return null;
        }
        JsonNode root = Json.embedded(answer);
        return root != null && root.path(TOOL_CALLS).isArray() ? root.get(TOOL_CALLS) : null;
    }

    private static List<JsonNode> indexed(JsonNode calls) {
        List<JsonNode> indexed = new ArrayList<>();
        for (JsonNode call : calls) {
            com.fasterxml.jackson.databind.node.ObjectNode copy = call.deepCopy();
            copy.put("index", indexed.size());
            indexed.add(copy);
        }
        return indexed;
    }

    private static String finishReason(Response response) {
        return Objects.requireNonNullElse(response.getFinishReason(), "stop");
    }

    private static Map<String, Object> usage(Response response) {
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("prompt_tokens", response.getInputTokens());
        usage.put("completion_tokens", response.getOutputTokens());
        usage.put("total_tokens", (long) response.getInputTokens() + response.getOutputTokens());
        return usage;
    }

    /** Headers that say who answered and what it cost. */
    static Map<String, String> headers(Response response) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-request-id", response.getRequestId());
        if (response.getDecisionId() != null) {
            headers.put("x-penstock-decision-id", response.getDecisionId());
        }
        if (response.getModel() != null) {
            headers.put("x-penstock-model", response.getModel());
        }
        headers.put("x-penstock-attempts", String.valueOf(response.getAttempts()));
        headers.put("x-penstock-cost-usd", usd(response.getSettledCostNanos()));
        return headers;
    }

    static String usd(long nanos) {
        return BigDecimal.valueOf(nanos, NANO_DIGITS).stripTrailingZeros().toPlainString();
    }
}
