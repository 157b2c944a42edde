package io.penstock.app.plot;

import java.util.List;

/**
 * One line of a plot.
 *
 * @param name for the legend
 * @param color as CSS, e.g. #1f77b4
 * @param strong drawn thick, for the line that the plot is about
 * @param values one per x; all finite
 */
public record Line(String name, String color, boolean strong, List<Double> values) {

    public Line {
        values = List.copyOf(values);
        for (double value : values) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(
                        "line '" + name + "' has the value " + value + "; all must be finite");
            }
        }
    }
}
