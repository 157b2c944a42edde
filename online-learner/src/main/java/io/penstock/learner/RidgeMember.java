package io.penstock.learner;

/**
 * One model's sums around its offset and around a centre of the features, as {@link RidgeHierarchy} wants them. The
 * centre is the mean context of the scope: there the intercept is the model's mean, so that shrinking the mean and
 * shrinking the slopes don't pull at one another. The pooled shift moves all offsets by what the models together did
 * better or worse than believed, so that a model nobody plays moves with the rest.
 */
final class RidgeMember {

    /** Weight of the prior of the pooled mean, in observations: nearly none. */
    private static final double POOLED_WORTH = 1;

    private final Moments moments;
    private final int target;
    private final double offset;
    private final double meanRidge;
    private final double[] centre;
    private final double[][] gram;
    private final double[] cross;

    /** @param centre of the contexts, with 0 in the place of the bias */
    RidgeMember(Moments moments, int target, double offset, double meanRidge, double[] centre) {
        this(moments, target, offset, meanRidge, centre, centredGram(moments, centre));
    }

    private RidgeMember(
            Moments moments, int target, double offset, double meanRidge, double[] centre, double[][] gram) {
        this.moments = moments;
        this.target = target;
        this.offset = offset;
        this.meanRidge = meanRidge;
        this.centre = centre;
        this.gram = gram;
        this.cross = moments.cross(target);
        double sum = cross[0];
        for (int i = 0; i < cross.length; i++) {
            cross[i] -= centre[i] * sum + offset * gram[0][i];
        }
    }

    /** Σw·(x − c)(x − c)ᵀ from the raw sums, whose first row is Σw·x. */
    private static double[][] centredGram(Moments moments, double[] centre) {
        double[][] gram = moments.gramRows();
        double[] sums = gram[0].clone();
        double weight = sums[0];
        for (int i = 0; i < centre.length; i++) {
            double[] row = gram[i];
            double shift = centre[i];
            double sum = sums[i];
            for (int j = 0; j < centre.length; j++) {
                row[j] += shift * weight * centre[j] - shift * sums[j] - centre[j] * sum;
            }
        }
        return gram;
    }

    /** The mean context of all models' sums; 0 in the place of the bias, and everywhere before the first observation. */
    static double[] centre(int width, Iterable<Moments> models) {
        double[] centre = new double[width];
        double weight = 0;
        for (Moments moments : models) {
            weight += moments.weight();
            for (int i = 1; i < width; i++) {
                centre[i] += moments.contextSum(i);
            }
        }
        for (int i = 1; i < width; i++) {
            centre[i] = weight > 0 ? centre[i] / weight : 0;
        }
        return centre;
    }

    /**
     * The generalised least-squares estimate of the shift: models count by n·ridge / (n + ridge), so that a model
     * played ten times as often does not decide alone.
     */
    static double pooledShift(Iterable<RidgeMember> members) {
        double weights = POOLED_WORTH;
        double sum = 0;
        for (RidgeMember member : members) {
            double n = member.moments.weight();
            if (n > 0) {
                double worth = n * member.meanRidge / (n + member.meanRidge);
                weights += worth;
                sum += worth * (member.moments.sum(member.target) / n - member.offset);
            }
        }
        return sum / weights;
    }

    /** The same contexts with another target. */
    RidgeMember of(int other, double otherOffset) {
        return new RidgeMember(moments, other, otherOffset, meanRidge, centre, gram);
    }

    RidgeMember shifted(double shift) {
        return new RidgeMember(moments, target, offset + shift, meanRidge, centre, gram);
    }

    /** The mean of its target, shrunk to its offset. */
    double shrunkMean() {
        double n = moments.weight();
        return offset + (moments.sum(target) - n * offset) / (n + meanRidge);
    }

    /** The same sums, with another belief about the mean. */
    RidgeMember believing(double mean, double worth) {
        return new RidgeMember(moments, target, mean, worth, centre, gram);
    }

    double offset() {
        return offset;
    }

    double meanRidge() {
        return meanRidge;
    }

    /** By rows; not to be changed. */
    double[][] gram() {
        return gram;
    }

    double[] cross() {
        return cross;
    }

    double weight() {
        return moments.weight();
    }

    /** Σw·(y − offset)². */
    double square() {
        double n = moments.weight();
        return Math.max(0, moments.square(target) - 2 * offset * moments.sum(target) + offset * offset * n);
    }

    /** Arithmetic over geometric mean where the target is log(1 + v), with {@code worth} observations of no spread. */
    double smear(double worth) {
        double n = moments.weight();
        double believed = worth * StrictMath.expm1(Math.max(offset, 0)) + worth;
        double geometric = n > 0 ? n * StrictMath.expm1(moments.sum(target) / n) : 0;
        return Math.max(1, (moments.total(target) + believed) / (geometric + believed));
    }
}
