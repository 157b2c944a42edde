package io.penstock.app.crash;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** A {@link CrashNode} that can be started, killed and started again in the same folder. Thread-safe. */
final class Child {
    private static final int TAIL_LINES = 40;

    private final String name;
    private final String role;
    private final Path folder;
    private final Path log;
    private final Map<String, String> settings;
    private Process process;
    private int starts;

    Child(String name, Path run, Map<String, String> settings) {
        this.name = name;
        this.role = name.replaceAll("-.*", "");
        this.folder = run.resolve("data").resolve(name);
        this.log = run.resolve(name + ".log");
        this.settings = settings;
    }

    String name() {
        return name;
    }

    Path folder() {
        return folder;
    }

    int starts() {
        return starts;
    }

    synchronized Child start() {
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(folder.resolve("ready"));
            starts++;
            Properties properties = new Properties();
            properties.putAll(settings);
            // A dispatcher names itself in completions, so each life gets a name; the others keep their place in the
            // group.
            properties.put("penstock.instance.id", role.equals("dispatcher") ? name + '-' + starts : name);
            try (Writer writer = Files.newBufferedWriter(folder.resolve("node.properties"))) {
                properties.store(writer, null);
            }
            process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx" + (role.equals("broker") ? "512m" : "256m"),
                            // Lives are short here: quick starts matter more than peak speed.
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Xshare:auto",
                            "-cp",
                            System.getProperty("java.class.path"),
                            CrashNode.class.getName(),
                            role,
                            folder.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(name + " could not be started", e);
        }
        return this;
    }

    synchronized boolean alive() {
        return process != null && process.isAlive();
    }

    boolean ready() {
        return alive() && Files.exists(folder.resolve("ready"));
    }

    Child awaitReady() {
        await(name + " to be ready").atMost(Duration.ofSeconds(120)).until(() -> {
            if (!alive()) {
                throw new IllegalStateException(name + " died while it started:\n" + tail());
            }
            return ready();
        });
        return this;
    }

    /** {@code kill -9}; returns the exit code. */
    synchronized int kill() {
        process.destroyForcibly();
        return exitCode();
    }

    /** {@code kill -STOP} or {@code kill -CONT}. */
    void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new IllegalStateException("kill -" + signal + " " + name + " failed");
        }
    }

    /** Dies at the next place that the marker means; returns the exit code. */
    int killAt(String marker) throws IOException {
        Files.createFile(folder.resolve(marker));
        return awaitDeath();
    }

    /** Returns the exit code. */
    int awaitDeath() {
        await(name + " to die").atMost(Duration.ofSeconds(90)).until(() -> !alive());
        return exitCode();
    }

    /** SIGTERM, then SIGKILL for one that does not stop. Returns whether it stopped by itself. */
    synchronized boolean stop() {
        if (!alive()) {
            return true;
        }
        process.destroy();
        try {
            if (process.waitFor(30, TimeUnit.SECONDS)) {
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        return false;
    }

    private int exitCode() {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " died", e);
        }
    }

    String faultLog() throws IOException {
        return Files.exists(Faults.log(folder)) ? Files.readString(Faults.log(folder)) : "";
    }

    /** Lines of its log that hold the text, over all its lives. */
    long logged(String text) throws IOException {
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(text)).count();
        }
    }

    /** A counter of its stages, summed over its lives; what was counted in the last half second of a life is missing. */
    long counted(String counter) throws IOException {
        long sum = 0;
        File[] reports = folder.toFile().listFiles((f, file) -> file.matches("metrics-[0-9]+"));
        for (File report : reports == null ? new File[0] : reports) {
            for (String line : Files.readAllLines(report.toPath())) {
                if (line.startsWith(counter + '=')) {
                    sum += Long.parseLong(line.substring(counter.length() + 1));
                }
            }
        }
        return sum;
    }

    String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }
}
