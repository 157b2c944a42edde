package io.penstock.app.plot;

import java.util.List;

/**
 * One thing to draw in an {@link XyPlot}.
 *
 * @param name for the legend
 * @param color as CSS, e.g. #1f77b4
 * @param look how it is drawn
 * @param points in the order in which they are joined
 */
public record Curve(String name, String color, Look look, List<Point> points) {

    /** How a curve is drawn. */
    public enum Look {
        /** A thick line, for what the plot is about. */
        STRONG,
        THIN,
        DASHED,
        /** Dots that no line joins; a dot with a label is named where there is room. */
        DOTS
    }

    /**
     * A place in the plot.
     *
     * @param margin half the height of the band around the line; 0 = none
     * @param label empty = none
     */
    public record Point(double x, double y, double margin, String label) {
        public Point {
            if (!Double.isFinite(x) || !Double.isFinite(y) || !Double.isFinite(margin) || margin < 0) {
                throw new IllegalArgumentException("point (" + x + ", " + y + ", margin " + margin
                        + ") must be finite, and its margin not negative");
            }
        }

        public Point(double x, double y) {
            this(x, y, 0, "");
        }
    }

    public Curve {
        points = List.copyOf(points);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("curve '" + name + "' must have at least one point");
        }
    }
}
