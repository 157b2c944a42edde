package io.penstock.learner;

/**
 * Cholesky factorisation of a symmetric positive definite matrix. All work is done in sums of whole rows, four at a time,
 * where all arrays have the same index: a JVM turns those loops into vector instructions, and their order of additions is
 * fixed, so the result is the same bits on every machine. Immutable once made.
 */
final class Factorisation {

    /** Rows that one loop adds. */
    private static final int STEP = 4;

    private final int width;
    /** U with UᵀU = the matrix, by rows; 0 below the diagonal. */
    private final double[][] upper;
    /** T = (Uᵀ)⁻¹ by rows; 0 above the diagonal. */
    private final double[][] root;

    /**
     * @param matrix by rows; only what is on and above the diagonal is read
     * @param ridges added to the diagonal
     */
    Factorisation(double[][] matrix, double[] ridges) {
        this.width = ridges.length;
        this.upper = new double[width][width];
        this.root = new double[width][width];
        for (int k = 0; k < width; k++) {
            System.arraycopy(matrix[k], k, upper[k], k, width - k);
            upper[k][k] += ridges[k];
        }
        factor();
    }

    /** Row by row: with L = Uᵀ, row k of U is (A − Σ L(k,i)·U(i)) / L(k,k), row k of T is (e(k) − Σ L(k,i)·T(i)) / L(k,k). */
    private void factor() {
        double[] factors = new double[width];
        for (int k = 0; k < width; k++) {
            for (int i = 0; i < k; i++) {
                factors[i] = -upper[i][k];
            }
            Span above = new Span(0, k);
            add(upper[k], factors, upper, above, new Span(k, width));
            // Row i of T ends at i, so early rows are short.
            for (int i = 0; i < k; i += STEP) {
                int end = Math.min(i + STEP, k);
                add(root[k], factors, root, new Span(i, end), new Span(0, end));
            }
            double square = upper[k][k];
            if (!(square > 0) || square == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException(
                        "the matrix of width " + width + " must be positive definite, but has no Cholesky factor");
            }
            root[k][k] = 1;
            double scale = 1 / Math.sqrt(square);
            scale(upper[k], scale);
            scale(root[k], scale);
        }
    }

    private static void scale(double[] row, double factor) {
        for (int j = 0; j < row.length; j++) {
            row[j] *= factor;
        }
    }

    /** Numbers from {@code from} up to, but without, {@code to}. */
    private record Span(int from, int to) {}

    /** Adds to a sum, over some of its elements, some rows, each with its factor. */
    private static void add(double[] sum, double[] factors, double[][] rows, Span chosen, Span over) {
        int row = chosen.from;
        for (; row + STEP <= chosen.to; row += STEP) {
            addFour(sum, factors, rows, row, over);
        }
        for (; row < chosen.to; row++) {
            double a = factors[row];
            double[] x = rows[row];
            for (int j = over.from; j < over.to; j++) {
                sum[j] += a * x[j];
            }
        }
    }

    private static void addFour(double[] sum, double[] factors, double[][] rows, int first, Span over) {
        double a = factors[first];
        double b = factors[first + 1];
        double c = factors[first + 2];
        double d = factors[first + 3];
        double[] x = rows[first];
        double[] y = rows[first + 1];
        double[] z = rows[first + 2];
        double[] u = rows[first + 3];
        for (int j = over.from; j < over.to; j++) {
            sum[j] += (a * x[j] + b * y[j]) + (c * z[j] + d * u[j]);
        }
    }

    double[] solve(double[] right) {
        double[] half = new double[width];
        for (int i = 0; i < width; i++) {
            double[] row = root[i];
            for (int j = 0; j <= i; j++) {
                half[i] += row[j] * right[j];
            }
        }
        double[] result = new double[width];
        add(result, half, root, new Span(0, width), new Span(0, width));
        return result;
    }

    /** T with TᵀT = the inverse of the matrix: the inverse of the Cholesky factor. */
    Root root() {
        return new Root(root);
    }

    /** Adds the inverse of the matrix, on and below the diagonal, to rows as wide as it. */
    void addInverse(double[][] sums) {
        double[] factors = new double[width];
        for (int i = 0; i < width; i++) {
            for (int k = i; k < width; k++) {
                factors[k] = root[k][i];
            }
            add(sums[i], factors, root, new Span(i, width), new Span(0, i + 1));
        }
    }

    double logDeterminant() {
        double sum = 0;
        for (int i = 0; i < width; i++) {
            sum += StrictMath.log(upper[i][i]);
        }
        return 2 * sum;
    }

    /** A lower triangular matrix. */
    static final class Root {
        private final double[][] rows;

        private Root(double[][] rows) {
            this.rows = rows;
        }

        /** The triangle U with U·x = T·(x − centre) for contexts x whose first element is 1. */
        Root uncentred(double[] centre) {
            double[][] moved = new double[rows.length][];
            for (int i = 0; i < rows.length; i++) {
                moved[i] = rows[i].clone();
                for (int j = 1; j <= i; j++) {
                    moved[i][0] -= rows[i][j] * centre[j];
                }
            }
            return new Root(moved);
        }

        double at(int row, int column) {
            return rows[row][column];
        }
    }
}
