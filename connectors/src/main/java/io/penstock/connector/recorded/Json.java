package io.penstock.connector.recorded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads fields of JSON with messages that name the place and the field, never a value that may be text of a prompt. */
final class Json {
    private static final ObjectReader READER = new ObjectMapper().readerFor(JsonNode.class);

    private Json() {}

    static JsonNode parse(InputStream in, String where) throws IOException {
        try {
            return object(READER.readTree(in), where);
        } catch (JsonProcessingException e) {
            throw malformed(e, where);
        }
    }

    static JsonNode parse(String line, String where) {
        try {
            return object(READER.readTree(line), where);
        } catch (JsonProcessingException e) {
            throw malformed(e, where);
        }
    }

    /** Jackson's own message quotes the input, so only the place of the error is kept. */
    private static RecordedDataException malformed(JsonProcessingException e, String where) {
        int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
        return new RecordedDataException(where + " is not valid JSON (column " + column + ")");
    }

    private static JsonNode object(JsonNode node, String where) {
        if (!node.isObject()) {
            throw new RecordedDataException(where + " must be a JSON object, but is " + node.getNodeType());
        }
        return node;
    }

    static JsonNode field(JsonNode object, String name, String where) {
        JsonNode value = object.get(name);
        if (value == null || value.isNull()) {
            throw new RecordedDataException(where + ": field '" + name + "' is missing");
        }
        return value;
    }

    static String text(JsonNode object, String name, String where) {
        JsonNode value = field(object, name, where);
        if (!value.isTextual()) {
            throw wrongType(name, "a string", value, where);
        }
        return value.textValue();
    }

    static double number(JsonNode object, String name, String where) {
        return number(name, field(object, name, where), where);
    }

    static @Nullable Double numberOrNull(@Nullable JsonNode object, String name, String where) {
        JsonNode value = object == null || object.isNull() ? null : object.get(name);
        return value == null || value.isNull() ? null : Double.valueOf(number(name, value, where));
    }

    static int count(JsonNode object, String name, String where) {
        JsonNode value = field(object, name, where);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrongType(name, "a whole number", value, where);
        }
        return value.intValue();
    }

    private static double number(String name, JsonNode value, String where) {
        if (!value.isNumber()) {
            throw wrongType(name, "a number", value, where);
        }
        return value.doubleValue();
    }

    private static RecordedDataException wrongType(String name, String expected, JsonNode value, String where) {
        return new RecordedDataException(
                where + ": field '" + name + "' must be " + expected + ", but is " + value.getNodeType());
    }
}
