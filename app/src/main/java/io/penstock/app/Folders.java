package io.penstock.app;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Finds out before the work, not after minutes of it, that a folder is missing; null is an option that was not given. */
final class Folders {
    private Folders() {}

    /** @throws ParameterException if there is no such folder to read from */
    static void require(CommandSpec command, @Nullable Path folder) {
        if (folder != null && !Files.isDirectory(folder)) {
            throw new ParameterException(command.commandLine(), "there is no folder " + folder);
        }
    }

    /** @throws ParameterException if the file cannot be written because its folder is missing */
    static void requireOf(CommandSpec command, @Nullable Path file) {
        Path folder = file == null ? null : file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new ParameterException(command.commandLine(), "there is no folder " + folder + " to write to");
        }
    }
}
