package io.penstock.learner.warm;

import io.penstock.learner.Features;
import java.nio.ByteBuffer;

/**
 * k nearest neighbours (Cover and Hart, 1967, "Nearest neighbor pattern classification"): quality and output tokens of
 * a model are its means over the k training prompts most similar to the context. For choosing language models this
 * plain method is hard to beat (Li, 2025, "Rethinking predictive modeling for LLM routing: when simple kNN beats
 * complex learned routers", arXiv 2505.12601).
 *
 * <p>Similarity is the cosine between offsets from the training mean, each number weighed by its standard deviation over
 * the training set; a context at the mean is similar 0 to all. Of
 * equally similar prompts the earlier comes first.
 *
 * <p>Exact search. Vectors lie coordinate by coordinate, so that one query is d sweeps over n floats which the compiler
 * turns into vector instructions; a sum over one prompt's coordinates would not be, as that would reorder additions.
 */
final class NearestNeighbours implements Predictor {

    private static final int FIXED_POINT = 65_535;
    private static final int HEADER_BYTES = Integer.BYTES + Integer.BYTES;

    /** Above 1 by what rounding a vector of length one to floats may add. */
    private static final double MAX_COORDINATE = 1.000001;

    private final Centre centre;
    private final int prompts;
    private final int neighbours;
    /** Coordinate by coordinate, then by prompt. */
    private final float[] vectors;
    /** By prompt, then by model, in units of 1 / 65,535: sums of them are exact. */
    private final char[] quality;
    /** By prompt, then by model. */
    private final float[] outputTokens;

    private NearestNeighbours(Centre centre, int neighbours, float[] vectors, char[] quality, float[] outputTokens) {
        this.centre = centre;
        this.prompts = vectors.length / centre.dimension();
        this.neighbours = neighbours;
        this.vectors = vectors;
        this.quality = quality;
        this.outputTokens = outputTokens;
    }

    static NearestNeighbours fit(WarmOutcomes outcomes, double multiple) {
        int prompts = outcomes.prompts();
        int dimension = outcomes.dimension();
        int models = outcomes.models().size();
        Centre centre = Centre.of(outcomes);
        float[] vectors = new float[prompts * dimension];
        char[] quality = new char[prompts * models];
        float[] outputTokens = new float[prompts * models];
        for (int i = 0; i < prompts; i++) {
            float[] direction = centre.direction(outcomes.context(i));
            for (int j = 0; j < dimension; j++) {
                vectors[j * prompts + i] = direction[j];
            }
            for (int m = 0; m < models; m++) {
                quality[i * models + m] = (char) Math.round(outcomes.quality(m, i) * FIXED_POINT);
                outputTokens[i * models + m] = (float) outcomes.outputTokens(m, i);
            }
        }
        return new NearestNeighbours(centre, neighbours(prompts, multiple), vectors, quality, outputTokens);
    }

    static int neighbours(int prompts, double multiple) {
        return (int) Math.max(1, Math.min(prompts, Math.round(multiple * Math.sqrt(prompts))));
    }

    @Override
    public int dimension() {
        return centre.dimension();
    }

    @Override
    public void predict(Features context, double[] meanQuality, double[] meanTokens) {
        float[] similarities = similarities(centre.direction(context));
        float least = Largest.least(similarities, neighbours);
        int equals = neighbours - countAbove(similarities, least);
        long[] sums = new long[meanQuality.length];
        double[] tokens = new double[meanQuality.length];
        for (int i = 0; i < prompts; i++) {
            if (similarities[i] > least || (similarities[i] == least && equals-- > 0)) {
                add(i, sums, tokens);
            }
        }
        for (int m = 0; m < sums.length; m++) {
            meanQuality[m] = sums[m] / ((double) FIXED_POINT * neighbours);
            meanTokens[m] = tokens[m] / neighbours;
        }
    }

    private float[] similarities(float[] direction) {
        float[] result = new float[prompts];
        for (int j = 0; j < direction.length; j++) {
            addProducts(result, direction[j], vectors, j * prompts);
        }
        return result;
    }

    private static void addProducts(float[] sums, float factor, float[] values, int from) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += factor * values[from + i];
        }
    }

    private static int countAbove(float[] values, float limit) {
        int count = 0;
        for (float value : values) {
            count += value > limit ? 1 : 0;
        }
        return count;
    }

    private void add(int prompt, long[] qualitySums, double[] tokenSums) {
        int from = prompt * qualitySums.length;
        for (int m = 0; m < qualitySums.length; m++) {
            qualitySums[m] += quality[from + m];
            tokenSums[m] += outputTokens[from + m];
        }
    }

    @Override
    public long sizeInBytes() {
        return sizeInBytes(prompts, dimension(), quality.length / prompts);
    }

    static long sizeInBytes(long prompts, int dimension, int models) {
        return HEADER_BYTES
                + Centre.sizeInBytes(dimension)
                + prompts * dimension * Float.BYTES
                + prompts * models * (Character.BYTES + Float.BYTES);
    }

    /** Number of prompts and of neighbours (ints), the centre and the spread (doubles), vectors, qualities, output tokens. */
    @Override
    public void write(ByteBuffer bytes) {
        bytes.putInt(prompts).putInt(neighbours);
        centre.write(bytes);
        WarmBytes.putFloats(bytes, vectors);
        for (char value : quality) {
            bytes.putChar(value);
        }
        WarmBytes.putFloats(bytes, outputTokens);
    }

    static NearestNeighbours read(ByteBuffer bytes, int dimension, int models) {
        WarmBytes.requireRemaining(bytes, "head of the neighbours", HEADER_BYTES);
        int prompts = bytes.getInt();
        int neighbours = bytes.getInt();
        WarmBytes.require(prompts >= 1, "warm model prompts must be at least 1, but are " + prompts);
        WarmBytes.require(
                neighbours >= 1 && neighbours <= prompts,
                "warm model neighbours must be from 1 to " + prompts + " (its prompts), but are " + neighbours);
        WarmBytes.requireRemaining(bytes, prompts + " prompts", sizeInBytes(prompts, dimension, models) - HEADER_BYTES);
        Centre centre = Centre.read(bytes, dimension);
        float[] vectors =
                WarmBytes.getFloats(bytes, "vector number", prompts * dimension, -MAX_COORDINATE, MAX_COORDINATE);
        char[] quality = new char[prompts * models];
        for (int i = 0; i < quality.length; i++) {
            quality[i] = bytes.getChar();
        }
        float[] outputTokens =
                WarmBytes.getFloats(bytes, "output tokens", prompts * models, 0, WarmOutcomes.MAX_TOKENS);
        return new NearestNeighbours(centre, neighbours, vectors, quality, outputTokens);
    }
}
