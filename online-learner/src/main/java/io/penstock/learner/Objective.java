package io.penstock.learner;

/**
 * How quality is traded against cost, latency and energy for one request: weights ≥ 0, and the reference constants
 * that make the parts comparable. References come from the catalogue, never from the candidates of a decision, so a
 * score means the same whoever else is in the pool.
 *
 * @param costReferenceNanos nano-dollars that count as 1
 * @param latencyReferenceMillis milliseconds that count as 1
 * @param energyReferenceJoules joules that count as 1
 */
public record Objective(
        double quality,
        double cost,
        double latency,
        double energy,
        double costReferenceNanos,
        double latencyReferenceMillis,
        double energyReferenceJoules) {

    public Objective {
        Checks.within("quality weight", quality, 0, 1e6);
        Checks.within("cost weight", cost, 0, 1e6);
        Checks.within("latency weight", latency, 0, 1e6);
        Checks.within("energy weight", energy, 0, 1e6);
        Checks.positive("costReferenceNanos", costReferenceNanos);
        Checks.positive("latencyReferenceMillis", latencyReferenceMillis);
        Checks.positive("energyReferenceJoules", energyReferenceJoules);
    }

    /** Quality − λ · cost / reference; latency and energy do not count. */
    public static Objective qualityAndCost(double lambda, double costReferenceNanos) {
        return new Objective(1, lambda, 0, 0, costReferenceNanos, 1, 1);
    }

    /** The score of one candidate from its prediction, predicted cost and predicted energy. */
    public Utility utility(Prediction prediction, long costNanos, double joules) {
        double gain = quality * prediction.quality();
        // 0.0 - x instead of -x: an unused part reads 0, not -0.
        double money = 0.0 - cost * costNanos / costReferenceNanos;
        double time = 0.0 - latency * prediction.latencyMillis() / latencyReferenceMillis;
        double power = 0.0 - energy * joules / energyReferenceJoules;
        return new Utility(
                gain,
                money,
                time,
                power,
                gain + money + time + power,
                quality * prediction.width(),
                quality * prediction.meanWidth(),
                quality);
    }
}
