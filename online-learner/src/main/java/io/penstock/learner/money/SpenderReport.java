package io.penstock.learner.money;

/**
 * What a spender says of itself in one period. Sums are over the whole period and only go up, so a report that comes twice,
 * late or not at all does no harm.
 *
 * @param version of later reports is higher
 * @param reservedNanos worst cases of all attempts it has decided, never lowered
 * @param returnedNanos of its grants, what it has given up
 * @param predictedNanos expected cost of the same attempts
 * @param decisions how many they are
 * @param wantNanos how much unreserved grant it would like to hold now
 */
public record SpenderReport(
        long version, long reservedNanos, long returnedNanos, long predictedNanos, long decisions, long wantNanos) {
    static final SpenderReport NONE = new SpenderReport(0, 0, 0, 0, 0, 0);

    public SpenderReport {
        if (version < 0
                || reservedNanos < 0
                || returnedNanos < 0
                || predictedNanos < 0
                || decisions < 0
                || wantNanos < 0) {
            throw new IllegalArgumentException("no number of a spender's report may be negative: version " + version
                    + ", reserved " + reservedNanos + ", returned " + returnedNanos + ", predicted " + predictedNanos
                    + ", decisions " + decisions + ", want " + wantNanos);
        }
    }

    /** Both, whichever is newer; sums never go down, even if a spender has forgotten. */
    SpenderReport and(SpenderReport other) {
        SpenderReport newer = other.version > version ? other : this;
        return new SpenderReport(
                newer.version,
                Math.max(reservedNanos, other.reservedNanos),
                Math.max(returnedNanos, other.returnedNanos),
                Math.max(predictedNanos, other.predictedNanos),
                Math.max(decisions, other.decisions),
                newer.wantNanos);
    }
}
