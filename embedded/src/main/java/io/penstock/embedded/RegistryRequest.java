package io.penstock.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One HTTP request, decoded; what it asks for and lacks is answered with a {@link RegistryException}. */
final class RegistryRequest {
    private final String method;
    private final List<String> path;
    private final Map<String, String> query;
    private final byte[] body;

    RegistryRequest(String method, URI uri, byte[] body) {
        this.method = method;
        this.body = body;
        try {
            path = segments(uri.getRawPath());
            query = parameters(uri.getRawQuery() == null ? "" : uri.getRawQuery());
        } catch (IllegalArgumentException e) {
            throw new RegistryException(400, "HTTP 400 Bad Request: " + Sentences.of(e));
        }
    }

    /** Decoded after splitting, so that a subject may hold a slash; a plus sign in a path is a plus sign. */
    private static List<String> segments(String rawPath) {
        List<String> segments = new ArrayList<>();
        for (String segment : rawPath.split("/", -1)) {
            if (!segment.isEmpty()) {
                segments.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        return List.copyOf(segments);
    }

    private static Map<String, String> parameters(String rawQuery) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : rawQuery.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "true" : pair.substring(equals + 1);
            parameters.put(
                    URLDecoder.decode(name, StandardCharsets.UTF_8), URLDecoder.decode(value, StandardCharsets.UTF_8));
        }
        return parameters;
    }

    String method() {
        return method;
    }

    List<String> path() {
        return path;
    }

    String segment(int index) {
        return path.get(index);
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    boolean flag(String name) {
        return "true".equalsIgnoreCase(query.get(name));
    }

    /** A schema id of the path. */
    int id(int index) {
        try {
            return Integer.parseInt(segment(index));
        } catch (NumberFormatException e) {
            throw RegistryException.schemaNotFound(" " + segment(index));
        }
    }

    /** A version of the path; empty for the latest. */
    Optional<Integer> version(int index) {
        String text = segment(index);
        if (text.equals("latest") || text.equals("-1")) {
            return Optional.empty();
        }
        int version;
        try {
            version = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            version = 0;
        }
        if (version < 1) {
            throw new RegistryException(
                    42202,
                    "The specified version '" + text + "' is not a valid version id. Allowed values are between"
                            + " [1, 2^31-1] and the string \"latest\"");
        }
        return Optional.of(version);
    }

    private JsonNode json() {
        try {
            JsonNode node = RegistryJson.read(body);
            if (!node.isObject()) {
                throw new RegistryException(400, "HTTP 400 Bad Request: the body must be a JSON object");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new RegistryException(
                    400,
                    "HTTP 400 Bad Request: the body is not JSON at line "
                            + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A field of the body that must be text. */
    String text(String field, int code) {
        JsonNode value = json().path(field);
        if (!value.isTextual()) {
            throw new RegistryException(code, "The body needs the text field \"" + field + "\"");
        }
        return value.textValue();
    }

    /** The Avro schema of the body. */
    String schema() {
        JsonNode json = json();
        String type =
                json.path("schemaType").isTextual() ? json.path("schemaType").textValue() : "AVRO";
        if (!type.equals("AVRO")) {
            throw RegistryException.invalidSchema("schemaType " + type + " is not supported, use AVRO");
        }
        for (String field : List.of("metadata", "ruleSet", "id", "version")) {
            JsonNode value = json.path(field);
            boolean unset = value.isMissingNode() || value.isNull() || (value.isNumber() && value.intValue() <= 0);
            if (!unset) {
                throw RegistryException.invalidSchema("\"" + field + "\" is not supported, leave it out");
            }
        }
        JsonNode schema = json.path("schema");
        if (!schema.isTextual() || schema.textValue().isBlank()) {
            throw RegistryException.invalidSchema("the body needs the text field \"schema\"");
        }
        return schema.textValue();
    }

    /** The schemas of other subjects that the body's schema names. */
    List<StoredSchema.Reference> references() {
        return RegistryJson.references(json());
    }
}
