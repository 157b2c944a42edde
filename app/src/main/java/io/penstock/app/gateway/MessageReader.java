package io.penstock.app.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.event.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the messages of a chat: texts, tool calls and what tools answered. */
final class MessageReader {
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool");
    private static final String TOOL_CALLS = "tool_calls";
    private static final String TOOL_CALL_ID = "tool_call_id";
    /** Members that go to the model as they are. */
    private static final Set<String> PASSED = Set.of("name", TOOL_CALLS, TOOL_CALL_ID);

    private MessageReader() {}

    /** @throws ApiException 400 with the member that is wrong, e.g. messages[2].role */
    static List<Message> read(JsonNode list) {
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
            String key = member.getKey();
            boolean known = key.equals("role") || key.equals("content") || PASSED.contains(key);
            if (!known && !member.getValue().isNull()) {
                String name = where + "." + key;
                throw ApiException.badRequest(
                        name, "unsupported_parameter", name + " is not supported by this gateway");
            }
        }
        boolean calls = calls(message, role, where);
        boolean textless = calls && !message.hasNonNull("content");
        return Message.newBuilder()
                .setRole(role)
                .setContent(textless ? "" : content(message.path("content"), where + ".content"))
                .setExtra(extra(message, textless))
                .build();
    }

    /** Whether the message has tool calls; a tool's answer must say which call it answers. */
    private static boolean calls(JsonNode message, String role, String where) {
        JsonNode calls = message.path(TOOL_CALLS);
        boolean given = !calls.isMissingNode() && !calls.isNull();
        if (given && (!role.equals("assistant") || !calls.isArray() || calls.isEmpty())) {
            String name = where + "." + TOOL_CALLS;
            throw ApiException.badValue(name, name + " must be an array of at least one call, of an assistant");
        }
        if (role.equals("tool") != message.path(TOOL_CALL_ID).isTextual()) {
            String name = where + "." + TOOL_CALL_ID;
            throw ApiException.badValue(name, name + " must be a text in a message of role tool, and in no other");
        }
        return given;
    }

    private static @Nullable String extra(JsonNode message, boolean textless) {
        String extra = ChatRequestReader.extra(message, PASSED);
        if (!textless || extra == null) {
            return extra;
        }
        ObjectNode calls = ((ObjectNode) message).deepCopy();
        // Some endpoints take an empty text beside tool calls for an answer.
        calls.retain(PASSED);
        calls.putNull("content");
        return calls.toString();
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
}
