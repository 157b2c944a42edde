package io.penstock.app.plot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Draws curves, each with points of its own, as an SVG image with axes, grid, bands and legend, readable in a browser on
 * light and dark backgrounds.
 */
public final class XyPlot {
    private static final int WIDTH = 860;
    private static final int INNER_HEIGHT = 312;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 64;
    private static final int LEGEND_COLUMN = 385;
    private static final int LEGEND_ROW = 20;
    private static final int BOTTOM = TOP + INNER_HEIGHT;
    private static final int LABEL_SIZE = 11;

    private final Scale x;
    private final Scale y;
    private final List<Curve> curves;
    private final StringBuilder svg = new StringBuilder();

    private XyPlot(Scale x, Scale y, List<Curve> curves) {
        this.x = x;
        this.y = y;
        this.curves = curves;
    }

    /** The names along an axis, and whether its steps are factors. */
    public record Label(String words, boolean logarithmic) {
        public static Label of(String words) {
            return new Label(words, false);
        }
    }

    /**
     * The image.
     *
     * @param yWords names the upright axis
     * @throws IllegalArgumentException if there is no curve, or a logarithmic axis meets a number that is not above 0
     */
    public static String draw(String title, Label xLabel, String yWords, List<Curve> curves) {
        if (curves.isEmpty()) {
            throw new IllegalArgumentException("a plot needs at least one curve");
        }
        List<Curve.Point> points =
                curves.stream().flatMap(curve -> curve.points().stream()).toList();
        double[] xs = points.stream().mapToDouble(Curve.Point::x).toArray();
        double[] ys = points.stream()
                .flatMap(point -> Stream.of(point.y() - point.margin(), point.y() + point.margin()))
                .mapToDouble(Double::doubleValue)
                .toArray();
        Scale x = xLabel.logarithmic() ? Scale.logarithmic(xs) : Scale.tight(xs);
        return new XyPlot(x, Scale.wide(ys), curves).draw(title, xLabel.words(), yWords);
    }

    private String draw(String title, String xWords, String yWords) {
        int height = BOTTOM + 54 + LEGEND_ROW * ((curves.size() + 1) / 2);
        append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"13\">%n",
                WIDTH, height, WIDTH, height);
        append("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>%n", WIDTH, height);
        text(LEFT, 30, "start", 17, title);
        axes(xWords, yWords);
        curves.forEach(this::band);
        curves.stream().filter(curve -> curve.look() != Curve.Look.DOTS).forEach(this::line);
        curves.stream().filter(curve -> curve.look() == Curve.Look.DOTS).forEach(this::dots);
        labels();
        legend();
        return svg.append("</svg>\n").toString();
    }

    private void axes(String xWords, String yWords) {
        for (double tick : y.ticks()) {
            append(
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#e3e3e3\"/>%n",
                    LEFT, py(tick), WIDTH - RIGHT, py(tick));
            text(LEFT - 8, py(tick) + 4, "end", 12, y.words(tick));
        }
        for (double tick : x.ticks()) {
            append(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#555555\"/>%n",
                    px(tick), BOTTOM, px(tick), BOTTOM + 5);
            text(px(tick), BOTTOM + 18, "middle", 12, x.words(tick));
        }
        append(
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#555555\"/>%n",
                LEFT, BOTTOM, WIDTH - RIGHT, BOTTOM);
        text((LEFT + WIDTH - RIGHT) / 2.0, BOTTOM + 38, "middle", 13, xWords);
        text(LEFT, TOP - 12, "start", 13, yWords);
    }

    private void band(Curve curve) {
        if (curve.points().stream().allMatch(point -> point.margin() == 0)) {
            return;
        }
        append("<polygon fill=\"%s\" fill-opacity=\"0.18\" points=\"", escape(curve.color()));
        for (Curve.Point point : curve.points()) {
            append("%.1f,%.1f ", px(point.x()), py(point.y() + point.margin()));
        }
        for (int i = curve.points().size() - 1; i >= 0; i--) {
            Curve.Point point = curve.points().get(i);
            append("%.1f,%.1f ", px(point.x()), py(point.y() - point.margin()));
        }
        append("\"/>%n");
    }

    private void line(Curve curve) {
        append(
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"%s stroke-linejoin=\"round\" points=\"",
                escape(curve.color()), curve.look() == Curve.Look.STRONG ? "2.6" : "1.4", dashes(curve));
        for (Curve.Point point : curve.points()) {
            append("%.1f,%.1f ", px(point.x()), py(point.y()));
        }
        append("\"/>%n");
    }

    private static String dashes(Curve curve) {
        return curve.look() == Curve.Look.DASHED ? " stroke-dasharray=\"6 4\"" : "";
    }

    private void dots(Curve curve) {
        for (Curve.Point point : curve.points()) {
            append(
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.6\" fill=\"%s\"/>%n",
                    px(point.x()), py(point.y()), escape(curve.color()));
        }
    }

    /** Names dots above or below them, or not at all where other names or dots would be covered. */
    private void labels() {
        List<double[]> taken = new ArrayList<>();
        curves.stream()
                .filter(curve -> curve.look() == Curve.Look.DOTS)
                .flatMap(curve -> curve.points().stream())
                .forEach(point -> taken.add(new double[] {px(point.x()) - 4, py(point.y()) + 4, 8}));
        curves.stream()
                .flatMap(curve -> curve.points().stream())
                .filter(point -> !point.label().isEmpty())
                .sorted(Comparator.comparingDouble(Curve.Point::y).reversed())
                .forEach(point -> label(point, taken));
    }

    private void label(Curve.Point point, List<double[]> taken) {
        double width = 0.56 * LABEL_SIZE * point.label().length();
        double[][] places = {{px(point.x()) + 6, py(point.y()) + 14}, {px(point.x()) - 6 - width, py(point.y()) - 6}};
        for (double[] place : places) {
            boolean inside = place[0] >= LEFT && place[0] + width <= WIDTH - RIGHT && place[1] <= BOTTOM - 3;
            boolean free = taken.stream()
                    .noneMatch(other -> place[0] < other[0] + other[2]
                            && other[0] < place[0] + width
                            && Math.abs(place[1] - other[1]) < LABEL_SIZE + 2);
            if (inside && free) {
                taken.add(new double[] {place[0], place[1], width});
                append(
                        "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%d\" fill=\"#222222\" stroke=\"#ffffff\""
                                + " stroke-width=\"3\" paint-order=\"stroke\">%s</text>%n",
                        place[0], place[1], LABEL_SIZE, escape(point.label()));
                return;
            }
        }
    }

    private void legend() {
        for (int i = 0; i < curves.size(); i++) {
            Curve curve = curves.get(i);
            int left = LEFT + i % 2 * LEGEND_COLUMN;
            int at = BOTTOM + 64 + i / 2 * LEGEND_ROW;
            if (curve.look() == Curve.Look.DOTS) {
                append(
                        "<circle cx=\"%d\" cy=\"%d\" r=\"3.6\" fill=\"%s\"/>%n",
                        left + 11, at - 4, escape(curve.color()));
            } else {
                append(
                        "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"3\"%s/>%n",
                        left, at - 4, left + 22, at - 4, escape(curve.color()), dashes(curve));
            }
            text(left + 28, at, "start", 12, curve.name());
        }
    }

    private void text(double atX, double atY, String anchor, int size, String words) {
        append(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"#222222\">%s</text>%n",
                atX, atY, anchor, size, escape(words));
    }

    private double px(double value) {
        return LEFT + x.fraction(value) * (WIDTH - LEFT - RIGHT);
    }

    private double py(double value) {
        return BOTTOM - y.fraction(value) * INNER_HEIGHT;
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private void append(String pattern, Object... values) {
        svg.append(String.format(Locale.ROOT, pattern.replace("%n", "\n"), values));
    }
}
