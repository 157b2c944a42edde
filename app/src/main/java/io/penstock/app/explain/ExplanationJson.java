package io.penstock.app.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.event.Decision;
import io.penstock.event.Response;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** An explanation as JSON: the records field by field, without any text of prompt or answer. */
final class ExplanationJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ExplanationJson() {}

    static String write(History history, @Nullable String answer) {
        ObjectNode root = JSON.createObjectNode();
        if (answer != null) {
            root.put("answer", answer);
        }
        ArrayNode decisions = root.putArray("decisions");
        for (Decision decision : history.decisions()) {
            ObjectNode node = record(decision);
            node.put("redecision", Explanation.redecide(decision).name().toLowerCase(Locale.ROOT));
            decisions.add(node);
        }
        addAll(root.putArray("completions"), history.completions());
        Response response = history.response();
        root.set("response", response == null ? JSON.nullNode() : record(response));
        addAll(root.putArray("signals"), history.signals());
        addAll(root.putArray("outcomes"), history.outcomes());
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + '\n';
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON nodes can always be written", e);
        }
    }

    private static void addAll(ArrayNode array, List<? extends SpecificRecord> records) {
        records.forEach(one -> array.add(record(one)));
    }

    private static ObjectNode record(SpecificRecord event) {
        ObjectNode node = JSON.createObjectNode();
        for (Schema.Field field : event.getSchema().getFields()) {
            // The answer is text of a model; who submitted the request has it.
            if (!field.name().equals("answer")) {
                node.set(field.name(), value(event.get(field.pos())));
            }
        }
        return node;
    }

    private static JsonNode value(@Nullable Object value) {
        if (value == null) {
            return JSON.nullNode();
        }
        if (value instanceof SpecificRecord event) {
            return record(event);
        }
        if (value instanceof Collection<?> items) {
            ArrayNode array = JSON.createArrayNode();
            items.forEach(item -> array.add(value(item)));
            return array;
        }
        if (value instanceof Map<?, ?> map) {
            ObjectNode node = JSON.createObjectNode();
            new TreeMap<Object, Object>(map).forEach((key, item) -> node.set(String.valueOf(key), value(item)));
            return node;
        }
        return scalar(value);
    }

    private static JsonNode scalar(Object value) {
        if (value instanceof ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            return JSON.getNodeFactory().textNode(HexFormat.of().formatHex(copy));
        }
        if (value instanceof Instant || value instanceof Enum<?> || value instanceof CharSequence) {
            return JSON.getNodeFactory().textNode(value.toString());
        }
        return JSON.valueToTree(value);
    }
}
