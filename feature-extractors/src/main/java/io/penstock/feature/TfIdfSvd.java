package io.penstock.feature;

import java.util.List;

/**
 * A projection fitted offline to a list of prompts: TF-IDF over hashed words and word pairs, then a truncated SVD
 * (latent semantic analysis, Deerwester et al. 1990). Immutable, safe for concurrent use. No text is kept, only
 * 64-bit hashes of words and word pairs that several prompts share; whoever guesses a word can test for its hash.
 *
 * <p><b>Terms</b> are those in at least 3 prompts (in 2, of fewer than 200 prompts), at most 32,768, the most frequent
 * first. A term weighs (1 + ln tf) · (ln((1 + n) / (1 + df)) + 1), as in scikit-learn's sublinear TfidfVectorizer.
 *
 * <p><b>A vector</b> is the prompt's projection on the leading singular vectors, brought to length one, less the mean of
 * the training prompts' such vectors, each component divided by the square root of its training deviation, which lies
 * between leaving the leading components their dominance and making all alike; then all times one number, so that the
 * mean squared length over the training prompts (those with a known term) is {@value #MEAN_SQUARED_LENGTH}. A prompt
 * without a known term, or outside the fitted space, gives zeros: the average prompt. Few or uniform prompts leave the
 * last components zero.
 *
 * <p>The same prompts in any order with the same seed give the same bytes on every machine (as long as its Java release
 * knows the same letters).
 */
public final class TfIdfSvd {
    public static final int MIN_DIMENSION = 8;
    public static final int MAX_DIMENSION = 128;
    public static final int DEFAULT_DIMENSION = 64;

    static final double MEAN_SQUARED_LENGTH = 4.0;

    // Of a unit vector, less than this in the fitted space is rounding.
    private static final double OUTSIDE = 1e-6;

    private final TfIdfTables tables;
    private final TermIndex index;
    private final String contentHash;

    private TfIdfSvd(TfIdfTables tables, String contentHash) {
        this.tables = tables;
        index = new TermIndex(tables.terms);
        this.contentHash = contentHash;
    }

    /**
     * Fits; 11,000 prompts of 150 words take some seconds.
     *
     * @param prompts like those to come; some thousands
     * @param dimension 8 to 128; use {@link #DEFAULT_DIMENSION} unless measured otherwise
     * @param seed of the randomised SVD; results hardly depend on it
     * @throws IllegalArgumentException if there is no prompt, no term that enough of them share, no difference between
     *     them, or the dimension is out of range
     */
    public static TfIdfSvd fit(List<Prompt> prompts, int dimension, long seed) {
        TfIdfTables tables = TfIdfFit.fit(prompts, dimension, seed);
        return new TfIdfSvd(tables, TfIdfFormat.contentHash(TfIdfFormat.write(tables)));
    }

    /**
     * Reads {@link #toBytes()}.
     *
     * @throws IllegalArgumentException if the bytes are not of this format and version, are damaged, or hold a number
     *     that no fit gives
     */
    public static TfIdfSvd fromBytes(byte[] bytes) {
        return new TfIdfSvd(TfIdfFormat.read(bytes), TfIdfFormat.contentHash(bytes));
    }

    /** Versioned and checksummed; 4 bytes × dimension × terms and a little more. */
    public byte[] toBytes() {
        return TfIdfFormat.write(tables);
    }

    /** The vector of a prompt: {@link #dimension()} finite numbers. */
    public float[] apply(Prompt prompt) {
        GramCounts counts = WordTerms.of(prompt.reading().window());
        double[] sums = new double[dimension()];
        double squares = 0;
        for (int slot = 0; slot < counts.capacity(); slot++) {
            int term = counts.gram(slot) == 0 ? -1 : index.position(counts.gram(slot));
            if (term >= 0) {
                double weight = TfIdfTables.weight(counts.weight(slot), tables.idf[term]);
                squares += weight * weight;
                add(weight, term * sums.length, sums);
            }
        }
        float[] vector = new float[sums.length];
        if (bringToUnit(sums, StrictMath.sqrt(squares))) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) ((sums[i] - tables.mean[i]) * tables.scales[i]);
            }
        }
        return vector;
    }

    public int dimension() {
        return tables.dimension();
    }

    /** How many words and word pairs it knows. */
    public int terms() {
        return tables.terms.length;
    }

    /** 16 lower-case hex characters, equal only if all fitted numbers are. */
    public String contentHash() {
        return contentHash;
    }

    @Override
    public String toString() {
        return "TfIdfSvd[dimension=" + dimension() + ", terms=" + terms() + ", contentHash=" + contentHash + "]";
    }

    static void requireDimension(int dimension) {
        if (dimension < MIN_DIMENSION || dimension > MAX_DIMENSION) {
            throw new IllegalArgumentException(
                    "dimension is " + dimension + ", must be between " + MIN_DIMENSION + " and " + MAX_DIMENSION);
        }
    }

    /** Brings a projected vector to length one; false if hardly anything of the original, so long, is left in it. */
    static boolean bringToUnit(double[] projected, double originalLength) {
        double squares = 0;
        for (double value : projected) {
            squares += value * value;
        }
        double length = StrictMath.sqrt(squares);
        if (length <= OUTSIDE * originalLength) {
            return false;
        }
        for (int i = 0; i < projected.length; i++) {
            projected[i] /= length;
        }
        return true;
    }

    private void add(double weight, int from, double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += weight * tables.projection[from + i];
        }
    }
}
