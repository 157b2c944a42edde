package io.penstock.feature;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tier {@code hashed-ngrams}, the default: word uni- and bigrams under a fixed random projection, joined with the
 * lexical features. Nothing is fitted and nothing is shipped: the projection's row of an n-gram is 64 signs, the bits
 * of a seeded hash of it (Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning"; Achlioptas
 * 2003, "Database-friendly random projections"). Stateless, safe for concurrent use; microseconds a prompt.
 */
public final class HashedNgramExtractor implements FeatureExtractor {
    public static final String NAME = "hashed-ngrams";

    private static final int VERSION = 1;
    private static final long SEED = 0x70656e73746f636bL;
    private static final float STOP_WEIGHT = 0.2f;
    private static final float BIGRAM_WEIGHT = 0.5f;
    private static final float FIRST_LINE_WEIGHT = 2f;

    private final ExtractorId id;
    private final int projected;

    /**
     * Makes the tier.
     *
     * @param dimension of the whole vector, 24 to 64
     */
    public HashedNgramExtractor(int dimension) {
        if (dimension < FeatureSettings.MIN_DIMENSION || dimension > FeatureSettings.MAX_DIMENSION) {
            throw new IllegalArgumentException("dimension is " + dimension + ", must be between "
                    + FeatureSettings.MIN_DIMENSION + " and " + FeatureSettings.MAX_DIMENSION);
        }
        projected = dimension - LexicalFeatures.COUNT;
        SortedMap<String, String> settings = new TreeMap<>();
        settings.put("seed", Long.toHexString(SEED));
        settings.put("window", Integer.toString(TextWindow.LIMIT));
        settings.put("lexical", Integer.toString(LexicalFeatures.VERSION));
        id = ExtractorId.of(NAME, VERSION, dimension, settings);
    }

    @Override
    public List<FeatureVector> extract(List<Prompt> prompts) {
        List<FeatureVector> vectors = new ArrayList<>(prompts.size());
        for (Prompt prompt : prompts) {
            vectors.add(extract(prompt));
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

    private FeatureVector extract(Prompt prompt) {
        TextWindow window = TextWindow.of(prompt);
        float[] values = new float[id.dimension()];
        double scale = LexicalSignals.scale(prompt, window);
        LexicalFeatures.write(prompt, LexicalScan.of(window), scale, values, 0);
        project(count(window), values);
        return FeatureVector.of(values);
    }

    private static GramCounts count(TextWindow window) {
        GramCounts counts = new GramCounts();
        WordReader reader = new WordReader(window);
        long previous = 0;
        WordReader.Kind kind = reader.next();
        while (kind != WordReader.Kind.END) {
            if (kind == WordReader.Kind.LETTERS) {
                float weight = reader.line() == 1 ? FIRST_LINE_WEIGHT : 1;
                boolean stop = (Lexicon.bits(reader.hash()) & Lexicon.ENGLISH) != 0;
                counts.add(reader.hash(), stop ? weight * STOP_WEIGHT : weight);
                if (previous != 0) {
                    counts.add(WordReader.mix(previous * 31 + reader.hash()), weight * BIGRAM_WEIGHT);
                }
                previous = reader.hash();
            }
            kind = reader.next();
        }
        return counts;
    }

    private void project(GramCounts counts, float[] values) {
        double norm = 0;
        double[] sums = new double[projected];
        for (int slot = 0; slot < counts.capacity(); slot++) {
            long gram = counts.gram(slot);
            if (gram != 0) {
                double weight = StrictMath.sqrt(counts.weight(slot));
                norm += weight * weight;
                long signs = WordReader.mix(gram ^ SEED);
                for (int i = 0; i < projected; i++) {
                    sums[i] += ((signs >>> i) & 1) == 0 ? weight : -weight;
                }
            }
        }
        double scale = norm == 0 ? 0 : 1 / StrictMath.sqrt(norm);
        for (int i = 0; i < projected; i++) {
            values[LexicalFeatures.COUNT + i] = (float) (sums[i] * scale);
        }
    }
}
