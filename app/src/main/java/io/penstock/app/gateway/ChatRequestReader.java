package io.penstock.app.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a chat completion into a request. What it does not know it refuses by name, since an answer that ignores
 * a member of the request would be a wrong answer.
 */
final class ChatRequestReader {
    static final int MAX_STOPS = 4;

    private static final double MAX_TEMPERATURE = 2;
    private static final double MAX_PENALTY = 2;

    /** Members that do not change the answer here, whatever they are. */
    private static final Set<String> WITHOUT_EFFECT = Set.of("safety_identifier", "prompt_cache_key", "service_tier");

    /** Members whose only accepted value is what their absence means. */
    private static final Map<String, String> FIXED = Map.ofEntries(
            Map.entry("n", "1"),
            Map.entry("store", "false"),
            Map.entry("logprobs", "false"),
            Map.entry("modalities", "[\"text\"]"));

    /** Members that go to the model as they are. */
    private static final Set<String> PASSED = Set.of(
            "tool_choice",
            "parallel_tool_calls",
            "response_format",
            "presence_penalty",
            "frequency_penalty",
            "logit_bias",
            "reasoning_effort",
            "verbosity");

    private static final Set<String> READ = Set.of(
            "model",
            "messages",
            "max_tokens",
            "max_completion_tokens",
            "temperature",
            "top_p",
            "seed",
            "stop",
            "tools",
            "stream",
            "stream_options",
            "metadata",
            "user");

    private ChatRequestReader() {}

    /**
     * What a call asks for.
     *
     * @param model as the client says it
     * @param request without id, tenant, constraints and reply-to
     * @param metadata OpenAI's map, at most 16 pairs
     */
    record ChatCall(
            String model,
            InferenceRequest.Builder request,
            Map<String, String> metadata,
            boolean stream,
            boolean includeUsage) {}

    /** @throws ApiException 400 with the member that is wrong */
    static ChatCall read(JsonNode body) {
        if (!body.isObject()) {
            throw ApiException.badRequest(null, "invalid_json", "the body must be a JSON object");
        }
        for (Map.Entry<String, JsonNode> member : body.properties()) {
            check(member.getKey(), member.getValue());
        }
        String model = Json.text(body, "model");
        if (model == null || model.isEmpty()) {
            throw ApiException.badRequest(
                    "model",
                    "missing_required_parameter",
                    "model is missing; '" + Models.AUTO + "' lets Penstock choose");
        }
        boolean stream = Boolean.TRUE.equals(Json.flag(body, "stream"));
        return new ChatCall(model, request(body), metadata(body), stream, includeUsage(body, stream));
    }

    private static void check(String name, JsonNode value) {
        if (READ.contains(name) || PASSED.contains(name) || WITHOUT_EFFECT.contains(name) || value.isNull()) {
            return;
        }
        String fixed = FIXED.get(name);
        if (fixed == null) {
            String shown = name.length() <= 60 ? name : name.substring(0, 60) + "…";
            throw ApiException.badRequest(
                    shown, "unsupported_parameter", "'" + shown + "' is not supported by this gateway; leave it out");
        }
        boolean same = value.isNumber()
                ? value.decimalValue().compareTo(new java.math.BigDecimal(numberOr(fixed, "-1"))) == 0
                : value.toString().equals(fixed);
        if (!same) {
            throw ApiException.badRequest(
                    name, "unsupported_value", "this gateway supports only " + fixed + " for '" + name + "'");
        }
    }

    private static String numberOr(String text, String otherwise) {
        return Character.isDigit(text.charAt(0)) ? text : otherwise;
    }

    private static InferenceRequest.Builder request(JsonNode body) {
        Json.number(body, "presence_penalty", -MAX_PENALTY, MAX_PENALTY);
        Json.number(body, "frequency_penalty", -MAX_PENALTY, MAX_PENALTY);
        Json.flag(body, "parallel_tool_calls");
        Json.text(body, "reasoning_effort");
        Json.text(body, "verbosity");
        Json.object(body, "response_format");
        Json.object(body, "logit_bias");
        InferenceRequest.Builder request =
                InferenceRequest.newBuilder().setMessages(MessageReader.read(body.path("messages")));
        return request.setParameters(Parameters.newBuilder()
                .setMaxOutputTokens(limit(body))
                .setTemperature(Json.number(body, "temperature", 0, MAX_TEMPERATURE))
                .setTopP(Json.number(body, "top_p", Double.MIN_VALUE, 1))
                .setSeed(Json.integer(body, "seed", Long.MIN_VALUE, Long.MAX_VALUE))
                .setStop(stop(body.path("stop")))
                .setTools(tools(body.path("tools")))
                .setExtra(extra(body, PASSED))
                .build());
    }

    private static @Nullable Integer limit(JsonNode body) {
        Long newer = Json.integer(body, "max_completion_tokens", 1, Integer.MAX_VALUE);
        Long older = Json.integer(body, "max_tokens", 1, Integer.MAX_VALUE);
        if (newer != null && older != null && !newer.equals(older)) {
            throw ApiException.badValue(
                    "max_tokens", "max_tokens and max_completion_tokens differ; give max_completion_tokens alone");
        }
        Long limit = newer == null ? older : newer;
        return limit == null ? null : limit.intValue();
    }

    /** Those of the members that are given, as a JSON object; null if none is. */
    static @Nullable String extra(JsonNode from, Set<String> names) {
        ObjectNode extra = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> member : from.properties()) {
            if (names.contains(member.getKey()) && !member.getValue().isNull()) {
                extra.set(member.getKey(), member.getValue());
            }
        }
        return extra.isEmpty() ? null : extra.toString();
    }

    private static List<String> stop(JsonNode stop) {
        if (stop.isMissingNode() || stop.isNull()) {
            return List.of();
        }
        if (stop.isTextual()) {
            return List.of(stop.textValue());
        }
        List<String> stops = new ArrayList<>();
        stop.forEach(one -> {
            if (!one.isTextual()) {
                throw ApiException.badValue("stop", "stop must be a text or an array of texts");
            }
            stops.add(one.textValue());
        });
        if (!stop.isArray() || stops.size() > MAX_STOPS) {
            throw ApiException.badValue("stop", "stop must be a text or an array of at most " + MAX_STOPS + " texts");
        }
        return stops;
    }

    private static @Nullable String tools(JsonNode tools) {
        if (tools.isMissingNode() || tools.isNull() || (tools.isArray() && tools.isEmpty())) {
            return null;
        }
        if (!tools.isArray()) {
            throw ApiException.badValue("tools", "tools must be an array");
        }
        return tools.toString();
    }

    private static boolean includeUsage(JsonNode body, boolean stream) {
        JsonNode options = body.path("stream_options");
        if (options.isMissingNode() || options.isNull()) {
            return false;
        }
        if (!stream || !options.isObject()) {
            throw ApiException.badValue("stream_options", "stream_options must be an object and needs stream: true");
        }
        return options.path("include_usage").asBoolean(false);
    }

    private static Map<String, String> metadata(JsonNode body) {
        Map<String, String> metadata = new java.util.LinkedHashMap<>(Json.texts(body, "metadata"));
        String user = Json.text(body, "user");
        if (user != null) {
            metadata.putIfAbsent("user", user);
        }
        return metadata;
    }
}
