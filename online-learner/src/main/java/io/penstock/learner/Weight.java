package io.penstock.learner;

/**
 * How much one contribution counts in {@link Moments}, and the grid it is rounded to before it is added. A double holds
 * every multiple of 2⁻³² below 2²¹ exactly, so no addition rounds and the order of additions cannot matter. Totals hold
 * larger numbers and use 2⁻¹⁰, exact to 2⁴³. Sums that forget grow by 2¹⁶ within a period of {@link Decay}, so their grid is
 * 2⁻²⁴, exact to 2²⁹.
 *
 * @param value the weight as of the start of its own period
 * @param fine the grid is its reciprocal
 * @param coarse the same for totals
 * @param scale 1, or the power of two that brings its own period's unit to that of the sums
 */
record Weight(double value, double fine, double coarse, double scale) {

    static Weight plain(double value) {
        return new Weight(value, 0x1p32, 0x1p10, 1);
    }

    static Weight decayed(double value, double scale) {
        return new Weight(value, 0x1p24, 0x1p10, scale);
    }

    double rounded(double contribution) {
        return Math.rint(contribution * fine) / fine * scale;
    }

    double roundedTotal(double contribution) {
        return Math.rint(contribution * coarse) / coarse * scale;
    }
}
