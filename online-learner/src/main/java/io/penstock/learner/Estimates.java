package io.penstock.learner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What is believed about all models of one scope, computed from their sums: priors and shrinkage live here, so they can
 * change without touching what is stored. Immutable and thread-safe; a pure function of its arguments, bit for bit.
 *
 * <p>Quality of model a is a linear function of the features: its mean is shrunk to the mean of all models plus a prior
 * from its list price and context window (or its card's claim, or what a similar model has shown), its slopes to slopes shared by all
 * ({@link RidgeHierarchy}), all of it around the mean context. How hard slopes are shrunk is chosen by marginal likelihood
 * among {@link LearnerSettings#slopeRidges()}. Length and latency are fitted alike on a log scale, always shrunk hard.
 */
public final class Estimates {

    private static final int TOKENS = 0;
    private static final int LATENCY = 1;

    /** Verdicts that the prior of the noise variance is worth. */
    private static final double NOISE_WORTH = 20;

    /** A price further out than this, in standard deviations, is not believed to buy (or lack) still more quality. */
    private static final double OUTLYING = 1.7;

    /** Log Bayes factor above which a weaker ridge is believed: weak slopes on little evidence cost more than none. */
    private static final double DECISIVE = 8;

    private final int dimension;
    private final double slopeRidge;
    private final double noise;
    private final Map<String, Integer> indexes;
    private final List<ModelBlock> blocks;

    private Estimates(int dimension, double slopeRidge, double noise, List<String> models, List<FittedModel> fitted) {
        this.dimension = dimension;
        this.noise = noise;
        this.slopeRidge = slopeRidge;
        Map<String, Integer> places = new HashMap<>();
        models.forEach(model -> places.put(model, places.size()));
        this.indexes = places;
        List<ModelBlock> parts = new ArrayList<>();
        for (int start = 0; start < fitted.size(); start += ModelBlock.MAX_MODELS) {
            int end = Math.min(fitted.size(), start + ModelBlock.MAX_MODELS);
            parts.add(new ModelBlock(dimension + 1, fitted.subList(start, end)));
        }
        this.blocks = parts;
    }

    /**
     * Fits all models of a scope.
     *
     * @param dimension of the features, without bias
     * @param statistics by model, summed over the shards; a model without statistics is estimated from its prior
     * @param priors by model: exactly these models can be predicted; statistics of others are ignored
     */
    public static Estimates of(
            int dimension,
            Map<String, ModelStatistics> statistics,
            Map<String, ModelPrior> priors,
            LearnerSettings settings) {
        Checks.dimension(dimension);
        SortedMap<String, ModelPrior> sorted = new TreeMap<>(priors);
        List<ModelStatistics> sums = new ArrayList<>();
        for (String model : sorted.keySet()) {
            ModelStatistics known = statistics.get(model);
            if (known != null && known.dimension() != dimension) {
                throw new IllegalArgumentException("statistics of model " + model + " must have dimension " + dimension
                        + ", but have " + known.dimension());
            }
            sums.add(known == null ? ModelStatistics.empty(dimension) : known);
        }
        return new Fitter(dimension, List.copyOf(sorted.keySet()), List.copyOf(sorted.values()), sums, settings).fit();
    }

    /**
     * Expectations of one model for one request when no verdict is outstanding.
     *
     * @throws IllegalArgumentException for a model without prior or features of another dimension
     */
    public Prediction predict(String model, Features features) {
        return at(features).predict(model, 0);
    }

    /**
     * Expectations of all models for one request.
     *
     * @throws IllegalArgumentException for features of another dimension
     */
    public Forecast at(Features features) {
        if (features.dimension() != dimension) {
            throw new IllegalArgumentException(
                    "features must have dimension " + dimension + ", but have " + features.dimension());
        }
        return new Forecast(this, features.withBias(), blocks.size());
    }

    int indexOf(String model) {
        Integer index = indexes.get(model);
        if (index == null) {
            throw new IllegalArgumentException("model " + model + " must be one of the scope's models, but is not");
        }
        return index;
    }

    boolean knows(String model) {
        return indexes.containsKey(model);
    }

    /** Variance of one verdict around its expectation. */
    double noise() {
        return noise;
    }

    /** What the fit expects of all verdicts in a layer together. */
    double qualitySum(String model, LayerSums layer) {
        if (layer.dimension() != dimension) {
            throw new IllegalArgumentException(
                    "layer sums must have dimension " + dimension + ", but have " + layer.dimension());
        }
        int index = indexOf(model);
        return blocks.get(index / ModelBlock.MAX_MODELS).qualitySum(index % ModelBlock.MAX_MODELS, layer.contexts());
    }

    ModelBlock block(int number) {
        return blocks.get(number);
    }

    public int dimension() {
        return dimension;
    }

    /** The ridge on model slopes that the data chose: the larger, the less the context matters. */
    public double slopeRidge() {
        return slopeRidge;
    }

    /** One pass over the arguments; exists so that its parts can share them. */
    private record Fitter(
            int dimension,
            List<String> names,
            List<ModelPrior> priors,
            List<ModelStatistics> sums,
            LearnerSettings settings) {

        Estimates fit() {
            double noise = noise();
            double[] centre = centre(ModelStatistics::quality);
            List<RidgeMember> believed = qualityMembers(noise, centre);
            List<RidgeMember> quality = likened(shift(believed));
            RidgeHierarchy fit = mostLikely(quality, noise);
            List<List<FittedModel.Log>> logs = logScale();
            List<FittedModel.Log> tokens = logs.get(TOKENS);
            List<FittedModel.Log> latency = logs.get(LATENCY);
            List<FittedModel> models = new ArrayList<>();
            for (int a = 0; a < names.size(); a++) {
                RidgeMember member = quality.get(a);
                models.add(new FittedModel(
                        Line.uncentred(member.offset(), fit.coefficients(a), centre),
                        fit.root(a).uncentred(centre),
                        Math.sqrt(noise),
                        member.weight(),
                        settings.pendingWorth() * sums.get(a).unjudged(),
                        member.meanRidge(),
                        Tally.clamped(
                                member.weight(),
                                sums.get(a).qualityMean(),
                                believed.get(a).offset()),
                        tokens.get(a),
                        latency.get(a)));
            }
            return new Estimates(dimension, fit.slopeRidge(), noise, names, models);
        }

        private double[] centre(Function<ModelStatistics, Moments> part) {
            return RidgeMember.centre(dimension + 1, sums.stream().map(part).toList());
        }

        private List<RidgeMember> qualityMembers(double noise, double[] centre) {
            double[] price = standardised(
                    priors.stream().mapToDouble(ModelPrior::logPrice).toArray());
            boolean pricesTell = Arrays.stream(price).anyMatch(value -> value != 0);
            // Where all models do well, or are graded finely, they also lie closer together.
            double scale = Math.sqrt(noise / settings.noise());
            List<RidgeMember> members = new ArrayList<>();
            for (int a = 0; a < names.size(); a++) {
                ModelPrior prior = priors.get(a);
                double listed = settings.priceWeight() * price[a] - settings.datedWeight() * prior.datedness();
                double believed = prior.quality().orElse(settings.pooledMean() + scale * listed);
                double unclaimed = pricesTell ? settings.meanRidge() : settings.blindMeanRidge();
                double ridge = prior.quality().isPresent() ? prior.qualityWorth() : unclaimed;
                members.add(new RidgeMember(sums.get(a).quality(), 0, believed, ridge, centre));
            }
            return members;
        }

        /** A model that is said to be like another starts from what that one has shown, once it has shown anything. */
        private List<RidgeMember> likened(List<RidgeMember> members) {
            List<RidgeMember> result = new ArrayList<>(members);
            for (int a = 0; a < names.size(); a++) {
                ModelPrior.Similar similar = priors.get(a).similar();
                int other = similar == null ? -1 : names.indexOf(similar.model());
                if (similar != null
                        && other >= 0
                        && other != a
                        && members.get(other).weight() > 0) {
                    result.set(a, members.get(a).believing(members.get(other).shrunkMean(), similar.worth()));
                }
            }
            return result;
        }

        private double noise() {
            double weight = NOISE_WORTH;
            double scatter = NOISE_WORTH * settings.noise();
            for (ModelStatistics model : sums) {
                weight += model.quality().weight();
                scatter += model.quality().scatter(0);
            }
            return scatter / weight;
        }

        private RidgeHierarchy mostLikely(List<RidgeMember> members, double noise) {
            List<Double> ridges = settings.slopeRidges();
            RidgeHierarchy best = hierarchy(members, ridges.get(0));
            double before = best.logEvidence(noise);
            for (double ridge : ridges.subList(1, ridges.size())) {
                RidgeHierarchy candidate = hierarchy(members, ridge);
                double evidence = candidate.logEvidence(noise);
                if (evidence > best.logEvidence(noise) + DECISIVE) {
                    best = candidate;
                }
                // Beyond its top the evidence only falls; where context does not matter, that saves a third of the fit.
                if (evidence < before) {
                    break;
                }
                before = evidence;
            }
            return best;
        }

        private RidgeHierarchy hierarchy(List<RidgeMember> members, double slopeRidge) {
            return new RidgeHierarchy(dimension + 1, members, slopeRidge, settings.sharedRidge());
        }

        /** Tokens of each model, then latency of each: two targets on the same contexts with the same ridges. */
        private List<List<FittedModel.Log>> logScale() {
            double[] centre = centre(ModelStatistics::completion);
            List<RidgeMember> lengths = new ArrayList<>();
            for (int a = 0; a < names.size(); a++) {
                double believed = StrictMath.log1p(priors.get(a).referenceTokens());
                lengths.add(new RidgeMember(
                        sums.get(a).completion(), TOKENS, believed, settings.lengthMeanRidge(), centre));
            }
            lengths = shift(lengths);
            RidgeHierarchy fit =
                    new RidgeHierarchy(dimension + 1, lengths, settings.lengthRidge(), settings.lengthRidge());
            List<FittedModel.Log> tokens = logs(fit, lengths, centre);
            List<RidgeMember> times = new ArrayList<>();
            for (int a = 0; a < names.size(); a++) {
                double believed = priors.get(a)
                        .latencyMillis(Line.unlogged(tokens.get(a).line().offset()));
                times.add(lengths.get(a).of(LATENCY, StrictMath.log1p(believed)));
            }
            times = shift(times);
            return List.of(tokens, logs(fit.ofTargets(times), times, centre));
        }

        private List<FittedModel.Log> logs(RidgeHierarchy fit, List<RidgeMember> members, double[] centre) {
            List<FittedModel.Log> result = new ArrayList<>();
            for (int a = 0; a < names.size(); a++) {
                RidgeMember member = members.get(a);
                Line line = Line.uncentred(member.offset(), fit.coefficients(a), centre);
                result.add(new FittedModel.Log(line, member.smear(settings.lengthMeanRidge())));
            }
            return result;
        }

        private static List<RidgeMember> shift(List<RidgeMember> members) {
            double shift = RidgeMember.pooledShift(members);
            return members.stream().map(member -> member.shifted(shift)).toList();
        }

        /** Mean 0 and standard deviation 1, no further out than OUTLYING; all 0 where the values are equal. */
        private static double[] standardised(double[] values) {
            double mean = 0;
            for (double value : values) {
                mean += value / values.length;
            }
            double variance = 0;
            for (double value : values) {
                variance += (value - mean) * (value - mean) / values.length;
            }
            double[] result = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                double z = variance > 1e-18 ? (values[i] - mean) / Math.sqrt(variance) : 0;
                result[i] = Math.max(-OUTLYING, Math.min(OUTLYING, z));
            }
            return result;
        }
    }
}
