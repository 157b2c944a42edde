package io.penstock.feature;

/**
 * A fixed random map from a unit vector to fewer dimensions that keeps angles (Johnson and Lindenstrauss 1984): rows
 * drawn from a seeded generator, made orthonormal, then scaled by the square root of the width so that the components
 * of a unit vector have mean square one. Not fitted; a fitted projection takes this class's place.
 */
final class SeededProjection {
    private final float[][] rows;

    SeededProjection(int width, int dimension, long seed) {
        double[][] basis = new double[dimension][width];
        long counter = seed;
        for (int r = 0; r < dimension; r++) {
            for (int i = 0; i < width; i++) {
                counter += 0x9E3779B97F4A7C15L;
                // Sums of four uniforms are near enough to a normal, and exact on every machine.
                long bits = WordReader.mix(counter);
                int sum = 0;
                for (int k = 0; k < 4; k++) {
                    sum += (short) (bits >>> (16 * k));
                }
                basis[r][i] = sum;
            }
            orthonormalise(basis, r);
        }
        rows = scaled(basis, StrictMath.sqrt(width));
    }

    float[] apply(float[] vector) {
        float[] projected = new float[rows.length];
        for (int r = 0; r < rows.length; r++) {
            double sum = 0;
            for (int i = 0; i < vector.length; i++) {
                sum += (double) rows[r][i] * vector[i];
            }
            projected[r] = (float) sum;
        }
        return projected;
    }

    private static void orthonormalise(double[][] basis, int row) {
        double[] current = basis[row];
        for (int other = 0; other < row; other++) {
            double dot = dot(current, basis[other]);
            for (int i = 0; i < current.length; i++) {
                current[i] -= dot * basis[other][i];
            }
        }
        double norm = StrictMath.sqrt(dot(current, current));
        for (int i = 0; i < current.length; i++) {
            current[i] /= norm;
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static float[][] scaled(double[][] basis, double scale) {
        float[][] rows = new float[basis.length][basis[0].length];
        for (int r = 0; r < rows.length; r++) {
            for (int i = 0; i < rows[r].length; i++) {
                rows[r][i] = (float) (basis[r][i] * scale);
            }
        }
        return rows;
    }
}
