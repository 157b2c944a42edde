package io.penstock.app.eval;

import io.penstock.app.plot.Curve;
import io.penstock.app.plot.XyPlot;
import io.penstock.connector.recorded.Objective;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Results as pictures. */
public final class EvalPlots {
    private static final List<String> COLORS = List.of("#1a73e8", "#e8710a", "#188038", "#a142f4");
    private static final Map<String, String> NAMES = Map.of(PoolReport.WARM, "Penstock, warm", Baselines.KNN, "k-NN");
    private static final String GREY = "#80868b";
    private static final double THOUSAND = 1000;

    private EvalPlots() {}

    /**
     * Writes SVG files into a folder, which is made if it is missing: of each pool its frontier, of each cell its regret
     * against the oracle and against the best fixed model.
     *
     * @return how many
     */
    public static int write(Path folder, List<PoolResult> results) throws IOException {
        Map<String, String> images = new LinkedHashMap<>();
        for (PoolResult result : results) {
            images.put("frontier-" + result.report().pool(), frontier(result.report()));
            for (RegretCurves curves : result.curves()) {
                String cell = curves.pool() + "-" + String.format(Locale.ROOT, "%.2f", curves.lambda());
                images.put("regret-best-fixed-" + cell, regret(curves, "the best fixed model", curves.againstFixed()));
                images.put("regret-oracle-" + cell, regret(curves, "the oracle", curves.againstOracle()));
            }
        }
        Files.createDirectories(folder);
        for (Map.Entry<String, String> image : images.entrySet()) {
            Files.writeString(folder.resolve(image.getKey() + ".svg"), image.getValue());
        }
        return images.size();
    }

    private static String regret(RegretCurves curves, String rival, Map<String, RegretCurves.Curve> routers) {
        List<Curve> drawn = new ArrayList<>();
        routers.forEach((name, curve) -> {
            List<Curve.Point> points = new ArrayList<>();
            points.add(new Curve.Point(0, 0));
            for (int i = 0; i < curves.at().size(); i++) {
                points.add(new Curve.Point(
                        curves.at().get(i), curve.mean().get(i), curve.error().get(i), ""));
            }
            Curve.Look look = drawn.isEmpty() ? Curve.Look.STRONG : Curve.Look.THIN;
            drawn.add(new Curve(
                    "Penstock " + name + " (mean \u00b1 s.e. over orders)", COLORS.get(drawn.size()), look, points));
        });
        int end = curves.at().get(curves.at().size() - 1);
        drawn.add(new Curve(rival, GREY, Curve.Look.DASHED, List.of(new Curve.Point(0, 0), new Curve.Point(end, 0))));
        return XyPlot.draw(
                String.format(
                        Locale.ROOT,
                        "Regret against %s, pool %s, \u03bb = %.2f",
                        rival,
                        curves.pool(),
                        curves.lambda()),
                XyPlot.Label.of("requests"),
                "reward lost so far",
                drawn);
    }

    private static String frontier(PoolReport report) {
        double scale = report.objective() == Objective.COST_USD ? THOUSAND : 1;
        Set<Frontier.Point> corners =
                new HashSet<>(report.frontier(PoolReport.SINGLES).hull());
        List<Curve.Point> models = report.singles().stream()
                .map(single -> new Curve.Point(
                        single.amount() * scale,
                        single.quality(),
                        0,
                        corners.contains(new Frontier.Point(single.amount(), single.quality())) ? single.name() : ""))
                .toList();
        double most = models.stream().mapToDouble(Curve.Point::x).max().orElseThrow();
        boolean positive = models.stream().allMatch(model -> model.x() > 0);
        List<Curve> drawn = new ArrayList<>();
        report.frontiers().forEach((name, frontier) -> {
            if (name.equals(PoolReport.SINGLES)) {
                drawn.add(new Curve(
                        legend("single models by lot", report.aiq(name)),
                        GREY,
                        Curve.Look.DASHED,
                        hull(frontier, scale, most)));
            } else {
                Curve.Look look = name.equals(PoolReport.WARM) ? Curve.Look.STRONG : Curve.Look.THIN;
                String words = NAMES.getOrDefault(name, name);
                drawn.add(new Curve(
                        legend(words, report.aiq(name)),
                        COLORS.get(drawn.size() - 1),
                        look,
                        hull(frontier, scale, most)));
            }
        });
        drawn.add(new Curve("single models", "#202124", Curve.Look.DOTS, models));
        return XyPlot.draw(
                "Quality for its price, pool " + report.pool(),
                new XyPlot.Label(unit(report.objective()) + (positive ? " (logarithmic)" : ""), positive),
                "mean quality",
                drawn);
    }

    private static String legend(String name, double aiq) {
        return String.format(Locale.ROOT, "%s (AIQ %.4f)", name, aiq);
    }

    /** The line between two points of the hull bends where the axis is logarithmic, so it needs points between. */
    private static List<Curve.Point> hull(Frontier frontier, double scale, double most) {
        List<Curve.Point> points = new ArrayList<>();
        double from = frontier.hull().get(0).amount() * scale;
        int steps = 200;
        for (int i = 0; i <= steps; i++) {
            double part = (double) i / steps;
            double amount = from > 0 ? from * Math.pow(Math.max(1, most / from), part) : most * part;
            points.add(new Curve.Point(amount, frontier.height(amount / scale)));
        }
        return points;
    }

    private static String unit(Objective objective) {
        return switch (objective) {
            case COST_USD -> "$ per 1,000 requests";
            case LATENCY_MS -> "ms a request, by reference lines";
            case ENERGY_J -> "J a request, by reference lines";
        };
    }
}
