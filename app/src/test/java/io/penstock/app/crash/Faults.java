package io.penstock.app.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Faults at an exact place, asked for with a marker file in a process's folder. The process deletes the marker, writes one
 * line to its fault log, forces it to disk and dies at once, as by {@code kill -9}: no shutdown hook, no goodbye to the
 * broker. Or it stands still, as by {@code kill -STOP}.
 */
final class Faults {
    /** After everything of the transaction is on the broker, before the transaction ends. */
    static final String IN_COMMIT = "halt-in-commit";

    /** After the state that remembers a request is on the broker, before its decision is sent. */
    static final String BEFORE_DECISION = "halt-before-decision";

    /** At the same place as {@link #IN_COMMIT}, but it stands still, and may be told to go on. */
    static final String STOP_IN_COMMIT = "stop-in-commit";

    static final String STOPPED_LINE = "STOPPED BETWEEN FLUSH AND COMMIT";
    static final String IN_COMMIT_LINE = "KILLED BETWEEN FLUSH AND COMMIT";
    static final String BEFORE_DECISION_LINE = "KILLED BETWEEN STATE AND DECISION";

    /** As a shell reports a process that died of SIGKILL. */
    static final int EXIT_CODE = 137;

    private final Path folder;

    Faults(Path folder) {
        this.folder = folder;
    }

    static Path log(Path folder) {
        return folder.resolve("faults.log");
    }

    boolean armed(String marker) {
        return Files.exists(folder.resolve(marker));
    }

    void halt(String marker, String line) {
        note(marker, line);
        Runtime.getRuntime().halt(EXIT_CODE);
    }

    void stop(String marker, String line) {
        note(marker, line);
        String self = Long.toString(ProcessHandle.current().pid());
        try {
            new ProcessBuilder("kill", "-STOP", self).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(String marker, String line) {
        try {
            Files.delete(folder.resolve(marker));
            try (FileChannel log =
                    FileChannel.open(log(folder), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                log.write(ByteBuffer.wrap((line + '\n').getBytes(StandardCharsets.UTF_8)));
                log.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
