package io.penstock.app.eval;

import io.penstock.app.plot.TextTable;
import io.penstock.connector.recorded.Objective;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Results for people: tables, and what they come to. */
public final class EvalTable {
    private static final double KILO = 1000;

    private EvalTable() {}

    public static String write(List<PoolResult> results) {
        List<EvalRow> rows =
                results.stream().flatMap(result -> result.rows().stream()).toList();
        List<PoolReport> pools = results.stream().map(PoolResult::report).toList();
        StringBuilder text = new StringBuilder();
        text.append(cells(rows)).append('\n').append(summary(rows)).append('\n');
        text.append(pools(pools));
        for (PoolResult result : results) {
            if (result.report().objective() == Objective.ENERGY_J) {
                text.append('\n').append(energy(result));
            }
        }
        return text.toString();
    }

    private static TextTable cells(List<EvalRow> rows) {
        TextTable table = new TextTable(
                "pool",
                "lambda",
                "oracle",
                "best fixed",
                "random",
                "k-NN",
                "ridge",
                "logistic",
                "cold",
                "\u00b1",
                "last fifth",
                "blind",
                "\u00b1",
                "own log",
                "\u00b1",
                "warm",
                "\u00b1",
                "entropy",
                "top share",
                "shuffled");
        for (EvalRow row : rows) {
            EvalRow.Yardsticks yardsticks = row.yardsticks();
            table.row(
                    row.pool(),
                    String.format(Locale.ROOT, "%.2f", row.lambda()),
                    number(yardsticks.oracle()),
                    number(yardsticks.bestFixed()),
                    number(yardsticks.random()),
                    number(yardsticks.knn()),
                    number(yardsticks.ridge()),
                    number(yardsticks.logistic()),
                    number(row.cold().mean()),
                    number(row.cold().error()),
                    number(row.cold().lastFifth()),
                    number(row.blind().mean()),
                    number(row.blind().error()),
                    number(row.ownLog().mean()),
                    number(row.ownLog().error()),
                    number(row.warm().mean()),
                    number(row.warm().error()),
                    String.format(Locale.ROOT, "%.2f", row.cold().entropy()),
                    String.format(Locale.ROOT, "%.2f", row.cold().topShare()),
                    number(row.cold().shuffled()));
        }
        return table;
    }

    private static String summary(List<EvalRow> rows) {
        double loss = rows.stream()
                .mapToDouble(row -> row.frozen().mean() - row.warm().mean())
                .max()
                .orElse(0);
        TextTable table = new TextTable(
                "mean of " + rows.size() + " rows",
                "above best fixed",
                "\u00b1",
                "worst row",
                "rows >= 0",
                "last fifth",
                "shares dealt at random",
                "the same at its own cost",
                "entropy",
                "top share");
        strand(table, rows, "cold", EvalRow::cold);
        strand(table, rows, "blind", EvalRow::blind);
        strand(table, rows, "own log", EvalRow::ownLog);
        strand(table, rows, "warm, frozen", EvalRow::frozen);
        strand(table, rows, "warm", EvalRow::warm);
        long above = rows.stream()
                .filter(row -> row.warm().mean() >= row.yardsticks().bestTrained())
                .count();
        return table
                + String.format(
                        Locale.ROOT,
                        "Warm is at or above the best of k-NN, ridge and logistic in %d rows; learning on never costs more"
                                + " than %.4f.%n",
                        above,
                        Math.max(0, loss));
    }

    private static void strand(TextTable table, List<EvalRow> rows, String name, Function<EvalRow, Earned> of) {
        double squares = rows.stream()
                .mapToDouble(row -> Math.pow(of.apply(row).error(), 2))
                .sum();
        ToDoubleFunction<EvalRow> gap = row -> row.gap(of.apply(row));
        table.row(
                name,
                signed(mean(rows, gap)),
                number(Math.sqrt(squares) / rows.size()),
                signed(rows.stream().mapToDouble(gap).min().orElse(0)),
                String.valueOf(
                        rows.stream().filter(row -> gap.applyAsDouble(row) >= 0).count()),
                signed(mean(
                        rows,
                        row -> of.apply(row).lastFifth() - row.yardsticks().bestFixed())),
                signed(mean(
                        rows, row -> of.apply(row).shuffled() - row.yardsticks().bestFixed())),
                signed(mean(
                        rows, row -> of.apply(row).matched() - row.yardsticks().bestFixed())),
                String.format(
                        Locale.ROOT, "%.2f", mean(rows, row -> of.apply(row).entropy())),
                String.format(
                        Locale.ROOT, "%.2f", mean(rows, row -> of.apply(row).topShare())));
    }

    private static TextTable pools(List<PoolReport> pools) {
        TextTable table = new TextTable(
                "pool",
                "no model is right",
                "95 % from",
                "to",
                "AIQ singles",
                "k-NN",
                "ridge",
                "logistic",
                "warm",
                "cost at best single's quality",
                "quality minus its",
                "in hindsight");
        for (PoolReport pool : pools) {
            table.row(
                    pool.pool(),
                    number(pool.coFailure().share()),
                    number(pool.coFailure().low()),
                    number(pool.coFailure().high()),
                    number(pool.aiq(PoolReport.SINGLES)),
                    number(pool.aiq(Baselines.KNN)),
                    number(pool.aiq(Baselines.RIDGE)),
                    number(pool.aiq(Baselines.LOGISTIC)),
                    number(pool.aiq(PoolReport.WARM)),
                    String.format(Locale.ROOT, "%.2f", pool.match().ratio()),
                    signed(pool.match().qualityGap()),
                    String.format(Locale.ROOT, "%.2f", pool.match().hindsight()));
        }
        return table;
    }

    /** Accuracy per joule, by reference lines. */
    private static TextTable energy(PoolResult result) {
        TextTable table = new TextTable(
                result.report().pool() + ", energy by reference lines", "quality", "J a request", "quality per kJ");
        result.report().singles().stream()
                .sorted(Comparator.comparingDouble(single -> -single.quality() / single.amount()))
                .forEach(single -> table.row(
                        single.name(),
                        number(single.quality()),
                        joules(single.amount()),
                        perKilojoule(single.quality(), single.amount())));
        for (EvalRow row : result.rows()) {
            energy(table, "cold, lambda " + row.lambda(), row.cold());
            energy(table, "warm, lambda " + row.lambda(), row.warm());
        }
        return table;
    }

    private static void energy(TextTable table, String name, Earned earned) {
        table.row(
                name,
                number(earned.quality()),
                joules(earned.amount()),
                perKilojoule(earned.quality(), earned.amount()));
    }

    private static String joules(double amount) {
        return String.format(Locale.ROOT, "%.1f", amount);
    }

    private static String perKilojoule(double quality, double joules) {
        return String.format(Locale.ROOT, "%.2f", KILO * quality / joules);
    }

    private static double mean(List<EvalRow> rows, ToDoubleFunction<EvalRow> value) {
        return rows.stream().mapToDouble(value).average().orElse(0);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static String signed(double value) {
        return String.format(Locale.ROOT, "%+.4f", value);
    }
}
