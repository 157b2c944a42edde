package io.penstock.app.aptitude;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.event.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A probe set as JSON lines: id, prompt or messages, and where known expected and choices. */
public final class ProbeFile {
    private static final Set<String> FIELDS = Set.of("id", "prompt", "messages", "expected", "choices");

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private ProbeFile() {}

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException naming the line and what is wrong, without text of a prompt
     */
    public static List<Probe> read(Path file) {
        List<Probe> probes = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                Probe probe = probe(JSON.readTree(line));
                if (!ids.add(probe.id())) {
                    throw new IllegalArgumentException("id " + probe.id() + " is there twice");
                }
                probes.add(probe);
            } catch (JsonProcessingException e) {
                // Its message quotes the line.
                throw new IllegalArgumentException(file + " line " + number + " must be one JSON object", e);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + " line " + number + ": " + e.getMessage(), e);
            }
        }
        if (probes.isEmpty()) {
            throw new IllegalArgumentException(file + " must have at least one probe, but is empty");
        }
        return probes;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("the probes in " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Probe probe(JsonNode node) {
        if (!node.isObject()) {
            throw new IllegalArgumentException("it must be a JSON object");
        }
        node.fieldNames().forEachRemaining(field -> {
            if (!FIELDS.contains(field)) {
                throw new IllegalArgumentException(
                        "field '" + field + "' is unknown; the fields are id, prompt, messages, expected, choices");
            }
        });
        List<Message> messages = new ArrayList<>();
        for (JsonNode message : node.path("messages")) {
            messages.add(Message.newBuilder()
                    .setRole(message.path("role").asText("user"))
                    .setContent(message.path("content").asText())
                    .build());
        }
        List<String> choices = new ArrayList<>();
        node.path("choices").forEach(choice -> choices.add(choice.asText()));
        return new Probe(
                node.path("id").asText(), text(node, "prompt"), messages, text(node, "expected"), choices, null);
    }

    private static @Nullable String text(JsonNode node, String field) {
        return node.hasNonNull(field) ? node.get(field).asText() : null;
    }
}
