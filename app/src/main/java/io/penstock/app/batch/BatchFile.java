package io.penstock.app.batch;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A batch file as OpenAI has it: JSON lines of custom_id, method, url and body. Read line by line, so its size does not
 * matter; of each custom_id a line number is kept. A byte order mark, CRLF, blank lines and a last line without its end are
 * taken as people mean them.
 */
public final class BatchFile {
    /** The one that the dispatch engine serves. */
    public static final String URL = "/v1/chat/completions";

    /** A request above this is refused by enrich in any case. */
    static final int MAX_LINE_BYTES = 8 << 20;

    static final int MAX_CUSTOM_ID = 256;

    private static final int ID_BYTES = 6;
    private static final int BUFFER = 1 << 16;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final Set<String> MEMBERS = Set.of("custom_id", "method", "url", "body");
    private static final ObjectMapper MAPPER = new ObjectMapper(new JsonFactoryBuilder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final Path path;

    /** @param path of a file; whether it can be read shows when it is */
    public BatchFile(Path path) {
        this.path = path;
    }

    /** The same for the same bytes: a file that is submitted again is the same batch. */
    public String id() throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER];
            try (InputStream in = Files.newInputStream(path)) {
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    digest.update(buffer, 0, count);
                }
            }
            return HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Hands over every line that is not blank, in order. */
    public void read(Consumer<BatchLine> taker) throws IOException {
        Map<String, Long> seen = new HashMap<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path), BUFFER)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            long number = 0;
            boolean more = true;
            while (more) {
                line.reset();
                long length = 0;
                int next = in.read();
                while (next >= 0 && next != '\n') {
                    if (length++ < MAX_LINE_BYTES) {
                        line.write(next);
                    }
                    next = in.read();
                }
                more = next >= 0;
                number++;
                BatchLine read = line(number, line.toByteArray(), length, seen);
                if (read != null) {
                    taker.accept(read);
                }
            }
        }
    }

    private static @Nullable BatchLine line(long number, byte[] bytes, long length, Map<String, Long> seen) {
        if (length > MAX_LINE_BYTES) {
            return wrong(
                    number,
                    null,
                    "line_too_long",
                    "the line has " + length + " bytes; at most " + MAX_LINE_BYTES + " are taken");
        }
        int from = number == 1 && startsWithMark(bytes) ? BYTE_ORDER_MARK.length : 0;
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, bytes.length - from))
                    .toString();
        } catch (CharacterCodingException e) {
            return wrong(number, null, "not_utf8", "the line is not UTF-8");
        }
        if (text.isBlank()) {
            return null;
        }
        JsonNode root;
        try {
            root = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            // Its message quotes the line.
            String column =
                    e.getLocation() == null ? "" : " (column " + e.getLocation().getColumnNr() + ")";
            return wrong(number, null, "invalid_json_line", "the line is not one JSON object" + column);
        }
        return root.isObject()
                ? call(number, root, seen)
                : wrong(number, null, "invalid_json_line", "the line must be a JSON object");
    }

    private static boolean startsWithMark(byte[] bytes) {
        return bytes.length >= BYTE_ORDER_MARK.length
                && bytes[0] == BYTE_ORDER_MARK[0]
                && bytes[1] == BYTE_ORDER_MARK[1]
                && bytes[2] == BYTE_ORDER_MARK[2];
    }

    private static BatchLine call(long number, JsonNode root, Map<String, Long> seen) {
        String id = root.path("custom_id").textValue();
        if (id == null || id.isEmpty() || id.length() > MAX_CUSTOM_ID) {
            String has = id == null ? "is missing or no text" : "has " + id.length() + " characters";
            return wrong(
                    number,
                    null,
                    "invalid_custom_id",
                    "custom_id must be a text of 1 to " + MAX_CUSTOM_ID + " characters, but " + has);
        }
        Long first = seen.putIfAbsent(id, number);
        if (first != null) {
            return wrong(
                    number,
                    null,
                    "duplicate_custom_id",
                    "custom_id was on line " + first + " already; every line needs its own");
        }
        return namedCall(number, id, root);
    }

    private static BatchLine namedCall(long number, String id, JsonNode root) {
        for (Map.Entry<String, JsonNode> member : root.properties()) {
            if (!MEMBERS.contains(member.getKey())) {
                return wrong(
                        number,
                        id,
                        "unknown_member",
                        "a line has custom_id, method, url and body, and no other" + " member");
            }
        }
        if (!"POST".equals(root.path("method").textValue())) {
            return wrong(number, id, "invalid_method", "method must be POST");
        }
        if (!URL.equals(root.path("url").textValue())) {
            return wrong(number, id, "invalid_url", "url must be " + URL + ", the endpoint that is served");
        }
        JsonNode body = root.path("body");
        return body.isObject()
                ? new BatchLine.Call(number, id, body)
                : wrong(number, id, "invalid_body", "body must be an object");
    }

    private static BatchLine wrong(long number, @Nullable String id, String code, String message) {
        return new BatchLine.Wrong(number, id, code, message);
    }
}
