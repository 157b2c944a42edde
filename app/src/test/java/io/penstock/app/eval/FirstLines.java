package io.penstock.app.eval;

import io.penstock.connector.recorded.RecordedSource;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The first prompts of each file. */
record FirstLines(RecordedSource recordings, int lines) implements RecordedSource {

    @Override
    public @Nullable InputStream open(String name) throws IOException {
        if (!name.endsWith(".jsonl")) {
            return recordings.open(name);
        }
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(recordings.require(name), StandardCharsets.UTF_8))) {
            String cut = reader.lines().limit(lines).collect(Collectors.joining("\n"));
            return new ByteArrayInputStream(cut.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public String describe() {
        return "the first lines of " + recordings.describe();
    }
}
