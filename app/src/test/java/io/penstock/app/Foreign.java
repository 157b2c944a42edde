package io.penstock.app;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs in other languages with the packages they need, installed once and kept in the build folder. */
final class Foreign {
    private static final long MINUTES = 5;

    private Foreign() {}

    record Result(int code, String output) {}

    /** A Python with a package from PyPI; without either the test is skipped, and fails in CI. */
    static Path python(String name, String requirement) throws IOException, InterruptedException {
        Path folder = Path.of("target", "python-" + name).toAbsolutePath();
        Path python = folder.resolve("bin").resolve("python");
        if (!Files.exists(folder.resolve("ready"))) {
            Files.createDirectories(folder.getParent());
            require(List.of("python3", "-m", "venv", "--clear", folder.toString()), "python3 with venv is needed");
            require(
                    List.of(python.toString(), "-m", "pip", "install", "--quiet", requirement),
                    requirement + " must be installable from PyPI");
            Files.writeString(folder.resolve("ready"), requirement);
        }
        return python;
    }

    /** The folder of a package from npm; without Node or the package the test is skipped, and fails in CI. */
    static Path node(String name, String requirement) throws IOException, InterruptedException {
        Path folder = Path.of("target", "node-" + name).toAbsolutePath();
        if (!Files.exists(folder.resolve("ready"))) {
            Files.createDirectories(folder);
            require(List.of("node", "--version"), "Node is needed");
            require(
                    List.of("npm", "install", "--silent", "--no-fund", "--prefix", folder.toString(), requirement),
                    requirement + " must be installable from npm");
            Files.writeString(folder.resolve("ready"), requirement);
        }
        return folder;
    }

    /** What is missing fails the test where everything should be there, and skips it on a developer's machine. */
    private static void require(List<String> command, String need) throws InterruptedException {
        String reason;
        try {
            Result result = run(command);
            if (result.code() == 0) {
                return;
            }
            reason = need + ", but " + command + " ended with " + result.code() + ": " + result.output();
        } catch (IOException e) {
            reason = need + ", but " + e.getMessage();
        }
        if ("true".equals(System.getenv("CI"))) {
            fail(reason);
        }
        abort(reason);
    }

    static Result run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("penstock-foreign", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError(command + " does not end: " + Files.readString(output));
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            Files.delete(output);
        }
    }
}
