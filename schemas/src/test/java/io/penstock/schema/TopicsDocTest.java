package io.penstock.schema;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/topics.md is made from topics.json, so it cannot be out of date. */
final class TopicsDocTest {
    private static final Path DOC = Path.of("../docs/topics.md");
    private static final long KIB = 1024;

    private final TopicCatalog catalog = TopicCatalog.load();

    @Test
    void shouldDocumentTheCatalogueAsItIs() throws IOException {
        // Given
        String expected = document();

        // When
        if (Golden.isUpdate()) {
            Files.createDirectories(DOC.getParent());
            Files.writeString(DOC, expected);
        }

        // Then
        if (!Files.exists(DOC) || !Files.readString(DOC).equals(expected)) {
            fail("docs/topics.md differs from topics.json; if the change is meant, run: " + Golden.COMMAND);
        }
    }

    private String document() {
        StringBuilder text = new StringBuilder("""
                # Topics

                Made from `schemas/src/main/resources/io/penstock/schema/topics.json` by `TopicsDocTest`; do not edit.
                Names follow the prefix (default `penstock.`). Partitions *data* are the number that the cluster was made
                with, the same for all such topics. Every value but raw is Avro in the Confluent wire format, its subject
                at FULL_TRANSITIVE; the schemas are in `schemas/src/main/contract`.

                """);
        table(text, List.of("topic", "key", "value", "partitions", "kept", "time", "largest record"), this::shapeOf);
        text.append("\n## Who may write and read\n\n")
                .append("Access lists are made from this table; nobody else has access.\n\n");
        table(text, List.of("topic", "written by", "read by"), TopicsDocTest::accessOf);
        text.append("\n## Subjects and further configuration\n\n");
        table(text, List.of("topic", "subject", "configuration"), TopicsDocTest::settingsOf);
        return text.toString();
    }

    private void table(StringBuilder text, List<String> head, Function<TopicSpec, List<String>> row) {
        line(text, head);
        line(text, head.stream().map(name -> "---").toList());
        catalog.specs().forEach(spec -> line(text, row.apply(spec)));
    }

    private List<String> shapeOf(TopicSpec spec) {
        return List.of(
                nameOf(spec),
                spec.key(),
                spec.value(),
                spec.partitions(),
                spec.retention() == null ? "latest of each key" : days(spec.retention()),
                spec.timestampType().equals("LogAppendTime") ? "broker" : "writer",
                size(spec.maxMessageBytes()));
    }

    private static List<String> accessOf(TopicSpec spec) {
        return List.of(nameOf(spec), String.join(", ", spec.writers()), String.join(", ", spec.readers()));
    }

    private static List<String> settingsOf(TopicSpec spec) {
        String subject = spec.subject() == null ? "none" : "`" + spec.subject() + "`";
        String config = spec.config().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> "`" + entry.getKey() + "=" + entry.getValue() + "`")
                .collect(Collectors.joining(" "));
        return List.of(nameOf(spec), subject, config);
    }

    private static String nameOf(TopicSpec spec) {
        return "`" + spec.name() + "`";
    }

    private static String days(String retention) {
        return Duration.parse(retention).toDays() + " days";
    }

    private static String size(long bytes) {
        return bytes % (KIB * KIB) == 0 ? bytes / (KIB * KIB) + " MiB" : bytes / KIB + " KiB";
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
