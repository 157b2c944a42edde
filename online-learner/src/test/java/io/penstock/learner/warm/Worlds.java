package io.penstock.learner.warm;

import io.penstock.learner.Features;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Seeded training sets whose truth is known. */
final class Worlds {

    /** Quality of model m in region r is high where they match. */
    static final double GOOD = 0.9;

    static final double BAD = 0.2;

    private Worlds() {}

    static Features point(Random random, int dimension, int region, double spread) {
        float[] values = new float[dimension];
        for (int j = 0; j < dimension; j++) {
            values[j] = (float) ((j == region ? 1 : 0) + spread * random.nextGaussian());
        }
        return Features.of(values);
    }

    /** As many models as regions, each good in its own; verdicts are 0 or 1, tokens 100 × (1 + region). */
    static WarmOutcomes regions(long seed, int regions, int prompts, int dimension) {
        Random random = new Random(seed);
        List<Features> contexts = new ArrayList<>();
        double[][] quality = new double[regions][prompts];
        double[][] tokens = new double[regions][prompts];
        for (int i = 0; i < prompts; i++) {
            int region = i % regions;
            contexts.add(point(random, dimension, region, 0.1));
            for (int m = 0; m < regions; m++) {
                quality[m][i] = random.nextDouble() < (m == region ? GOOD : BAD) ? 1 : 0;
                tokens[m][i] = 100.0 * (1 + region);
            }
        }
        return WarmOutcomes.of(names(regions), contexts, quality, tokens);
    }

    /** Log-odds linear in the context: bias[m] + slopes[m]·x; labels are shares of ten draws. */
    static WarmOutcomes line(long seed, int prompts, double[] bias, double[][] slopes) {
        Random random = new Random(seed);
        int models = bias.length;
        List<Features> contexts = new ArrayList<>();
        double[][] quality = new double[models][prompts];
        double[][] tokens = new double[models][prompts];
        for (int i = 0; i < prompts; i++) {
            Features x = point(random, slopes[0].length, -1, 1);
            contexts.add(x);
            for (int m = 0; m < models; m++) {
                double share = share(bias[m], slopes[m], x);
                for (int draw = 0; draw < 10; draw++) {
                    quality[m][i] += random.nextDouble() < share ? 0.1 : 0;
                }
                quality[m][i] = Math.min(1, quality[m][i]);
                tokens[m][i] = random.nextInt(1000);
            }
        }
        return WarmOutcomes.of(names(models), contexts, quality, tokens);
    }

    static double share(double bias, double[] slopes, Features x) {
        double logit = bias;
        for (int j = 0; j < slopes.length; j++) {
            logit += slopes[j] * x.get(j);
        }
        return 1 / (1 + Math.exp(-logit));
    }

    static List<String> names(int models) {
        List<String> names = new ArrayList<>();
        for (int m = 0; m < models; m++) {
            names.add("m" + m);
        }
        return names;
    }

    /** Two models and three prompts, small enough for a golden file and for mental arithmetic. */
    static WarmOutcomes tiny() {
        return WarmOutcomes.of(
                List.of("small", "large"),
                List.of(Features.of(1, 0), Features.of(0, 1), Features.of(-1, -4)),
                new double[][] {{1, 0, 0.5}, {1, 1, 0.75}},
                new double[][] {{10, 20, 30}, {100, 200, 300.5}});
    }
}
