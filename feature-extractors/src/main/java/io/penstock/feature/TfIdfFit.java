package io.penstock.feature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Fits the tables of a {@link TfIdfSvd}: choose the terms, weigh them, take the leading singular vectors, then centre
 * and scale. The order of the prompts changes nothing, not even a rounding.
 */
final class TfIdfFit {
    private static final int FEW_PROMPTS = 200;
    // Below this deviation of a unit vector's component there is nothing but rounding.
    private static final double NO_DEVIATION = 1e-4;

    private final List<Prompt> prompts;
    private final long[] terms;
    private final float[] idf;

    private TfIdfFit(List<Prompt> prompts) {
        this.prompts = prompts;
        GramCounts frequencies = documentFrequencies(prompts);
        terms = chosen(frequencies, minFrequency(prompts.size()));
        idf = new float[terms.length];
        TermIndex index = new TermIndex(terms);
        for (int slot = 0; slot < frequencies.capacity(); slot++) {
            int term = frequencies.gram(slot) == 0 ? -1 : index.position(frequencies.gram(slot));
            if (term >= 0) {
                double ratio = (1.0 + prompts.size()) / (1.0 + frequencies.weight(slot));
                idf[term] = (float) (StrictMath.log(ratio) + 1);
            }
        }
    }

    static TfIdfTables fit(List<Prompt> prompts, int dimension, long seed) {
        TfIdfSvd.requireDimension(dimension);
        if (prompts.isEmpty()) {
            throw new IllegalArgumentException("prompts is empty, must have at least one");
        }
        TfIdfFit fit = new TfIdfFit(prompts);
        if (fit.terms.length == 0) {
            throw new IllegalArgumentException("prompts share 0 terms, must share at least one: a word in "
                    + minFrequency(prompts.size()) + " of the " + prompts.size() + " prompts");
        }
        return fit.tables(dimension, seed);
    }

    private TfIdfTables tables(int dimension, long seed) {
        SparseRows rows = rows();
        double[][] vectors = RandomisedSvd.rightVectors(rows, dimension, seed);
        float[] projection = new float[terms.length * dimension];
        for (int i = 0; i < projection.length; i++) {
            projection[i] = (float) vectors[i / dimension][i % dimension];
            vectors[i / dimension][i % dimension] = projection[i];
        }
        double[][] units = units(rows.times(vectors));
        double[] mean = means(units);
        return new TfIdfTables(terms, idf, projection, rounded(mean), scales(units, mean));
    }

    private static int minFrequency(int prompts) {
        return prompts < FEW_PROMPTS ? 2 : 3;
    }

    private static GramCounts documentFrequencies(List<Prompt> prompts) {
        GramCounts frequencies = new GramCounts();
        for (Prompt prompt : prompts) {
            // Not Prompt.reading(), which the prompt would keep.
            GramCounts counts = WordTerms.of(TextWindow.of(prompt));
            for (int slot = 0; slot < counts.capacity(); slot++) {
                if (counts.gram(slot) != 0) {
                    frequencies.add(counts.gram(slot), 1);
                }
            }
        }
        return frequencies;
    }

    /** The most frequent terms, of equally frequent ones the lower hashes; ascending. */
    private static long[] chosen(GramCounts frequencies, int least) {
        List<Integer> slots = new ArrayList<>();
        for (int slot = 0; slot < frequencies.capacity(); slot++) {
            if (frequencies.weight(slot) >= least) {
                slots.add(slot);
            }
        }
        slots.sort(Comparator.comparingDouble((Integer slot) -> -frequencies.weight(slot))
                .thenComparingLong(frequencies::gram));
        return slots.stream()
                .limit(TfIdfFormat.MAX_TERMS)
                .mapToLong(frequencies::gram)
                .sorted()
                .toArray();
    }

    /** Those that have a chosen term. */
    private SparseRows rows() {
        TermIndex index = new TermIndex(terms);
        List<SparseRows.Row> rows = new ArrayList<>(prompts.size());
        for (Prompt prompt : prompts) {
            SparseRows.Row row = row(WordTerms.of(TextWindow.of(prompt)), index);
            if (row.size() > 0) {
                rows.add(row);
            }
        }
        return new SparseRows(rows, terms.length);
    }

    private SparseRows.Row row(GramCounts counts, TermIndex index) {
        // Term in the upper half, count in the lower: one sort of plain numbers.
        long[] found = new long[counts.size()];
        int size = 0;
        for (int slot = 0; slot < counts.capacity(); slot++) {
            int term = counts.gram(slot) == 0 ? -1 : index.position(counts.gram(slot));
            if (term >= 0) {
                found[size++] = (long) term << 32 | (int) counts.weight(slot);
            }
        }
        Arrays.sort(found, 0, size);
        int[] columns = new int[size];
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            columns[i] = (int) (found[i] >>> 32);
            values[i] = TfIdfTables.weight((int) found[i], idf[columns[i]]);
        }
        return new SparseRows.Row(columns, values);
    }

    private static double[][] units(double[][] projected) {
        return Arrays.stream(projected)
                .filter(row -> TfIdfSvd.bringToUnit(row, 1))
                .toArray(double[][]::new);
    }

    private static double[] means(double[][] units) {
        double[] means = new double[units[0].length];
        for (double[] unit : units) {
            for (int i = 0; i < means.length; i++) {
                means[i] += unit[i] / units.length;
            }
        }
        return means;
    }

    private static float[] scales(double[][] units, double[] mean) {
        double[] scales = new double[mean.length];
        double sum = 0;
        for (int i = 0; i < scales.length; i++) {
            double squares = 0;
            for (double[] unit : units) {
                squares += (unit[i] - mean[i]) * (unit[i] - mean[i]);
            }
            double deviation = StrictMath.sqrt(squares / units.length);
            if (deviation > NO_DEVIATION) {
                scales[i] = 1 / StrictMath.sqrt(deviation);
                sum += deviation;
            }
        }
        if (sum == 0) {
            throw new IllegalArgumentException("prompts have 1 mix of shared terms, must have at least two");
        }
        // Scaled by the root of its deviation, a component's variance is its deviation.
        double factor = StrictMath.sqrt(TfIdfSvd.MEAN_SQUARED_LENGTH / sum);
        for (int i = 0; i < scales.length; i++) {
            scales[i] *= factor;
        }
        return rounded(scales);
    }

    private static float[] rounded(double[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (float) values[i];
        }
        return rounded;
    }
}
