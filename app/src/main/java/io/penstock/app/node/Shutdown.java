package io.penstock.app.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must be closed, last opened first; one that fails does not keep the others open. */
final class Shutdown {
    private static final Logger LOGGER = LoggerFactory.getLogger(Shutdown.class);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    synchronized <T extends AutoCloseable> T add(T closeable) {
        open.push(closeable);
        return closeable;
    }

    /** The folder, made when missing; or a temporary one that is deleted at the end. */
    Path folder(@Nullable Path wanted) {
        try {
            if (wanted != null) {
                return Files.createDirectories(wanted);
            }
            Path temporary = Files.createTempDirectory("penstock-");
            add(() -> delete(temporary));
            return temporary;
        } catch (IOException e) {
            throw new UncheckedIOException("the data folder " + wanted + " cannot be made", e);
        }
    }

    synchronized void run() {
        while (!open.isEmpty()) {
            AutoCloseable next = open.pop();
            try {
                next.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOGGER.atWarn()
                        .addKeyValue("reason", e.toString())
                        .log("Something did not close cleanly");
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }
}
