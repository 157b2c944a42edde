package io.penstock.app.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
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

    private final Deque<List<AutoCloseable>> open = new ArrayDeque<>();
    private final Thread hook = new Thread(this::run, "penstock-shutdown");
    private boolean over;

    private Shutdown() {}

    /** One that also runs when the process is told to end, by Ctrl-C for example. */
    static Shutdown atExit() {
        Shutdown shutdown = new Shutdown();
        Runtime.getRuntime().addShutdownHook(shutdown.hook);
        return shutdown;
    }

    /** @throws IllegalStateException if it is too late: what would have been added is closed */
    synchronized <T extends AutoCloseable> T add(T closeable) {
        open.push(new ArrayList<>(List.of(closeable)));
        return checked(closeable);
    }

    /** Like {@link #add}, but closed at the same time as what was added last: neither needs the other. */
    synchronized <T extends AutoCloseable> T addBeside(T closeable) {
        if (open.isEmpty()) {
            return add(closeable);
        }
        open.element().add(closeable);
        return checked(closeable);
    }

    private <T extends AutoCloseable> T checked(T closeable) {
        if (over) {
            run();
            throw new IllegalStateException("the node is being stopped");
        }
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
        over = true;
        while (!open.isEmpty()) {
            List<AutoCloseable> group = open.pop();
            List<Thread> others = group.stream()
                    .skip(1)
                    .map(next -> new Thread(() -> close(next), "penstock-close"))
                    .toList();
            others.forEach(Thread::start);
            close(group.get(0));
            others.forEach(Shutdown::join);
        }
        removeHook();
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOGGER.atWarn().addKeyValue("reason", e.toString()).log("Something did not close cleanly");
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOGGER.atDebug().log("The process is on its way out, so its hooks stay");
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
