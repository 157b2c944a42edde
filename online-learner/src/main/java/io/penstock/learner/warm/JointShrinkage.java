package io.penstock.learner.warm;

import io.penstock.learner.Features;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A blend whose predictions of all models are shrunk together (Breiman and Friedman 1997, "Predicting multivariate
 * responses in multiple linear regression": curds and whey). What prompts do to models goes along few directions, such as
 * how hard they are; along those the predictions vary a lot, along all others hardly more than chance makes them. With C the
 * covariance of the predictions over the training set,
 *
 * <pre>quality = mean + C·(C + τ·I)⁻¹·(predicted − mean)</pre>
 *
 * <p>keeps the former and takes back the latter. τ is a part of the variance that a mean over so many neighbours has.
 *
 * <p>Then the differences between models, on which alone a choice depends, are calibrated: every fifth prompt is held out, the
 * blend is fitted on the others, and what really differed there is regressed on what was predicted to. The slope, from 0 to
 * {@value #STEEPEST}, multiplies the differences; what the models have in common stays as it is. Smoothing that suits the level of a
 * prompt, which is most of what is fitted, makes the differences too small, on most data by a fifth or more.
 */
final class JointShrinkage implements Predictor {

    /** The neighbours are half of the blend, which quarters their variance; the regression's is small beside it. */
    private static final double SHARE = 0.25;

    /** Prompts that the covariance is taken over at most: a query of the neighbours is not for free. */
    private static final int MOST_PROMPTS = 2000;

    /** Differences seem steeper where they are few and small, which is where the slope is known least. */
    private static final double STEEPEST = 1.5;

    /** Fewer prompts say nothing about a slope. */
    private static final int LEAST_HELD_OUT = 20;

    private static final int FOLDS = 5;

    /** No factor is larger: the map of the shrinkage has eigenvalues from 0 to 1. */
    private static final double MAX_FACTOR = STEEPEST + 1e-6;

    private final Blend blend;
    private final double[] mean;
    /** Row by row. */
    private final double[] map;

    private JointShrinkage(Blend blend, double[] mean, double[] map) {
        this.blend = blend;
        this.mean = mean;
        this.map = map;
    }

    static JointShrinkage fit(WarmOutcomes outcomes, WarmSettings settings) {
        Blend blend = Blend.fit(outcomes, settings);
        int models = outcomes.models().size();
        int stride = 1 + (outcomes.prompts() - 1) / MOST_PROMPTS;
        int count = (outcomes.prompts() + stride - 1) / stride;
        double[][] predicted = new double[count][models];
        double[] mean = new double[models];
        double[] tokens = new double[models];
        for (int n = 0; n < count; n++) {
            blend.predict(outcomes.context(n * stride), predicted[n], tokens);
            for (int m = 0; m < models; m++) {
                mean[m] += predicted[n][m] / count;
            }
        }
        double[] covariance = new double[models * models];
        for (double[] row : predicted) {
            for (int i = 0; i < models; i++) {
                for (int j = 0; j < models; j++) {
                    covariance[i * models + j] += (row[i] - mean[i]) * (row[j] - mean[j]) / count;
                }
            }
        }
        double chance = SHARE * outcomes.noise() / neighbours(outcomes);
        double[] map = map(covariance, models, chance);
        steepen(map, models, slope(outcomes, settings));
        return new JointShrinkage(blend, mean, map);
    }

    /** Of the true differences between models over the predicted ones, on prompts that were held out. */
    private static double slope(WarmOutcomes outcomes, WarmSettings settings) {
        int stride = FOLDS * (1 + (outcomes.prompts() - 1) / (FOLDS * MOST_PROMPTS));
        List<Integer> held = new ArrayList<>();
        List<Integer> taught = new ArrayList<>();
        for (int n = 0; n < outcomes.prompts(); n++) {
            (n % stride == 0 ? held : taught).add(n);
        }
        if (outcomes.verdicts() != null || held.size() < LEAST_HELD_OUT) {
            // Expectations made by another regression would only say how steep that is.
            return 1;
        }
        Blend blend = Blend.fit(outcomes.only(taught), settings);
        int models = outcomes.models().size();
        double[][] predicted = new double[held.size()][models];
        double[][] actual = new double[held.size()][models];
        for (int h = 0; h < held.size(); h++) {
            blend.predict(outcomes.context(held.get(h)), predicted[h], new double[models]);
            for (int m = 0; m < models; m++) {
                actual[h][m] = outcomes.quality(m, held.get(h));
            }
        }
        toDifferences(predicted);
        toDifferences(actual);
        double products = 0;
        double squares = 0;
        for (int h = 0; h < predicted.length; h++) {
            for (int m = 0; m < models; m++) {
                products += predicted[h][m] * actual[h][m];
                squares += predicted[h][m] * predicted[h][m];
            }
        }
        return squares > 0 ? Math.max(0, Math.min(STEEPEST, products / squares)) : 1;
    }

    /** Takes the mean of each model from it, then what the models have in common on each prompt. */
    private static void toDifferences(double[][] quality) {
        int models = quality[0].length;
        double[] mean = new double[models];
        for (double[] row : quality) {
            for (int m = 0; m < models; m++) {
                mean[m] += row[m] / quality.length;
            }
        }
        for (double[] row : quality) {
            double common = 0;
            for (int m = 0; m < models; m++) {
                row[m] -= mean[m];
                common += row[m] / models;
            }
            for (int m = 0; m < models; m++) {
                row[m] -= common;
            }
        }
    }

    /** Multiplies what the map says of differences, and leaves its mean over the models. */
    private static void steepen(double[] map, int models, double slope) {
        for (int j = 0; j < models; j++) {
            double common = 0;
            for (int i = 0; i < models; i++) {
                common += map[i * models + j] / models;
            }
            for (int i = 0; i < models; i++) {
                map[i * models + j] = common + slope * (map[i * models + j] - common);
            }
        }
    }

    /** By default, however many the blend has: where fewer were found better, more of what varies is real. */
    private static int neighbours(WarmOutcomes outcomes) {
        return NearestNeighbours.neighbours(
                outcomes.prompts(), WarmSettings.defaults().neighbours());
    }

    /** C·(C + τ·I)⁻¹, column by column; the identity where nothing is left to chance. */
    private static double[] map(double[] covariance, int models, double chance) {
        double[] map = new double[models * models];
        for (int j = 0; j < models; j++) {
            double[] column = new double[models];
            if (chance > 0) {
                double[] system = covariance.clone();
                for (int i = 0; i < models; i++) {
                    system[i * models + i] += chance;
                    column[i] = covariance[i * models + j];
                }
                Cholesky.solve(system, column);
            } else {
                column[j] = 1;
            }
            for (int i = 0; i < models; i++) {
                map[i * models + j] = column[i];
            }
        }
        return map;
    }

    @Override
    public int dimension() {
        return blend.dimension();
    }

    @Override
    public void predict(Features context, double[] quality, double[] outputTokens) {
        int models = mean.length;
        blend.predict(context, quality, outputTokens);
        double[] offset = new double[models];
        for (int m = 0; m < models; m++) {
            offset[m] = quality[m] - mean[m];
        }
        for (int i = 0; i < models; i++) {
            double sum = mean[i];
            for (int j = 0; j < models; j++) {
                sum += map[i * models + j] * offset[j];
            }
            quality[i] = Math.max(0, Math.min(1, sum));
        }
    }

    @Override
    public long sizeInBytes() {
        return blend.sizeInBytes() + ownSize(mean.length);
    }

    /** Beside that of the blend. */
    static long ownSize(int models) {
        return Double.BYTES * (models + (long) models * models);
    }

    /** The blend, then as doubles the mean and the map. */
    @Override
    public void write(ByteBuffer bytes) {
        blend.write(bytes);
        WarmBytes.putDoubles(bytes, mean);
        WarmBytes.putDoubles(bytes, map);
    }

    static JointShrinkage read(ByteBuffer bytes, int dimension, int models) {
        Blend blend = Blend.read(bytes, dimension, models);
        WarmBytes.requireRemaining(bytes, "joint shrinkage", ownSize(models));
        double[] mean = WarmBytes.getDoubles(bytes, "mean", models, 0, 1);
        double[] map = WarmBytes.getDoubles(bytes, "map", models * models, -MAX_FACTOR, MAX_FACTOR);
        return new JointShrinkage(blend, mean, map);
    }
}
