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
 * Deaths that a test asks for with a marker file in a process's folder. The process deletes the marker, writes one line to
 * its fault log, forces it to disk and dies at once, as by {@code kill -9}: no shutdown hook, no goodbye to the broker.
 */
final class Faults {
    /** After everything of the transaction is on the broker, before the transaction ends. */
    static final String IN_COMMIT = "halt-in-commit";

    /** After the state that remembers a request is on the broker, before its decision is sent. */
    static final String BEFORE_DECISION = "halt-before-decision";

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
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
