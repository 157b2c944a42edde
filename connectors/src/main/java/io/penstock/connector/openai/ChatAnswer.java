package io.penstock.connector.openai;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.penstock.connector.BackendAnswer;
import io.penstock.connector.Failure;
import io.penstock.connector.Usage;
import io.penstock.event.ErrorClass;
import io.penstock.event.ModelCard;
import io.penstock.schema.Money;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a 200. Every malformed one is a retryable failure, since another model may do better; it is in doubt
 * when the model may have worked and what that cost is not told.
 */
final class ChatAnswer {
    private static final ObjectReader READER =
            new ObjectMapper().readerFor(JsonNode.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final ModelCard card;
    private final String endpoint;
    private final double latencyMs;

    ChatAnswer(ModelCard card, String endpoint, double latencyMs) {
        this.card = card;
        this.endpoint = endpoint;
        this.latencyMs = latencyMs;
    }

    BackendAnswer read(byte[] body) {
        JsonNode root = parse(body);
        if (root == null || !root.isObject()) {
            return malformed("the answer is not a whole JSON object (" + body.length + " bytes)", null);
        }
        JsonNode error = root.get("error");
        if (error != null && !error.isNull()) {
            String message = "the endpoint answered 200 with an error" + HttpFailures.code(error);
            return BackendAnswer.failed(
                    Failure.retryable(ErrorClass.MALFORMED_ANSWER, message), Usage.afterMs(latencyMs), false, endpoint);
        }
        Usage usage = usage(root.path("usage"));
        JsonNode choice = root.path("choices").path(0);
        JsonNode message = choice.path("message");
        if (!message.isObject()) {
            return malformed("the answer has no choices[0].message", usage);
        }
        return answer(choice, message, usage);
    }

    static @Nullable JsonNode parse(byte[] body) {
        try {
            return READER.readTree(body);
        } catch (IOException e) {
            // Jackson's message quotes the body, which may be the model's text.
            return null;
        }
    }

    private BackendAnswer answer(JsonNode choice, JsonNode message, @Nullable Usage usage) {
        String finishReason = choice.path("finish_reason").isTextual()
                ? choice.path("finish_reason").textValue()
                : null;
        String text = text(message);
        if (text == null) {
            if ("content_filter".equals(finishReason)) {
                Failure filtered =
                        Failure.lasting(ErrorClass.CONTENT_FILTER, "the endpoint's content filter withheld the answer");
                return BackendAnswer.failed(filtered, known(usage), usage == null, endpoint);
            }
            return malformed("choices[0].message has neither content nor tool_calls", usage);
        }
        BackendAnswer answer = BackendAnswer.success(text, finishReason, known(usage), endpoint)
                .withConfidence(confidence(choice.path("logprobs").path("content")));
        return usage == null ? answer.withDoubt() : answer;
    }

    /** The text; for tool calls their JSON; null if there is neither. */
    private static @Nullable String text(JsonNode message) {
        JsonNode calls = message.path("tool_calls");
        if (calls.isArray() && !calls.isEmpty()) {
            return "{\"tool_calls\":" + calls + "}";
        }
        JsonNode content = message.path("content");
        return content.isTextual() ? content.textValue() : null;
    }

    /** Null if the endpoint does not tell it, or not in whole numbers >= 0. */
    private @Nullable Usage usage(JsonNode usage) {
        JsonNode input = usage.path("prompt_tokens");
        JsonNode output = usage.path("completion_tokens");
        if (!isCount(input) || !isCount(output)) {
            return null;
        }
        long cost = Money.costNanos(
                input.intValue(),
                output.intValue(),
                card.getInputNanosPerMillionTokens(),
                card.getOutputNanosPerMillionTokens());
        return new Usage(input.intValue(), output.intValue(), cost, latencyMs, null, energy(output.intValue()));
    }

    private static boolean isCount(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= 0;
    }

    private double energy(int outputTokens) {
        Double joules = card.getEnergyJoulesPerOutputToken();
        return joules == null ? 0 : joules * outputTokens;
    }

    private Usage known(@Nullable Usage usage) {
        return usage == null ? Usage.afterMs(latencyMs) : usage;
    }

    private static Map<String, Double> confidence(JsonNode tokens) {
        double sum = 0;
        double min = 0;
        int count = 0;
        for (JsonNode token : tokens) {
            JsonNode logprob = token.path("logprob");
            if (logprob.isNumber()) {
                sum += logprob.doubleValue();
                min = Math.min(min, logprob.doubleValue());
                count++;
            }
        }
        return count == 0 ? Map.of() : Map.of("mean_token_logprob", sum / count, "min_token_logprob", min);
    }

    BackendAnswer malformed(String message, @Nullable Usage usage) {
        Failure failure = Failure.retryable(ErrorClass.MALFORMED_ANSWER, message);
        return BackendAnswer.failed(failure, known(usage), usage == null, endpoint);
    }
}
