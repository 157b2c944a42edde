package io.penstock.app.eval;

/**
 * How a change of quality is found in one pool, and what it costs.
 *
 * @param arms models
 * @param pulls verdicts without a change
 * @param alarms false ones among them
 * @param delay median number of verdicts from a drop to its alarm, mean over the models
 * @param worst the longest median of a model
 * @param bound what no test with one false alarm in 10⁵ can beat (Lorden 1971), mean over the models
 * @param ratio the median delay as a multiple of its bound: median over the models
 * @param kept reward of the last fifth of a pass in which the most played model is 18 % worse for the middle third, as a share
 *     of the undisturbed pass
 * @param worse reward of the last fifth of a pass in which it stays worse, as such a share
 */
public record ChangeRow(
        String pool,
        int arms,
        long pulls,
        long alarms,
        double delay,
        double worst,
        double bound,
        double ratio,
        double kept,
        double worse) {}
