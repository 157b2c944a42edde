package io.penstock.app.plot;

import java.util.List;
import java.util.Locale;

/** Draws lines as an SVG image with axes, grid and legend, readable in a browser on light and dark backgrounds. */
public final class SvgPlot {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 480;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 64;
    private static final int BOTTOM = 104;
    private static final int LEGEND_COLUMN = 380;

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
        for (Line line : lines) {
            if (line.values().size() != xs.size()) {
                throw new IllegalArgumentException("line '" + line.name() + "' has "
                        + line.values().size() + " values for " + xs.size() + " points");
            }
        }
        Axis x = new Axis(
                xs.get(0),
                xs.get(xs.size() - 1),
                Axis.over(xs.get(0), xs.get(xs.size() - 1)).step());
        Axis y = yAxis(lines);
        StringBuilder svg = new StringBuilder();
        frame(svg, title);
        axes(svg, x, y, xLabel, yLabel);
        for (Line line : lines) {
            path(svg, line, xs, x, y);
        }
        legend(svg, lines);
        return svg.append("</svg>\n").toString();
    }

    private static Axis yAxis(List<Line> lines) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (Line line : lines) {
            for (double value : line.values()) {
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
        }
        return Axis.over(min, max);
    }

    private static void frame(StringBuilder svg, String title) {
        svg.append(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"13\">%n",
                WIDTH, HEIGHT, WIDTH, HEIGHT));
        svg.append(format("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>%n", WIDTH, HEIGHT));
        text(svg, LEFT, 30, "start", 17, title);
    }

    private static void axes(StringBuilder svg, Axis x, Axis y, String xLabel, String yLabel) {
        for (double tick : y.ticks()) {
            double at = py(y, tick);
            svg.append(format(
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#e3e3e3\"/>%n",
                    LEFT, at, WIDTH - RIGHT, at));
            text(svg, LEFT - 8, at + 4, "end", 12, number(tick, y.step()));
        }
        for (double tick = Math.ceil(x.low() / x.step()) * x.step(); tick <= x.high(); tick += x.step()) {
            text(svg, px(x, tick), HEIGHT - BOTTOM + 18, "middle", 12, number(tick, x.step()));
        }
        svg.append(format(
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#555555\"/>%n",
                LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM));
        text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - BOTTOM + 38, "middle", 13, xLabel);
        text(svg, LEFT, TOP - 12, "start", 13, yLabel);
    }

    private static void path(StringBuilder svg, Line line, List<Double> xs, Axis x, Axis y) {
        svg.append(format(
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%s\" stroke-linejoin=\"round\" points=\"",
                escape(line.color()), line.strong() ? "2.6" : "1.4"));
        for (int i = 0; i < xs.size(); i++) {
            svg.append(
                    format("%.1f,%.1f ", px(x, xs.get(i)), py(y, line.values().get(i))));
        }
        svg.append(format("\"/>%n"));
    }

    private static void legend(StringBuilder svg, List<Line> lines) {
        int columns = (WIDTH - LEFT - RIGHT) / LEGEND_COLUMN;
        for (int i = 0; i < lines.size(); i++) {
            int left = LEFT + i % columns * LEGEND_COLUMN;
            int at = HEIGHT - BOTTOM + 64 + i / columns * 20;
            svg.append(format(
                    "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"3\"/>%n",
                    left, at - 4, left + 22, at - 4, escape(lines.get(i).color())));
            text(svg, left + 28, at, "start", 12, lines.get(i).name());
        }
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, int size, String words) {
        svg.append(format(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"#222222\">%s</text>%n",
                x, y, anchor, size, escape(words)));
    }

    private static double px(Axis x, double value) {
        return LEFT + x.fraction(value) * (WIDTH - LEFT - RIGHT);
    }

    private static double py(Axis y, double value) {
        return HEIGHT - BOTTOM - y.fraction(value) * (HEIGHT - BOTTOM - TOP);
    }

    private static String number(double value, double step) {
        int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
        return String.format(Locale.ROOT, "%,." + decimals + "f", value == 0 ? 0.0 : value);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern.replace("%n", "\n"), values);
    }
}
