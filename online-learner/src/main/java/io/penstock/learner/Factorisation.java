package io.penstock.learner;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.decomposition.chol.CholeskyDecompositionCommon_DDRM;
import org.ejml.dense.row.decomposition.chol.CholeskyDecompositionInner_DDRM;
import org.ejml.dense.row.linsol.chol.LinearSolverChol_DDRM;

/**
 * Cholesky factorisation of a symmetric positive definite matrix, given row by row; the only class that knows EJML.
 * Not thread-safe.
 */
final class Factorisation {

    private final int width;
    private final LinearSolverChol_DDRM solver;
    private final CholeskyDecompositionCommon_DDRM cholesky;

    Factorisation(double[] matrix, int width) {
        this.width = width;
        this.cholesky = new CholeskyDecompositionInner_DDRM(true);
        this.solver = new LinearSolverChol_DDRM(cholesky);
        if (!solver.setA(DMatrixRMaj.wrap(width, width, matrix.clone()))) {
            throw new IllegalArgumentException(
                    "the matrix of width " + width + " must be positive definite, but has no Cholesky factor");
        }
    }

    double[] solve(double[] right) {
        DMatrixRMaj result = new DMatrixRMaj(width, 1);
        solver.solve(DMatrixRMaj.wrap(width, 1, right.clone()), result);
        return result.data;
    }

    /** T with TᵀT = the inverse of the matrix: the inverse of the Cholesky factor. */
    Root root() {
        DMatrixRMaj factor = cholesky.getT(null);
        double[] inverse = new double[width * width];
        for (int j = 0; j < width; j++) {
            inverse[j * width + j] = 1 / factor.get(j, j);
            for (int i = j + 1; i < width; i++) {
                double sum = 0;
                for (int k = j; k < i; k++) {
                    sum += factor.get(i, k) * inverse[k * width + j];
                }
                inverse[i * width + j] = -sum / factor.get(i, i);
            }
        }
        return new Root(width, inverse);
    }

    double[] inverse() {
        DMatrixRMaj result = new DMatrixRMaj(width, width);
        solver.invert(result);
        return result.data;
    }

    double logDeterminant() {
        DMatrixRMaj factor = cholesky.getT(null);
        double sum = 0;
        for (int i = 0; i < width; i++) {
            sum += StrictMath.log(factor.get(i, i));
        }
        return 2 * sum;
    }

    /** A lower triangular matrix. */
    static final class Root {
        private final int width;
        private final double[] values;

        private Root(int width, double[] values) {
            this.width = width;
            this.values = values;
        }

        /** The triangle U with U·x = T·(x − centre) for contexts x whose first element is 1. */
        Root uncentred(double[] centre) {
            double[] moved = values.clone();
            for (int i = 0; i < width; i++) {
                for (int j = 1; j <= i; j++) {
                    moved[i * width] -= values[i * width + j] * centre[j];
                }
            }
            return new Root(width, moved);
        }

        double at(int row, int column) {
            return values[row * width + column];
        }
    }
}
