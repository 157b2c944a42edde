package io.penstock.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Folders of committed text that tests compare with, and rewrite when asked to. */
final class Golden {
    static final String COMMAND = "mvn -pl schemas test -Dpenstock.update=true";

    private Golden() {}

    static boolean isUpdate() {
        return Boolean.getBoolean("penstock.update");
    }

    /** All files of a folder by name. */
    static Map<String, String> read(Path folder) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        for (Path file : list(folder)) {
            texts.put(file.getFileName().toString(), Files.readString(file));
        }
        return texts;
    }

    /** Makes the folder hold exactly these files. */
    static void write(Path folder, Map<String, String> texts) throws IOException {
        Files.createDirectories(folder);
        for (Path file : list(folder)) {
            if (!texts.containsKey(file.getFileName().toString())) {
                Files.delete(file);
            }
        }
        for (Map.Entry<String, String> text : texts.entrySet()) {
            Files.writeString(folder.resolve(text.getKey()), text.getValue());
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
