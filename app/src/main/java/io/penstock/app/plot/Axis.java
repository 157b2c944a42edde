package io.penstock.app.plot;

import java.util.ArrayList;
import java.util.List;

/** A range with ticks at round numbers: 1, 2 or 5 times a power of ten apart. */
record Axis(double low, double high, double step) {
    private static final int TICKS = 5;

    /** Covers the values and ends on ticks. */
    static Axis over(double min, double max) {
        double span = max > min ? max - min : Math.max(1e-3, Math.abs(max) * 0.1);
        double raw = span / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double digit = raw / power;
        double step = power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
        return new Axis(Math.floor(min / step) * step, Math.ceil((min + span) / step) * step, step);
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        // By index: adding the step up would drift.
        for (int i = 0; low + i * step <= high + step / 1000; i++) {
            ticks.add(low + i * step);
        }
        return ticks;
    }

    /** Where a value lies between low (0) and high (1). */
    double fraction(double value) {
        return (value - low) / (high - low);
    }
}
