package io.penstock.learner.warm;

/**
 * Solves A·x = b for a symmetric positive definite A in place. Own code because the learner keeps its linear algebra
 * library behind one class of another package, and this is all a Newton step needs.
 */
final class Cholesky {

    private Cholesky() {}

    /**
     * @param matrix row by row; only the lower triangle is read, and becomes the Cholesky factor
     * @param right becomes the solution
     */
    static void solve(double[] matrix, double[] right) {
        int width = right.length;
        factorise(matrix, width);
        for (int i = 0; i < width; i++) {
            right[i] = (right[i] - dot(matrix, i * width, right, 0, i)) / matrix[i * width + i];
        }
        for (int i = width - 1; i >= 0; i--) {
            right[i] /= matrix[i * width + i];
            for (int k = 0; k < i; k++) {
                right[k] -= matrix[i * width + k] * right[i];
            }
        }
    }

    private static void factorise(double[] matrix, int width) {
        for (int i = 0; i < width; i++) {
            int row = i * width;
            for (int j = 0; j < i; j++) {
                int other = j * width;
                matrix[row + j] = (matrix[row + j] - dot(matrix, row, matrix, other, j)) / matrix[other + j];
            }
            double pivot = matrix[row + i] - dot(matrix, row, matrix, row, i);
            if (!(pivot > 0)) {
                throw new IllegalArgumentException("matrix of width " + width
                        + " must be positive definite, but has pivot " + pivot + " in row " + i);
            }
            matrix[row + i] = Math.sqrt(pivot);
        }
    }

    private static double dot(double[] left, int leftFrom, double[] right, int rightFrom, int count) {
        double sum = 0;
        for (int k = 0; k < count; k++) {
            sum += left[leftFrom + k] * right[rightFrom + k];
        }
        return sum;
    }
}
