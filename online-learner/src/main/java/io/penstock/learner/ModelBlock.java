package io.penstock.learner;

import java.util.List;

/**
 * Up to {@value #MAX_MODELS} fitted models side by side, so that one pass over a context serves all of them in loops that
 * are long enough to vectorise; a JVM does that only where both arrays of a loop have the same index. The sums have one order, so the result is the same bits on every machine. Immutable.
 */
final class ModelBlock {

    /** One cache line of floats. */
    static final int MAX_MODELS = 16;

    private static final int LINES = 3;

    private final int width;
    private final int models;
    /** σ·T of every model: by column j, then row from the last up to j, then model. */
    private final float[][] roots;
    /** By feature, then quality, tokens and latency of each model. */
    private final double[][] coefficients;

    private final double[] offsets;
    private final double[] tokenSmear;
    private final double[] latencySmear;
    private final double[] evidence;
    private final double[] late;
    private final double[] priorWorth;
    private final double[] noise;
    private final Tally[] tallies;

    ModelBlock(int width, List<FittedModel> fitted) {
        this.width = width;
        this.models = fitted.size();
        this.roots = new float[width][];
        this.coefficients = new double[width][LINES * models];
        this.offsets = new double[LINES * models];
        this.tokenSmear = new double[models];
        this.latencySmear = new double[models];
        this.evidence = new double[models];
        this.late = new double[models];
        this.priorWorth = new double[models];
        this.noise = new double[models];
        this.tallies = new Tally[models];
        for (int j = 0; j < width; j++) {
            roots[j] = new float[(width - j) * models];
        }
        for (int m = 0; m < models; m++) {
            take(m, fitted.get(m));
        }
    }

    private void take(int m, FittedModel model) {
        line(m, model.quality());
        line(models + m, model.tokens().line());
        line(2 * models + m, model.latency().line());
        tokenSmear[m] = model.tokens().smear();
        latencySmear[m] = model.latency().smear();
        evidence[m] = model.evidence();
        late[m] = model.late();
        priorWorth[m] = model.priorWorth();
        noise[m] = model.noise();
        tallies[m] = model.tally();
        for (int j = 0; j < width; j++) {
            for (int i = j; i < width; i++) {
                roots[j][(width - 1 - i) * models + m] =
                        (float) (model.noise() * model.root().at(i, j));
            }
        }
    }

    private void line(int column, Line line) {
        offsets[column] = line.offset();
        for (int i = 0; i < width; i++) {
            coefficients[i][column] = line.coefficient(i);
        }
    }

    /** Everything about one context, (1, features). */
    At at(double[] x) {
        return new At(this, lines(x), deviations(x));
    }

    /** All lines at x: quality, log tokens, log latency of each model. */
    private double[] lines(double[] x) {
        double[] sums = offsets.clone();
        for (int i = 0; i < width; i++) {
            add(sums, x[i], coefficients[i]);
        }
        return sums;
    }

    /** |σ·T·x| of each model: the posterior standard deviation of its quality. */
    private double[] deviations(double[] x) {
        float[] products = new float[width * models];
        for (int j = 0; j < width; j++) {
            add(products, (float) x[j], roots[j]);
        }
        double[] deviations = new double[models];
        int at = 0;
        for (int i = 0; i < width; i++) {
            for (int m = 0; m < models; m++) {
                double product = products[at++];
                deviations[m] += product * product;
            }
        }
        for (int m = 0; m < models; m++) {
            deviations[m] = Math.sqrt(deviations[m]);
        }
        return deviations;
    }

    /** Of one model, the sum of what it is expected to be worth over contexts with this sum. */
    double qualitySum(int m, double[] contexts) {
        double sum = offsets[m] * contexts[0];
        for (int i = 0; i < width; i++) {
            sum += coefficients[i][m] * contexts[i];
        }
        return sum;
    }

    private static void add(double[] sums, double factor, double[] values) {
        for (int k = 0; k < values.length; k++) {
            sums[k] += factor * values[k];
        }
    }

    private static void add(float[] sums, float factor, float[] values) {
        for (int k = 0; k < values.length; k++) {
            sums[k] += factor * values[k];
        }
    }

    /** The block's sums for one context. */
    static final class At {
        private final ModelBlock block;
        private final double[] lines;
        private final double[] deviations;

        private At(ModelBlock block, double[] lines, double[] deviations) {
            this.block = block;
            this.lines = lines;
            this.deviations = deviations;
        }

        Prediction prediction(int m, double inFlight) {
            double pending = block.late[m] + inFlight;
            double worth = block.priorWorth[m] + block.evidence[m];
            return new Prediction(
                    lines[m],
                    deviations[m] * Math.sqrt(worth / (worth + pending)),
                    block.noise[m] / Math.sqrt(worth + pending),
                    Line.unlogged(lines[block.models + m]) * block.tokenSmear[m],
                    Line.unlogged(lines[2 * block.models + m]) * block.latencySmear[m],
                    block.evidence[m] + pending,
                    block.tallies[m]);
        }
    }
}
