package io.penstock.app.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What quality can be had for what amount: the non-decreasing upper hull of some points, and its mean height over a range,
 * the AIQ of RouterBench (Hu et al. 2024, "RouterBench: a benchmark for multi-LLM routing system"). Any point on the hull
 * can be had by choosing between its two neighbours by lot. Immutable.
 */
public final class Frontier {
    private final List<Point> hull;

    /**
     * Mean amount and mean quality of one way to route.
     *
     * @param amount in the unit of the pool's objective
     * @param quality 0..1
     */
    public record Point(double amount, double quality) {}

    private Frontier(List<Point> hull) {
        this.hull = hull;
    }

    /** The hull of at least one point. */
    static Frontier of(List<Point> points) {
        List<Point> sorted = new ArrayList<>(points);
        sorted.sort(Comparator.comparingDouble(Point::amount)
                .thenComparing(Comparator.comparingDouble(Point::quality).reversed()));
        List<Point> hull = new ArrayList<>();
        for (Point point : sorted) {
            if (hull.isEmpty() || point.quality() > hull.get(hull.size() - 1).quality()) {
                while (hull.size() > 1 && below(hull.get(hull.size() - 2), hull.get(hull.size() - 1), point)) {
                    hull.remove(hull.size() - 1);
                }
                hull.add(point);
            }
        }
        return new Frontier(List.copyOf(hull));
    }

    /** Whether the middle point lies on or below the line between the other two. */
    private static boolean below(Point left, Point middle, Point right) {
        return (middle.quality() - left.quality()) * (right.amount() - left.amount())
                <= (right.quality() - left.quality()) * (middle.amount() - left.amount());
    }

    /** From the cheapest point to the best one; amounts and qualities ascend. */
    public List<Point> hull() {
        return hull;
    }

    /** Mean quality over a range of amounts; left of the hull its first quality counts, right of it its last. */
    public double aiq(double from, double to) {
        if (!(to > from)) {
            throw new IllegalArgumentException("the range must have a length, but is " + from + " to " + to);
        }
        double area = 0;
        double at = from;
        for (Point point : hull) {
            if (point.amount() > at && at < to) {
                double end = Math.min(point.amount(), to);
                area += (end - at) * (height(at) + height(end)) / 2;
                at = end;
            }
        }
        area += Math.max(0, to - at) * height(to);
        return area / (to - from);
    }

    /** The hull's quality at an amount. */
    double height(double amount) {
        Point left = hull.get(0);
        for (Point right : hull) {
            if (amount <= right.amount()) {
                double width = right.amount() - left.amount();
                double part = width > 0 ? Math.max(0, (amount - left.amount()) / width) : 1;
                return left.quality() + part * (right.quality() - left.quality());
            }
            left = right;
        }
        return left.quality();
    }
}
