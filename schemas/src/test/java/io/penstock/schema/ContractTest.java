package io.penstock.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidator;
import org.apache.avro.SchemaValidatorBuilder;
import org.apache.avro.idl.IdlFile;
import org.apache.avro.idl.IdlReader;
import org.junit.jupiter.api.Test;

/** The committed schemas are what the IDL says, and what was released can be read and written for ever. */
final class ContractTest {
    private static final Path IDL = Path.of("src/main/avro/penstock.avdl");
    private static final Path CONTRACT = Path.of("src/main/contract");
    private static final Path RELEASED = Path.of("src/test/resources/released");

    private final SchemaValidator fullTransitive =
            new SchemaValidatorBuilder().mutualReadStrategy().validateAll();

    @Test
    void shouldCommitOneSelfContainedSchemaPerTopicRecord() throws IOException {
        // Given
        IdlFile idl = new IdlReader().parse(IDL);
        Map<String, String> expected = new TreeMap<>();
        for (String name : new EventSchemas().contracts().keySet()) {
            expected.put(name + ".avsc", pretty(idl.getNamedSchema("io.penstock.event." + name)));
        }

        // When
        if (Golden.isUpdate()) {
            Golden.write(CONTRACT, expected);
        }

        // Then
        Map<String, String> committed = Golden.read(CONTRACT);
        if (!committed.equals(expected)) {
            fail("src/main/contract differs from penstock.avdl; if the change is meant, run: " + Golden.COMMAND);
        }
    }

    @Test
    void shouldRegisterExactlyTheContract() throws IOException {
        IdlFile idl = new IdlReader().parse(IDL);
        new EventSchemas()
                .contracts()
                .forEach((name, schema) ->
                        assertThat(pretty(schema)).isEqualTo(pretty(idl.getNamedSchema(schema.getFullName()))));
    }

    @Test
    void shouldBeFullTransitiveWithEveryRelease() throws Exception {
        List<Path> releases = releases();
        assertThat(releases).isNotEmpty();
        for (Map.Entry<String, Schema> current : new EventSchemas().contracts().entrySet()) {
            for (Path release : releases) {
                Path file = release.resolve(current.getKey() + ".avsc");
                if (Files.exists(file)) {
                    fullTransitive.validate(current.getValue(), List.of(parse(Files.readString(file))));
                }
            }
        }
    }

    @Test
    void shouldStillHaveEveryReleasedRecord() throws IOException {
        Map<String, Schema> current = new EventSchemas().contracts();
        for (Path release : releases()) {
            for (String file : Golden.read(release).keySet()) {
                assertThat(current).containsKey(file.replace(".avsc", ""));
            }
        }
    }

    @Test
    void shouldCatchThatAFieldWithoutDefaultGoes() throws IOException {
        Schema released = changed("Decision", fields -> field(fields, "attempt").remove("default"));
        Schema current = changed("Decision", fields -> fields.remove(index(fields, "attempt")));
        assertBreaks(released, current);
    }

    @Test
    void shouldCatchThatAFieldWithoutDefaultComes() throws IOException {
        Schema current = changed(
                "Decision", fields -> fields.addObject().put("name", "cost").put("type", "long"));
        assertBreaks(contract("Decision"), current);
    }

    @Test
    void shouldCatchThatATypeChanges() throws IOException {
        Schema current = changed(
                "Decision",
                fields -> field(fields, "attempt").put("type", "string").put("default", ""));
        assertBreaks(contract("Decision"), current);
    }

    @Test
    void shouldCatchThatAUnionGetsABranch() throws IOException {
        Schema current =
                changed("Signal", fields -> ((ArrayNode) field(fields, "body").get("type")).add("string"));
        assertBreaks(contract("Signal"), current);
    }

    @Test
    void shouldAllowAFieldWithADefaultToComeAndGo() throws Exception {
        Schema without = changed("Decision", fields -> fields.remove(index(fields, "attempt")));
        fullTransitive.validate(without, List.of(contract("Decision")));
        fullTransitive.validate(contract("Decision"), List.of(without));
    }

    private void assertBreaks(Schema released, Schema current) {
        assertThatThrownBy(() -> fullTransitive.validate(current, List.of(released)))
                .isInstanceOf(SchemaValidationException.class);
    }

    private static Schema contract(String name) {
        return new EventSchemas().contracts().get(name);
    }

    private static Schema changed(String name, Consumer<ArrayNode> change) throws IOException {
        JsonNode schema = new ObjectMapper().readTree(contract(name).toString());
        change.accept((ArrayNode) schema.get("fields"));
        return parse(schema.toString());
    }

    private static ObjectNode field(ArrayNode fields, String name) {
        return (ObjectNode) fields.get(index(fields, name));
    }

    private static int index(ArrayNode fields, String name) {
        return IntStream.range(0, fields.size())
                .filter(i -> fields.get(i).get("name").textValue().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Path> releases() throws IOException {
        try (Stream<Path> folders = Files.list(RELEASED)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static String pretty(Schema schema) {
        return SchemaFormatter.format("json/pretty", schema) + "\n";
    }

    private static Schema parse(String json) {
        return new Schema.Parser().parse(json);
    }
}
