package io.penstock.feature;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tier {@code lexical}: the scaled counts of {@link LexicalSignals} alone, for the least cost and as the floor that
 * any other tier must beat. Its dimension is fixed. Stateless, safe for concurrent use.
 */
public final class LexicalExtractor implements FeatureExtractor {
    public static final String NAME = "lexical";

    private final ExtractorId id;

    public LexicalExtractor() {
        SortedMap<String, String> settings = new TreeMap<>();
        settings.put("window", Integer.toString(TextWindow.LIMIT));
        id = ExtractorId.of(NAME, LexicalFeatures.VERSION, LexicalFeatures.COUNT, settings);
    }

    @Override
    public List<FeatureVector> extract(List<Prompt> prompts) {
        List<FeatureVector> vectors = new ArrayList<>(prompts.size());
        for (Prompt prompt : prompts) {
            TextWindow window = prompt.reading().window();
            float[] values = new float[LexicalFeatures.COUNT];
            double scale = LexicalSignals.scale(prompt, window);
            LexicalFeatures.write(prompt, prompt.reading().scan(), scale, values);
            vectors.add(FeatureVector.of(values));
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
}
