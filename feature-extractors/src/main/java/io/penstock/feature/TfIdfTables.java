package io.penstock.feature;

/**
 * What a {@link TfIdfSvd} has fitted, as it is stored. Whoever makes one hands the arrays over; nobody changes them.
 */
final class TfIdfTables {
    /** Hashes of words and word pairs, ascending. */
    final long[] terms;
    /** For each term. */
    final float[] idf;
    /** The right singular vectors: {@code dimension} numbers for each term, term after term. */
    final float[] projection;
    /** Of the unit vectors of the training prompts. */
    final float[] mean;
    /** What each component is multiplied by, once the mean is taken away. */
    final float[] scales;

    TfIdfTables(long[] terms, float[] idf, float[] projection, float[] mean, float[] scales) {
        this.terms = terms;
        this.idf = idf;
        this.projection = projection;
        this.mean = mean;
        this.scales = scales;
    }

    int dimension() {
        return mean.length;
    }

    /** The weight of a term that occurs so often: 1 + ln(occurrences), times its IDF. */
    static double weight(float occurrences, float idf) {
        return occurrences == 1 ? idf : (1 + StrictMath.log(occurrences)) * idf;
    }
}
