package io.penstock.app.batch;

import io.penstock.app.gateway.OfflineChat;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes what became of a batch as OpenAI does: {@code <id>.output.jsonl} of answers, {@code <id>.error.jsonl} of all else.
 * Every request that has ended is in one of them, once; files appear whole or not at all.
 */
public final class BatchOutput {
    private final String id;
    private final Path folder;
    private final Set<String> written = new HashSet<>();
    private long answers;
    private long errors;

    /** @param folder that is there */
    public BatchOutput(String id, Path folder) {
        this.id = id;
        this.folder = folder;
    }

    public Path outputs() {
        return folder.resolve(id + ".output.jsonl");
    }

    public Path errors() {
        return folder.resolve(id + ".error.jsonl");
    }

    public long answerCount() {
        return answers;
    }

    public long errorCount() {
        return errors;
    }

    /**
     * Writes both files anew.
     *
     * @param input the batch's file, whose wrong lines belong to the errors too; null = leave those out
     */
    public void write(BatchTopics topics, @Nullable BatchFile input, OfflineChat chat) throws IOException {
        Path output = Files.createTempFile(folder, id, ".output.tmp");
        Path error = Files.createTempFile(folder, id, ".error.tmp");
        try {
            try (BufferedWriter answered = Files.newBufferedWriter(output);
                    BufferedWriter failed = Files.newBufferedWriter(error)) {
                topics.responses(response -> write(response, answered, failed));
                if (input != null) {
                    input.read(line -> wrong(line, chat, failed));
                }
            }
            move(output, outputs());
            move(error, errors());
        } finally {
            Files.deleteIfExists(output);
            Files.deleteIfExists(error);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private void write(Response response, BufferedWriter answered, BufferedWriter failed) {
        if (!id.equals(response.getBatchId()) || !written.add(response.getRequestId())) {
            return;
        }
        OfflineChat.Ended ended = OfflineChat.ended(response);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status_code", ended.status());
        body.put("request_id", response.getRequestId());
        body.put("body", ended.body());
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("id", "batch_req_" + response.getRequestId());
        line.put("custom_id", response.getAttributes().getOrDefault(BatchState.CUSTOM_ID, response.getRequestId()));
        line.put("response", body);
        line.put("error", null);
        if (response.getKind() == ResponseKind.ANSWERED) {
            answers++;
            append(answered, line);
        } else {
            errors++;
            append(failed, line);
        }
    }

    private void wrong(BatchLine line, OfflineChat chat, BufferedWriter failed) {
        BatchLine.Wrong wrong = line instanceof BatchLine.Wrong bad ? bad : refused((BatchLine.Call) line, chat);
        if (wrong == null) {
            return;
        }
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", wrong.code());
        error.put("message", wrong.message());
        error.put("line", wrong.number());
        Map<String, @Nullable Object> written = new LinkedHashMap<>();
        written.put("id", "batch_req_" + id + "_line_" + wrong.number());
        written.put("custom_id", wrong.customId());
        written.put("response", null);
        written.put("error", error);
        errors++;
        append(failed, written);
    }

    /** Null if it was sent, or could be. */
    private BatchLine.@Nullable Wrong refused(BatchLine.Call call, OfflineChat chat) {
        if (written.contains(BatchRun.requestId(id, call.customId()))) {
            return null;
        }
        try {
            chat.read(call.body(), InstantSource.system().instant());
            return null;
        } catch (OfflineChat.InvalidBodyException e) {
            return new BatchLine.Wrong(
                    call.number(), call.customId(), e.code(), "body: " + String.valueOf(e.getMessage()));
        }
    }

    private static void append(BufferedWriter writer, Map<String, ? extends @Nullable Object> line) {
        try {
            writer.write(OfflineChat.json(line));
            writer.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("the batch's files cannot be written: " + e.getMessage(), e);
        }
    }
}
