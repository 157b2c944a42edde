package io.penstock.app.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The secret behind decision seeds, kept in the data folder so that it outlives a restart. */
final class ServerKey {
    private static final int BYTES = 32;

    private ServerKey() {}

    /** Reads the key of the folder, or makes one that only its owner can read. */
    static String in(Path folder) {
        Path file = folder.resolve("server.key");
        try {
            if (Files.exists(file)) {
                return Files.readString(file).trim();
            }
            byte[] key = new byte[BYTES];
            new SecureRandom().nextBytes(key);
            String hex = HexFormat.of().formatHex(key);
            Files.createDirectories(folder);
            if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.write(file, hex.getBytes(StandardCharsets.UTF_8));
            return hex;
        } catch (IOException e) {
            throw new UncheckedIOException("the server key " + file + " cannot be read or written", e);
        }
    }
}
