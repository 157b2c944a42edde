package io.penstock.feature;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tier {@code hashed-ngrams}, the default: {@value LexicalFeatures#COUNT} lexical features at weight
 * {@value #LEXICAL_WEIGHT}, then a fixed random
 * projection of the prompt's words. Nothing is fitted and no table is shipped: the projection's row of an n-gram is up
 * to 52 signs, the bits of a seeded hash of it (Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask
 * Learning"; Achlioptas 2003, "Database-friendly random projections").
 *
 * <p>Two bags of n-grams are projected, brought to length one each and added:
 *
 * <ul>
 *   <li>the <b>opening</b>: the distinct content words (at most {@value #OPENING_WORDS}) of the last user turn's first line, where
 *       prompts say what they are about. Function words, single Latin letters and the words all exam prompts share
 *       ("question", "answer", "step") are left out;
 *   <li>the <b>body</b>, at weight {@value #BODY_WEIGHT}: uni- and bigrams of all content words, square root of counts.
 * </ul>
 *
 * <p>In a few dozen dimensions a random projection keeps few words apart, so the opening must not drown in the body:
 * on the recorded exam prompts a linear function of 32 such numbers tells 14 subjects apart in almost every case, of
 * a single bag of all words in half of them (README). The weights were chosen so, on those prompts; there is no other trace of them.
 *
 * <p>Stateless, safe for concurrent use; tens of microseconds a prompt.
 */
public final class HashedNgramExtractor implements FeatureExtractor {
    public static final String NAME = "hashed-ngrams";

    static final int OPENING_WORDS = 32;
    static final float BODY_WEIGHT = 0.2f;

    private static final int VERSION = 1;
    private static final long SEED = 0x70656e73746f636bL;
    private static final float LEXICAL_WEIGHT = 0.7f;
    private static final float BIGRAM_WEIGHT = 0.25f;
    private static final long BIGRAM = 0xD6E8FEB86659FD93L;

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
        settings.put("opening", Integer.toString(OPENING_WORDS));
        settings.put("body", Float.toString(BODY_WEIGHT));
        settings.put("bigram", Float.toString(BIGRAM_WEIGHT));
        settings.put("lexical", LexicalFeatures.VERSION + "*" + LEXICAL_WEIGHT);
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
        Prompt.Reading reading = prompt.reading();
        TextWindow window = reading.window();
        float[] values = new float[id.dimension()];
        LexicalFeatures.write(prompt, reading.scan(), LexicalSignals.scale(prompt, window), values);
        for (int i = 0; i < LexicalFeatures.COUNT; i++) {
            values[i] *= LEXICAL_WEIGHT;
        }
        project(opening(TextWindow.opening(prompt)), 1, values);
        project(body(reading.scan()), BODY_WEIGHT, values);
        return FeatureVector.of(values);
    }

    private static GramCounts opening(TextWindow line) {
        GramCounts grams = new GramCounts();
        WordReader reader = new WordReader(line);
        WordReader.Kind kind = reader.next();
        while (kind != WordReader.Kind.END && grams.size() < OPENING_WORDS) {
            if (kind == WordReader.Kind.LETTERS && Lexicon.isContent(reader, Lexicon.bits(reader.hash()))) {
                grams.add(reader.hash(), 1);
            }
            kind = reader.next();
        }
        grams.cap(1);
        return grams;
    }

    private static GramCounts body(LexicalScan scan) {
        GramCounts grams = new GramCounts();
        long previous = 0;
        for (int i = 0; i < scan.contentWords; i++) {
            long word = scan.content[i];
            grams.add(word, 1);
            if (previous != 0) {
                grams.add(WordReader.mix(previous * BIGRAM + word), BIGRAM_WEIGHT);
            }
            previous = word;
        }
        return grams;
    }

    private void project(GramCounts counts, float share, float[] values) {
        double squares = 0;
        double[] sums = new double[projected];
        for (int slot = 0; slot < counts.capacity(); slot++) {
            long gram = counts.gram(slot);
            if (gram != 0) {
                squares += counts.weight(slot);
                double weight = StrictMath.sqrt(counts.weight(slot));
                long signs = WordReader.mix(gram ^ SEED);
                for (int i = 0; i < projected; i++) {
                    sums[i] += ((signs >>> i) & 1) == 0 ? weight : -weight;
                }
            }
        }
        double scale = squares == 0 ? 0 : share / StrictMath.sqrt(squares);
        for (int i = 0; i < projected; i++) {
            values[LexicalFeatures.COUNT + i] += (float) (sums[i] * scale);
        }
    }
}
