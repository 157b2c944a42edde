package io.penstock.app.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Message;
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

    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool");
    private static final double MAX_TEMPERATURE = 2;

    /** Members that do not change the answer here, whatever they are. */
    private static final Set<String> WITHOUT_EFFECT = Set.of("safety_identifier", "prompt_cache_key", "service_tier");

    /** Members whose only accepted value is what their absence means. */
    private static final Map<String, String> FIXED = Map.ofEntries(
            Map.entry("n", "1"),
            Map.entry("store", "false"),
            Map.entry("logprobs", "false"),
            Map.entry("presence_penalty", "0"),
            Map.entry("frequency_penalty", "0"),
            Map.entry("tool_choice", "\"auto\""),
            Map.entry("parallel_tool_calls", "true"),
            Map.entry("response_format", "{\"type\":\"text\"}"),
            Map.entry("modalities", "[\"text\"]"));

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
        if (READ.contains(name) || WITHOUT_EFFECT.contains(name) || value.isNull()) {
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
        InferenceRequest.Builder request = InferenceRequest.newBuilder().setMessages(messages(body.path("messages")));
        return request.setParameters(Parameters.newBuilder()
                .setMaxOutputTokens(limit(body))
                .setTemperature(Json.number(body, "temperature", 0, MAX_TEMPERATURE))
                .setTopP(Json.number(body, "top_p", Double.MIN_VALUE, 1))
                .setSeed(Json.integer(body, "seed", Long.MIN_VALUE, Long.MAX_VALUE))
                .setStop(stop(body.path("stop")))
                .setTools(tools(body.path("tools")))
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

    private static List<Message> messages(JsonNode list) {
        if (!list.isArray() || list.isEmpty()) {
            String code = list.isMissingNode() ? "missing_required_parameter" : "invalid_value";
            throw ApiException.badRequest("messages", code, "messages must be an array of at least one message");
        }
        List<Message> messages = new ArrayList<>();
        for (JsonNode message : list) {
            messages.add(message(message, "messages[" + messages.size() + "]"));
        }
        return messages;
    }

    private static Message message(JsonNode message, String where) {
        if (!message.isObject()) {
            throw ApiException.badValue(where, where + " must be an object with role and content");
        }
        String role = message.path("role").asText("");
        if (!ROLES.contains(role)) {
            throw ApiException.badValue(
                    where + ".role", where + ".role must be system, developer, user, assistant or tool");
        }
        for (Map.Entry<String, JsonNode> member : message.properties()) {
            if (!member.getKey().equals("role")
                    && !member.getKey().equals("content")
                    && !member.getValue().isNull()) {
                String name = where + "." + member.getKey();
                throw ApiException.badRequest(
                        name, "unsupported_parameter", name + " is not supported by this gateway");
            }
        }
        return Message.newBuilder()
                .setRole(role)
                .setContent(content(message.path("content"), where + ".content"))
                .build();
    }

    private static String content(JsonNode content, String where) {
        if (content.isTextual()) {
            return content.textValue();
        }
        if (!content.isArray() || content.isEmpty()) {
            throw ApiException.badValue(where, where + " must be a text or an array of text parts");
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < content.size(); i++) {
            JsonNode part = content.get(i);
            if (!part.path("type").asText("").equals("text")) {
                String param = where + "[" + i + "].type";
                throw ApiException.badRequest(
                        param, "unsupported_value", param + " must be text: models get text alone");
            }
            if (!part.path("text").isTextual()) {
                throw ApiException.badValue(where + "[" + i + "].text", where + "[" + i + "].text must be a text");
            }
            text.append(i == 0 ? "" : "\n").append(part.get("text").textValue());
        }
        return text.toString();
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
