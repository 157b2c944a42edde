package io.penstock.app.plot;

import java.util.List;

/** A line of block characters that shows how a number went. */
public final class Sparkline {
    private static final String BLOCKS = "▁▂▃▄▅▆▇█";

    private Sparkline() {}

    /**
     * One character per column; each is the mean of its part of the values.
     *
     * @param low drawn as the lowest block, with all below
     * @param high drawn as the highest block, with all above
     */
    public static String of(List<Double> values, int columns, double low, double high) {
        StringBuilder line = new StringBuilder(columns);
        int width = Math.min(columns, values.size());
        for (int column = 0; column < width; column++) {
            int from = column * values.size() / width;
            int to = (column + 1) * values.size() / width;
            double sum = 0;
            for (int i = from; i < to; i++) {
                sum += values.get(i);
            }
            double fraction = high > low ? (sum / (to - from) - low) / (high - low) : 0.5;
            int block = (int) Math.floor(fraction * BLOCKS.length());
            line.append(BLOCKS.charAt(Math.max(0, Math.min(BLOCKS.length() - 1, block))));
        }
        return line.toString();
    }
}
