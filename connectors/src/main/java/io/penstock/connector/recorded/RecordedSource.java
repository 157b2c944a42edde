package io.penstock.connector.recorded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Where the files of recorded data lie: a folder, or a root of class-path resources. */
public interface RecordedSource {

    /** Opens a file by its plain name; null if there is none. */
    @Nullable
    InputStream open(String name) throws IOException;

    /** How to name the place to a person. */
    String describe();

    /** The files of a folder. */
    static RecordedSource folder(Path folder) {
        return new RecordedSource() {
            @Override
            public @Nullable InputStream open(String name) throws IOException {
                Path file = folder.resolve(name);
                return Files.isRegularFile(file) ? Files.newInputStream(file) : null;
            }

            @Override
            public String describe() {
                return folder.toString();
            }
        };
    }

    /** Resources below a root such as {@code io/penstock/app/sample}, seen by the given class loader. */
    static RecordedSource resources(ClassLoader loader, String root) {
        String prefix = root.isEmpty() || root.endsWith("/") ? root : root + '/';
        return new RecordedSource() {
            @Override
            public @Nullable InputStream open(String name) {
                return loader.getResourceAsStream(prefix + name);
            }

            @Override
            public String describe() {
                return "class path " + prefix;
            }
        };
    }

    /** The first source that has a file wins. */
    static RecordedSource firstOf(RecordedSource first, RecordedSource second) {
        return new RecordedSource() {
            @Override
            public @Nullable InputStream open(String name) throws IOException {
                InputStream found = first.open(name);
                return found == null ? second.open(name) : found;
            }

            @Override
            public String describe() {
                return first.describe() + " or " + second.describe();
            }
        };
    }

    /**
     * Opens a file or its gzipped form ({@code name.gz}), unpacked.
     *
     * @throws RecordedDataException if there is neither
     */
    default InputStream require(String name) throws IOException {
        for (String candidate : List.of(name, name + ".gz")) {
            InputStream found = open(candidate);
            if (found != null) {
                return candidate.endsWith(".gz") ? new GZIPInputStream(found, 1 << 16) : found;
            }
        }
        throw new RecordedDataException(describe() + " has no " + name + " or " + name + ".gz");
    }
}
