package io.penstock.simulation;

import java.time.Duration;

/**
 * How answers are judged, and how far the router trusts it.
 *
 * @param delay of the verdict, beside up to a minute
 * @param chanceIfGood share of answers of verdict ½ or more that are judged
 * @param chanceIfBad share of the others
 * @param auditShare of answers that are drawn for an audit, which always comes
 * @param sourceShare largest part of a model's verdicts that one source may give; 1 = any
 * @param poison share of the favourite's answers that a hostile source calls worthless, while it is active
 */
public record Judging(
        Duration delay, double chanceIfGood, double chanceIfBad, double auditShare, double sourceShare, double poison) {
    static final Judging CALM = new Judging(Duration.ZERO, 1, 1, 0, 1, 0);
}
