package io.penstock.feature;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, "Matrix
 * Computations", 8.5), largest value first. Plain arithmetic and square roots only: the same bits on every machine.
 */
final class SymmetricEigen {
    private static final int MAX_SWEEPS = 60;
    private static final double TOLERANCE = 1e-15;

    private final double[][] matrix;
    private final double[][] vectors;
    private final List<Integer> order;

    /** Takes the matrix over and overwrites it. */
    SymmetricEigen(double[][] matrix) {
        this.matrix = matrix;
        vectors = new double[matrix.length][matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            vectors[i][i] = 1;
        }
        for (int sweep = 0; sweep < MAX_SWEEPS && !diagonal(); sweep++) {
            for (int p = 0; p < matrix.length; p++) {
                for (int q = p + 1; q < matrix.length; q++) {
                    rotate(p, q);
                }
            }
        }
        order = IntStream.range(0, matrix.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -matrix[i][i]))
                .toList();
    }

    double value(int rank) {
        int i = order.get(rank);
        return matrix[i][i];
    }

    /** Of length one. */
    double[] vector(int rank) {
        return vectors[order.get(rank)];
    }

    private boolean diagonal() {
        double all = 0;
        double off = 0;
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix.length; j++) {
                double square = matrix[i][j] * matrix[i][j];
                all += square;
                off += i == j ? 0 : square;
            }
        }
        return off <= TOLERANCE * TOLERANCE * all;
    }

    private void rotate(int p, int q) {
        if (matrix[p][q] == 0) {
            return;
        }
        double tau = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
        double tangent = (tau < 0 ? -1 : 1) / (Math.abs(tau) + StrictMath.sqrt(1 + tau * tau));
        double cosine = 1 / StrictMath.sqrt(1 + tangent * tangent);
        double sine = tangent * cosine;
        for (double[] row : matrix) {
            double left = row[p];
            row[p] = cosine * left - sine * row[q];
            row[q] = sine * left + cosine * row[q];
        }
        combine(matrix[p], matrix[q], cosine, sine);
        combine(vectors[p], vectors[q], cosine, sine);
    }

    private static void combine(double[] p, double[] q, double cosine, double sine) {
        for (int i = 0; i < p.length; i++) {
            double left = p[i];
            p[i] = cosine * left - sine * q[i];
            q[i] = sine * left + cosine * q[i];
        }
    }
}
