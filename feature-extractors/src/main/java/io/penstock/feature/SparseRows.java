package io.penstock.feature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A sparse matrix by rows, and its products with dense ones. Sums run in the order of the rows, which is that of their
 * content: products don't depend on the order in which the rows were given.
 */
final class SparseRows {
    private final List<Row> rows;
    private final int columns;

    /** One row: ascending columns, and the value in each. */
    static final class Row {
        private static final Comparator<Row> BY_CONTENT = (a, b) -> {
            int order = Arrays.compare(a.columns, b.columns);
            return order != 0 ? order : Arrays.compare(a.values, b.values);
        };

        private final int[] columns;
        private final double[] values;

        /** Takes both arrays over; the values are brought to length one. */
        Row(int[] columns, double[] values) {
            this.columns = columns;
            this.values = values;
            double squares = 0;
            for (double value : values) {
                squares += value * value;
            }
            double norm = StrictMath.sqrt(squares);
            for (int i = 0; i < values.length; i++) {
                values[i] /= norm;
            }
        }

        int size() {
            return columns.length;
        }
    }

    SparseRows(List<Row> rows, int columns) {
        this.rows = new ArrayList<>(rows);
        this.rows.sort(Row.BY_CONTENT);
        this.columns = columns;
    }

    int rows() {
        return rows.size();
    }

    int columns() {
        return columns;
    }

    /** This matrix times a dense one, which has a row for each of the columns here. */
    double[][] times(double[][] dense) {
        double[][] product = new double[rows.size()][dense[0].length];
        for (int r = 0; r < product.length; r++) {
            Row row = rows.get(r);
            for (int i = 0; i < row.columns.length; i++) {
                add(row.values[i], dense[row.columns[i]], product[r]);
            }
        }
        return product;
    }

    /** The transpose of this matrix times a dense one, which has a row for each of the rows here. */
    double[][] transposedTimes(double[][] dense) {
        double[][] product = new double[columns][dense[0].length];
        for (int r = 0; r < dense.length; r++) {
            Row row = rows.get(r);
            for (int i = 0; i < row.columns.length; i++) {
                add(row.values[i], dense[r], product[row.columns[i]]);
            }
        }
        return product;
    }

    private static void add(double factor, double[] from, double[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * from[i];
        }
    }
}
