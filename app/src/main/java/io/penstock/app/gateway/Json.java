package io.penstock.app.gateway;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON of clients, read strictly: what is not as it must be is a 400 that names the member. */
final class Json {
    /** OpenAI's limits of a metadata map. */
    static final int MAX_PAIRS = 16;

    static final int MAX_KEY = 64;
    static final int MAX_VALUE = 512;

    private static final ObjectMapper MAPPER = new ObjectMapper(new JsonFactoryBuilder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private Json() {}

    /** @throws ApiException 400 that says where the text stops being JSON, without quoting it */
    static JsonNode parse(byte[] body) {
        try {
            JsonNode root = MAPPER.readTree(body);
            if (root == null || root.isMissingNode()) {
                throw ApiException.badRequest(null, "invalid_json", "the body is empty; it must be a JSON object");
            }
            return root;
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ")";
            throw ApiException.badRequest(null, "invalid_json", "the body is not one JSON value" + where);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory could not be read", e);
        }
    }

    static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer could not be written as JSON");
        }
    }

    /** A JSON value inside a text; null if the text is not one. */
    static @Nullable JsonNode embedded(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            // Most answers are plain text.
            return null;
        }
    }

    static @Nullable String text(JsonNode body, String name) {
        JsonNode value = body.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw ApiException.badValue(name, name + " must be a text");
        }
        return value.textValue();
    }

    static @Nullable Boolean flag(JsonNode body, String name) {
        JsonNode value = body.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isBoolean()) {
            throw ApiException.badValue(name, name + " must be true or false");
        }
        return value.booleanValue();
    }

    /** Checks that a member, if given, is an object. */
    static void object(JsonNode body, String name) {
        JsonNode value = body.get(name);
        if (value != null && !value.isNull() && !value.isObject()) {
            throw ApiException.badValue(name, name + " must be an object");
        }
    }

    static @Nullable Double number(JsonNode body, String name, double least, double most) {
        JsonNode value = body.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        double number = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!(number >= least && number <= most)) {
            String from = least == Double.MIN_VALUE ? "above 0 and at most " : "from " + plain(least) + " to ";
            throw ApiException.badValue(name, name + " must be a number " + from + plain(most));
        }
        return number;
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }

    static @Nullable Long integer(JsonNode body, String name, long least, long most) {
        JsonNode value = body.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            throw ApiException.badValue(name, name + " must be a whole number from " + least + " to " + most);
        }
        return value.longValue();
    }

    /** A map of texts within OpenAI's limits. */
    static Map<String, String> texts(JsonNode body, String name) {
        JsonNode map = body.path(name);
        if (map.isMissingNode() || map.isNull()) {
            return Map.of();
        }
        if (!map.isObject() || map.size() > MAX_PAIRS) {
            throw ApiException.badValue(name, name + " must be an object of at most " + MAX_PAIRS + " texts");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            String key = entry.getKey();
            if (key.isEmpty() || key.length() > MAX_KEY) {
                throw ApiException.badValue(
                        name,
                        "a key of " + name + " has " + key.length() + " characters; 1 to " + MAX_KEY + " are allowed");
            }
            if (!entry.getValue().isTextual() || entry.getValue().textValue().length() > MAX_VALUE) {
                String param = name + "." + key;
                throw ApiException.badValue(param, param + " must be a text of at most " + MAX_VALUE + " characters");
            }
            texts.put(key, entry.getValue().textValue());
        }
        return texts;
    }
}
