package io.penstock.learner;

/**
 * One model's sums around its offset, as {@link RidgeHierarchy} wants them. The pooled shift moves all offsets by what
 * the models together did better or worse than believed, so that a model nobody plays moves with the rest.
 */
final class RidgeMember {

    /** Weight of the prior of the pooled mean, in observations: nearly none. */
    private static final double POOLED_WORTH = 1;

    private final Moments moments;
    private final int target;
    private final double offset;
    private final double meanRidge;
    private final double[] gram;
    private final double[] cross;

    RidgeMember(Moments moments, int target, double offset, double meanRidge) {
        this.moments = moments;
        this.target = target;
        this.offset = offset;
        this.meanRidge = meanRidge;
        this.gram = moments.fullGram();
        this.cross = moments.cross(target);
        for (int i = 0; i < cross.length; i++) {
            cross[i] -= offset * gram[i];
        }
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

    RidgeMember shifted(double shift) {
        return new RidgeMember(moments, target, offset + shift, meanRidge);
    }

    double offset() {
        return offset;
    }

    double meanRidge() {
        return meanRidge;
    }

    double[] gram() {
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

    /** Σw·(y − mean)². */
    double scatter() {
        double n = moments.weight();
        double sum = moments.sum(target);
        return n > 0 ? Math.max(0, moments.square(target) - sum * sum / n) : 0;
    }

    /** Arithmetic over geometric mean where the target is log(1 + v), with {@code worth} observations of no spread. */
    double smear(double worth) {
        double n = moments.weight();
        double believed = worth * StrictMath.expm1(Math.max(offset, 0)) + worth;
        double geometric = n > 0 ? n * StrictMath.expm1(moments.sum(target) / n) : 0;
        return Math.max(1, (moments.total(target) + believed) / (geometric + believed));
    }
}
