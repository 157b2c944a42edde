package io.penstock.connector.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.connector.CallLimits;
import io.penstock.event.Dispatch;
import io.penstock.event.Message;
import io.penstock.event.ModelCard;
import io.penstock.event.Parameters;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the body of a chat completion request. Pure. */
final class ChatRequest {
    /** Card tag: the model refuses max_tokens and wants the newer field, as OpenAI's reasoning models do. */
    static final String NEW_LIMIT_TAG = "max_completion_tokens";

    /** Card capability: the endpoint can return log-probabilities. */
    static final String LOGPROBS = "logprobs";

    /** Members that the dispatch decides, or that an answer could not carry. */
    private static final Set<String> OWN = Set.of(
            "model",
            "messages",
            "max_tokens",
            "max_completion_tokens",
            "stream",
            "stream_options",
            "n",
            "logprobs",
            "top_logprobs");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ChatRequest() {}

    /** @throws IllegalArgumentException if the dispatch cannot be put into a request; the message has no text of it */
    static byte[] body(Dispatch dispatch, ModelCard card) {
        ObjectNode body = MAPPER.createObjectNode();
        body.put("model", card.getName().isEmpty() ? card.getSlug() : card.getName());
        addMessages(body.putArray("messages"), dispatch);
        String limit = card.getTags().contains(NEW_LIMIT_TAG) ? "max_completion_tokens" : "max_tokens";
        body.put(limit, CallLimits.maxOutputTokens(dispatch, card));
        addParameters(body, dispatch.getParameters());
        if (card.getCapabilities().contains(LOGPROBS)) {
            body.put("logprobs", true);
        }
        body.put("stream", false);
        try {
            return MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the request cannot be written as JSON");
        }
    }

    private static void addMessages(ArrayNode into, Dispatch dispatch) {
        for (Message message : dispatch.getMessages()) {
            ObjectNode written = into.addObject().put("role", message.getRole()).put("content", message.getContent());
            if (message.getExtra() != null) {
                written.setAll(object(message.getExtra(), "messages[].extra"));
            }
        }
        if (dispatch.getPrompt() != null) {
            into.addObject().put("role", "user").put("content", dispatch.getPrompt());
        }
        if (into.isEmpty()) {
            throw new IllegalArgumentException("the dispatch has neither prompt nor messages");
        }
    }

    private static void addParameters(ObjectNode body, @Nullable Parameters parameters) {
        if (parameters == null) {
            return;
        }
        putIfGiven(body, "temperature", parameters.getTemperature());
        putIfGiven(body, "top_p", parameters.getTopP());
        if (parameters.getSeed() != null) {
            body.put("seed", parameters.getSeed());
        }
        List<String> stop = parameters.getStop();
        if (!stop.isEmpty()) {
            ArrayNode array = body.putArray("stop");
            stop.forEach(array::add);
        }
        if (parameters.getTools() != null) {
            body.set("tools", tools(parameters.getTools()));
        }
        if (parameters.getExtra() != null) {
            ObjectNode extra = object(parameters.getExtra(), "parameters.extra");
            extra.remove(OWN);
            extra.properties().forEach(member -> body.putIfAbsent(member.getKey(), member.getValue()));
        }
    }

    private static void putIfGiven(ObjectNode body, String name, @Nullable Double value) {
        if (value != null) {
            body.put(name, value);
        }
    }

    private static ObjectNode object(String json, String field) {
        try {
            if (MAPPER.readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            // As below: its message quotes the text.
        }
        throw new IllegalArgumentException(field + " must be a JSON object");
    }

    private static JsonNode tools(String json) {
        try {
            JsonNode tools = MAPPER.readTree(json);
            if (tools.isArray()) {
                return tools;
            }
        } catch (JsonProcessingException e) {
            // Its message quotes the text: the one below does not.
        }
        throw new IllegalArgumentException("parameters.tools must be a JSON array");
    }
}
