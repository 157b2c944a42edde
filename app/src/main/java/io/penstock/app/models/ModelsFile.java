package io.penstock.app.models;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.penstock.app.node.CatalogWriter;
import io.penstock.event.CatalogEntry;
import io.penstock.topology.catalog.CatalogCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A YAML file of models and the default profile, made into catalog entries. Strict: what is not known, missing, twice or out
 * of range is refused with its line. Keys of endpoints are given by the name of an environment variable only.
 */
public final class ModelsFile {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private ModelsFile() {}

    private record Content(
            @Nullable List<ModelRow> models, @Nullable ProfileRow profile) {}

    /** @throws ModelsFileException in one sentence, naming file, line and field */
    public static List<CatalogEntry> read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new ModelsFileException("the models file " + file + " cannot be read", e);
        }
    }

    static List<CatalogEntry> parse(String name, String text) {
        Content content;
        try {
            content = YAML.readValue(text, Content.class);
        } catch (JsonProcessingException e) {
            throw new ModelsFileException(name + where(e, text) + ": " + reason(e), e);
        }
        if (content == null || content.models() == null || content.models().isEmpty()) {
            throw new ModelsFileException(name + ": 'models' must list at least one model", null);
        }
        List<CatalogEntry> entries = new ArrayList<>();
        Set<String> slugs = new HashSet<>();
        for (ModelRow row : content.models()) {
            CatalogEntry entry = entry(name, entries.size() + 1, row);
            if (!slugs.add(entry.getId())) {
                throw new ModelsFileException(
                        name + ": two models have the slug " + entry.getId() + "; give one of them another", null);
            }
            entries.add(entry);
        }
        if (content.profile() != null) {
            entries.add(
                    checked(name, CatalogWriter.of("default", content.profile().toEvent())));
        }
        return List.copyOf(entries);
    }

    private static CatalogEntry entry(String name, int number, ModelRow row) {
        try {
            return checked(name, CatalogWriter.of(row.card()));
        } catch (IllegalArgumentException e) {
            throw new ModelsFileException(
                    name + ": model " + (row.name() == null ? number : "'" + row.name() + "'") + ": " + e.getMessage(),
                    e);
        }
    }

    private static CatalogEntry checked(String name, CatalogEntry entry) {
        List<String> problems = CatalogCheck.problems(entry.getKind() + '/' + entry.getId(), entry);
        if (!problems.isEmpty()) {
            throw new ModelsFileException(
                    name + ": " + entry.getKind() + ' ' + entry.getId() + ": " + String.join("; ", problems), null);
        }
        return entry;
    }

    private static String where(JsonProcessingException error, String text) {
        JsonLocation location = error.getLocation();
        int line = location == null ? 0 : location.getLineNr();
        if (error instanceof UnrecognizedPropertyException unknown) {
            // The parser notices at the end of the block, which is of no use to who looks for the key.
            line = lineOf(unknown.getPropertyName(), text, line);
        }
        return line < 1 ? "" : " line " + line;
    }

    private static int lineOf(String key, String text, int otherwise) {
        Pattern pattern = Pattern.compile("(^|[\\s{,\"'-])" + Pattern.quote(key) + "[\"']?\\s*:");
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (pattern.matcher(lines.get(i)).find()) {
                return i + 1;
            }
        }
        return otherwise;
    }

    private static String reason(JsonProcessingException error) {
        if (error instanceof UnrecognizedPropertyException unknown) {
            Collection<Object> known = unknown.getKnownPropertyIds();
            return "unknown key '" + unknown.getPropertyName() + "'"
                    + (known == null ? "" : suggestion(unknown.getPropertyName(), known));
        }
        String message = error.getOriginalMessage()
                .lines()
                .findFirst()
                .orElse("cannot be read")
                .replaceFirst(" \\(but might.*", "");
        return error instanceof JsonMappingException mapping
                        && !mapping.getPath().isEmpty()
                ? "field '" + path(mapping) + "': " + message
                : message;
    }

    private static String suggestion(String key, Collection<Object> known) {
        return known.stream()
                .map(String::valueOf)
                .min(Comparator.comparingInt(candidate -> Distance.between(candidate, key)))
                .map(nearest -> "; did you mean '" + nearest + "'?")
                .orElse("");
    }

    private static String path(JsonMappingException error) {
        return error.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."))
                .replace(".[", "[");
    }
}
