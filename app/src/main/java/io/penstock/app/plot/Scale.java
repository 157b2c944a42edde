package io.penstock.app.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Maps values of one axis to 0..1, and knows where its ticks are. Immutable. */
final class Scale {
    private static final int FEW_TICKS = 4;
    private static final double[] MANTISSAS = {1, 2, 5};

    private final boolean logarithmic;
    private final double low;
    private final double high;
    private final List<Double> ticks;
    private final int decimals;

    private Scale(boolean logarithmic, double low, double high, List<Double> ticks, int decimals) {
        this.logarithmic = logarithmic;
        this.low = low;
        this.high = high;
        this.ticks = List.copyOf(ticks);
        this.decimals = decimals;
    }

    /** From the least to the greatest value. */
    static Scale tight(double... values) {
        double low = Arrays.stream(values).min().orElseThrow();
        double high = Arrays.stream(values).max().orElseThrow();
        Axis axis = Axis.over(low, high);
        double end = high > low ? high : axis.high();
        List<Double> inside = axis.ticks().stream()
                .filter(tick -> tick >= low - 1e-9 * axis.step() && tick <= end + 1e-9 * axis.step())
                .toList();
        return new Scale(false, low, end, inside, decimals(axis.step()));
    }

    /** From a tick below the values to one above them. */
    static Scale wide(double... values) {
        Axis axis = Axis.over(
                Arrays.stream(values).min().orElseThrow(),
                Arrays.stream(values).max().orElseThrow());
        return new Scale(false, axis.low(), axis.high(), axis.ticks(), decimals(axis.step()));
    }

    /** Equal factors are equally far apart. */
    static Scale logarithmic(double... values) {
        double low = Arrays.stream(values).min().orElseThrow();
        double high = Arrays.stream(values).max().orElseThrow();
        if (!(low > 0)) {
            throw new IllegalArgumentException("a logarithmic axis needs numbers above 0, but has " + low);
        }
        // A little room, so that the outermost dots are whole.
        double from = low / Math.pow(high / low, 0.02) / (high > low ? 1 : 2);
        double to = high * Math.pow(high / low, 0.02) * (high > low ? 1 : 2);
        List<Double> tens = ticks(from, to, 1);
        List<Double> ticks = tens.size() >= FEW_TICKS ? tens : ticks(from, to, MANTISSAS.length);
        return new Scale(true, from, to, ticks, 0);
    }

    private static List<Double> ticks(double from, double to, int perDecade) {
        List<Double> ticks = new ArrayList<>();
        for (int power = (int) Math.floor(Math.log10(from)); power <= Math.log10(to); power++) {
            for (int i = 0; i < perDecade; i++) {
                double tick = MANTISSAS[i] * Math.pow(10, power);
                if (tick >= from && tick <= to) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    private static int decimals(double step) {
        return (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
    }

    List<Double> ticks() {
        return ticks;
    }

    double fraction(double value) {
        return logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    }

    String words(double tick) {
        int digits = logarithmic ? (int) Math.max(0, -Math.floor(Math.log10(tick) + 1e-9)) : decimals;
        return String.format(Locale.ROOT, "%,." + digits + "f", tick == 0 ? 0.0 : tick);
    }
}
