package io.penstock.app;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real {@code penstock} in a process of its own. */
final class UpProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Pattern BROKERS = Pattern.compile("brokers +(\\S+)");
    private static final Pattern GATEWAY = Pattern.compile("gateway +(http\\S+)");
    private static final Pattern REGISTRY = Pattern.compile("schema registry +(http\\S+)");

    private final Process process;
    private final Path output;

    UpProcess(Path folder, String... arguments) {
        try {
            this.output = Files.createTempFile(folder, "penstock", ".log");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx768m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED"));
            // As the launcher does.
            if (Runtime.version().feature() >= 24) {
                command.add("--sun-misc-unsafe-memory-access=allow");
            }
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), Penstock.class.getName()));
            command.addAll(List.of(arguments));
            this.process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    UpProcess awaitReady() {
        await().atMost(LIMIT).until(() -> output().contains("Stop with Ctrl-C.") || !process.isAlive());
        if (!process.isAlive()) {
            throw new AssertionError("penstock ended: " + output());
        }
        return this;
    }

    String brokers() {
        return find(BROKERS);
    }

    String registry() {
        return find(REGISTRY);
    }

    String gateway() {
        return find(GATEWAY);
    }

    private String find(Pattern pattern) {
        Matcher matcher = pattern.matcher(output());
        if (!matcher.find()) {
            throw new AssertionError(pattern + " is not in: " + output());
        }
        return matcher.group(1);
    }

    /** Waits for the end by itself; gives the exit code. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("penstock does not end: " + output());
        }
        return process.exitValue();
    }

    /** Asks it to end, as Ctrl-C does, and waits. */
    void stop() throws InterruptedException {
        process.destroy();
        awaitEnd();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
