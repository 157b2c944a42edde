package io.penstock.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** The bytes of each record, as committed: today's must be the same, and those of each release must stay readable. */
final class GoldenBytesTest {
    private static final Path CURRENT = Path.of("src/test/resources/golden");
    private static final Path RELEASED = Path.of("src/test/resources/released");
    private static final int HEX_PER_LINE = 120;

    @Test
    void shouldEncodeExamplesToTheCommittedBytes() throws IOException {
        // Given
        EventCodec codec = EventCodec.local();
        Map<String, String> encoded = new TreeMap<>();

        // When
        Examples.all().forEach((name, event) -> encoded.put(name + ".hex", hex(codec.encode(event))));
        if (Golden.isUpdate()) {
            Golden.write(CURRENT, encoded);
        }

        // Then
        assertThat(encoded)
                .as("if the change is meant, run: %s", Golden.COMMAND)
                .isEqualTo(Golden.read(CURRENT));
    }

    @Test
    void shouldDecodeTheCommittedBytesToTheExamples() throws IOException {
        Map<String, SpecificRecord> examples = Examples.all();
        EventCodec codec = EventCodec.local();
        for (Map.Entry<String, String> golden : Golden.read(CURRENT).entrySet()) {
            SpecificRecord example = examples.get(golden.getKey().replace(".hex", ""));
            int id = ByteBuffer.wrap(codec.encode(example)).getInt(1);
            assertThat(codec.decode(example.getClass(), framed(id, golden.getValue())))
                    .as(golden.getKey())
                    .isEqualTo(example);
        }
    }

    @Test
    void shouldDecodeTheBytesOfEveryReleaseWithItsSchemas() throws IOException {
        Map<String, SpecificRecord> examples = Examples.all();
        for (Path release : releases()) {
            Map<String, String> released = Golden.read(release.resolve("golden"));
            assertThat(released).isNotEmpty();
            for (Map.Entry<String, String> golden : released.entrySet()) {
                String name = golden.getKey().replace(".hex", "");
                FakeRegistry registry = new FakeRegistry();
                int id = registry.add(new Schema.Parser()
                        .parse(Files.readString(release.resolve(name.replaceAll("\\..*", "") + ".avsc"))));
                EventCodec codec = EventCodec.connect(registry, List.of());
                codec.resolve(id);
                SpecificRecord example = examples.get(name);
                SpecificRecord decoded = codec.decode(example.getClass(), framed(id, golden.getValue()));
                assertThat(decoded.get(0)).as(release + " " + name).isEqualTo(example.get(0));
            }
        }
    }

    private static String hex(byte[] framed) {
        byte[] body = Arrays.copyOfRange(framed, EventCodec.HEADER_BYTES, framed.length);
        return HexFormat.of().formatHex(body).replaceAll("(.{" + HEX_PER_LINE + "})", "$1\n") + "\n";
    }

    private static byte[] framed(int id, String hex) {
        byte[] body = HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        return ByteBuffer.allocate(EventCodec.HEADER_BYTES + body.length)
                .put((byte) 0)
                .putInt(id)
                .put(body)
                .array();
    }

    private static List<Path> releases() throws IOException {
        try (Stream<Path> folders = Files.list(RELEASED)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }
}
