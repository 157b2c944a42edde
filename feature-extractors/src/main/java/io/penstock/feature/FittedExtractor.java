package io.penstock.feature;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tier {@code tfidf-svd}: a {@link TfIdfSvd} that was fitted offline and stored in a file. Its dimension is the file's.
 * Stateless, safe for concurrent use; tens of microseconds a prompt.
 */
public final class FittedExtractor implements FeatureExtractor {
    public static final String NAME = "tfidf-svd";

    private static final int VERSION = 1;

    private final TfIdfSvd fitted;
    private final ExtractorId id;

    public FittedExtractor(TfIdfSvd fitted) {
        this.fitted = fitted;
        SortedMap<String, String> settings = new TreeMap<>();
        settings.put("window", Integer.toString(TextWindow.LIMIT));
        settings.put("content", fitted.contentHash());
        id = ExtractorId.of(NAME, VERSION, fitted.dimension(), settings);
    }

    /**
     * Reads the {@link TfIdfSvd#toBytes()} in a file.
     *
     * @throws IllegalStateException if the file is missing, cannot be read or holds something else
     */
    public static FittedExtractor read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            // One more than is allowed, to tell that there are too many.
            return new FittedExtractor(TfIdfSvd.fromBytes(in.readNBytes(TfIdfFormat.MAX_BYTES + 1)));
        } catch (NoSuchFileException e) {
            throw cannotStart(file, "does not exist", e);
        } catch (IOException e) {
            throw cannotStart(file, "cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw cannotStart(file, "is not a fitted projection: " + e.getMessage(), e);
        }
    }

    @Override
    public List<FeatureVector> extract(List<Prompt> prompts) {
        List<FeatureVector> vectors = new ArrayList<>(prompts.size());
        for (Prompt prompt : prompts) {
            vectors.add(FeatureVector.of(fitted.apply(prompt)));
        }
        return vectors;
    }

    @Override
    public ExtractorId id() {
        return id;
    }

    @Override
    public boolean cheap() {
        return true;
    }

    private static IllegalStateException cannotStart(Path file, String why, Exception cause) {
        return new IllegalStateException(
                "feature tier " + NAME + " cannot start: fitted file " + file + " " + why, cause);
    }
}
