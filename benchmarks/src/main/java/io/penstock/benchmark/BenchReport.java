package io.penstock.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Named numbers with their unit and, where there is one, the bar they are held against. */
final class BenchReport {

    /** @param bar what the number should be, as text; empty if it is only told */
    private record Row(String name, double value, String unit, String bar, boolean holds) {}

    private final List<Row> rows = new ArrayList<>();

    void tell(String name, double value, String unit) {
        rows.add(new Row(name, value, unit, "", true));
    }

    void atLeast(String name, double value, double bar) {
        atLeast(name, value, bar, "ratio");
    }

    void atLeast(String name, double value, double bar, String unit) {
        rows.add(new Row(name, value, unit, ">= " + bar, value >= bar));
    }

    void atMost(String name, double value, double bar) {
        atMost(name, value, bar, "ratio");
    }

    void atMost(String name, double value, double bar, String unit) {
        rows.add(new Row(name, value, unit, "<= " + bar, value <= bar));
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (Row row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-58s %12.3f %-10s %s%n",
                    row.name,
                    row.value,
                    row.unit,
                    row.bar.isEmpty() ? "" : row.bar + (row.holds ? "  holds" : "  MISSED")));
        }
        return text.toString();
    }

    String json() {
        StringBuilder json = new StringBuilder("{\n");
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            json.append(String.format(
                    Locale.ROOT,
                    "  \"%s\": {\"value\": %.6f, \"unit\": \"%s\", \"bar\": \"%s\", \"holds\": %b}%s%n",
                    row.name,
                    row.value,
                    row.unit,
                    row.bar,
                    row.holds,
                    i + 1 < rows.size() ? "," : ""));
        }
        return json.append("}\n").toString();
    }
}
