package io.penstock.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The JSON shapes of Confluent's registry: of answers, and of records in the schemas topic. */
final class RegistryJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private RegistryJson() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array(Iterable<?> values) {
        ArrayNode array = MAPPER.createArrayNode();
        values.forEach(value -> array.add(MAPPER.<JsonNode>valueToTree(value)));
        return array;
    }

    static JsonNode read(byte[] json) throws IOException {
        return MAPPER.readTree(json);
    }

    static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored schema is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    static byte[] bytes(JsonNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** As {@code GET /subjects/x/versions/1} answers and as the topic's values are, less the deletion mark. */
    static ObjectNode of(StoredSchema schema) {
        ObjectNode node = object().put("subject", schema.subject())
                .put("version", schema.version())
                .put("id", schema.id())
                .put("schema", schema.text());
        if (!schema.references().isEmpty()) {
            node.set("references", references(schema));
        }
        return node;
    }

    static ArrayNode references(StoredSchema schema) {
        ArrayNode array = MAPPER.createArrayNode();
        schema.references()
                .forEach(r -> array.addObject()
                        .put("name", r.name())
                        .put("subject", r.subject())
                        .put("version", r.version()));
        return array;
    }

    /** Reads {@code references} of a request or of a record. */
    static List<StoredSchema.Reference> references(JsonNode node) {
        List<StoredSchema.Reference> references = new ArrayList<>();
        for (JsonNode r : node.path("references")) {
            if (!r.path("name").isTextual()
                    || !r.path("subject").isTextual()
                    || !r.path("version").isInt()) {
                throw RegistryException.invalidSchema("a reference needs name, subject and version, was " + r);
            }
            references.add(new StoredSchema.Reference(
                    r.get("name").textValue(),
                    r.get("subject").textValue(),
                    r.get("version").intValue()));
        }
        return references;
    }
}
