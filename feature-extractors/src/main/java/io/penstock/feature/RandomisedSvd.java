package io.penstock.feature;

import java.util.Random;

/**
 * The leading right singular vectors of a sparse matrix by randomised subspace iteration (Halko, Martinsson and Tropp
 * 2011, "Finding structure with randomness", algorithms 4.4 and 5.1): a Gaussian start, {@value #OVERSAMPLING} columns
 * more than are asked for, {@value #POWER_ITERATIONS} power iterations, orthonormal after every product.
 *
 * <p>A matrix is made orthonormal through the eigenvectors of its Gram matrix (Stathopoulos and Wu 2002, "SVQB"), whose
 * order is by singular value; directions without substance become zero columns.
 */
final class RandomisedSvd {
    static final int OVERSAMPLING = 10;
    static final int POWER_ITERATIONS = 5;

    private static final double NO_SUBSTANCE = 1e-10;

    private RandomisedSvd() {}

    /** A row for each column of the matrix; {@code rank} columns, the largest singular value first, zeros past the last. */
    static double[][] rightVectors(SparseRows matrix, int rank, long seed) {
        int sketch = Math.min(rank + OVERSAMPLING, Math.min(matrix.rows(), matrix.columns()));
        double[][] right = gaussian(matrix.columns(), sketch, seed);
        double[][] left = orthonormal(matrix.times(right), sketch);
        for (int i = 0; i < POWER_ITERATIONS; i++) {
            right = orthonormal(matrix.transposedTimes(left), sketch);
            left = orthonormal(matrix.times(right), sketch);
        }
        return orthonormal(matrix.transposedTimes(left), rank);
    }

    private static double[][] gaussian(int rows, int columns, long seed) {
        // The algorithm of Random.nextGaussian is part of its contract, and strict.
        Random random = new Random(seed);
        double[][] values = new double[rows][columns];
        for (double[] row : values) {
            for (int i = 0; i < columns; i++) {
                row[i] = random.nextGaussian();
            }
        }
        return values;
    }

    private static double[][] orthonormal(double[][] matrix, int columns) {
        SymmetricEigen eigen = new SymmetricEigen(gram(matrix));
        double[][] map = new double[matrix[0].length][columns];
        for (int c = 0; c < Math.min(columns, map.length); c++) {
            double value = eigen.value(c);
            if (value > NO_SUBSTANCE * eigen.value(0)) {
                double[] vector = eigen.vector(c);
                double norm = StrictMath.sqrt(value);
                for (int i = 0; i < map.length; i++) {
                    map[i][c] = vector[i] / norm;
                }
            }
        }
        double[][] product = new double[matrix.length][columns];
        for (int r = 0; r < matrix.length; r++) {
            addProduct(matrix[r], map, product[r]);
        }
        return product;
    }

    private static double[][] gram(double[][] matrix) {
        int width = matrix[0].length;
        double[][] gram = new double[width][width];
        for (double[] row : matrix) {
            for (int i = 0; i < width; i++) {
                double[] sums = gram[i];
                double factor = row[i];
                for (int j = 0; j < width; j++) {
                    sums[j] += factor * row[j];
                }
            }
        }
        return gram;
    }

    private static void addProduct(double[] row, double[][] map, double[] sums) {
        for (int i = 0; i < row.length; i++) {
            double factor = row[i];
            double[] from = map[i];
            for (int j = 0; j < sums.length; j++) {
                sums[j] += factor * from[j];
            }
        }
    }
}
