package io.penstock.app.eval;

import io.penstock.app.plot.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Rows for people: a table, and what it comes to. */
public final class EvalTable {
    private EvalTable() {}

    public static String write(List<EvalRow> rows) {
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
                "warm",
                "\u00b1",
                "entropy",
                "top share",
                "shuffled");
        for (EvalRow row : rows) {
            table.row(
                    row.pool(),
                    String.format(Locale.ROOT, "%.2f", row.lambda()),
                    number(row.oracle()),
                    number(row.bestFixed()),
                    number(row.random()),
                    number(row.knn()),
                    number(row.ridge()),
                    number(row.logistic()),
                    number(row.coldMean()),
                    number(row.coldSe()),
                    number(row.lastFifth()),
                    number(row.warmMean()),
                    number(row.warmSe()),
                    String.format(Locale.ROOT, "%.2f", row.armEntropy()),
                    String.format(Locale.ROOT, "%.2f", row.topShare()),
                    number(row.shuffled()));
        }
        return table + "\n" + summary(rows);
    }

    private static String summary(List<EvalRow> rows) {
        double loss = rows.stream()
                .mapToDouble(row -> row.frozenMean() - row.warmMean())
                .max()
                .orElse(0);
        return String.format(
                Locale.ROOT,
                "Reward above the best fixed model, mean of %d rows:%n"
                        + "  cold %+.4f (\u00b1 %.4f; worst row %+.4f; last fifth %+.4f; the same shares dealt at random"
                        + " %+.4f)%n"
                        + "  warm %+.4f (\u00b1 %.4f; %d rows at or above 0; %d rows at or above the best of k-NN, ridge"
                        + " and logistic; not learning %+.4f, and never more than %.4f better)%n",
                rows.size(),
                mean(rows, EvalRow::coldGap),
                error(rows, EvalRow::coldSe),
                rows.stream().mapToDouble(EvalRow::coldGap).min().orElse(0),
                mean(rows, EvalRow::lastGap),
                mean(rows, row -> row.shuffled() - row.bestFixed()),
                mean(rows, EvalRow::warmGap),
                error(rows, EvalRow::warmSe),
                rows.stream().filter(row -> row.warmGap() >= 0).count(),
                rows.stream().filter(row -> row.warmMean() >= row.bestTrained()).count(),
                mean(rows, row -> row.frozenMean() - row.bestFixed()),
                Math.max(0, loss));
    }

    private static double mean(List<EvalRow> rows, ToDoubleFunction<EvalRow> value) {
        return rows.stream().mapToDouble(value).average().orElse(0);
    }

    /** Of a mean over rows, from their standard errors; the orders are the same in all rows, so it is a little too small. */
    private static double error(List<EvalRow> rows, ToDoubleFunction<EvalRow> error) {
        double squares =
                rows.stream().mapToDouble(error).map(value -> value * value).sum();
        return Math.sqrt(squares) / rows.size();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
