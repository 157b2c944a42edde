package io.penstock.app.plot;

import java.util.ArrayList;
import java.util.List;

/** Draws lines over common points; see {@link XyPlot}. */
public final class SvgPlot {
    private SvgPlot() {}

    /**
     * The image.
     *
     * @param xs the common x of every line, ascending, at least two
     * @throws IllegalArgumentException if a line has another number of values
     */
    public static String draw(String title, String xLabel, String yLabel, List<Double> xs, List<Line> lines) {
        if (xs.size() < 2 || lines.isEmpty()) {
            throw new IllegalArgumentException(
                    "a plot needs two points and one line, but has " + xs.size() + " and " + lines.size());
        }
        List<Curve> curves = new ArrayList<>();
        for (Line line : lines) {
            if (line.values().size() != xs.size()) {
                throw new IllegalArgumentException("line '" + line.name() + "' has "
                        + line.values().size() + " values for " + xs.size() + " points");
            }
            List<Curve.Point> points = new ArrayList<>();
            for (int i = 0; i < xs.size(); i++) {
                points.add(new Curve.Point(xs.get(i), line.values().get(i)));
            }
            curves.add(
                    new Curve(line.name(), line.color(), line.strong() ? Curve.Look.STRONG : Curve.Look.THIN, points));
        }
        return XyPlot.draw(title, XyPlot.Label.of(xLabel), yLabel, curves);
    }
}
