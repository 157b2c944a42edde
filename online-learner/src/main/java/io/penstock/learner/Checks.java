package io.penstock.learner;

/** Guards with exact messages: which field, which value, what would be right. */
final class Checks {

    private Checks() {}

    static double within(String field, double value, double low, double high) {
        // Written so that NaN fails too.
        if (!(value >= low && value <= high)) {
            throw new IllegalArgumentException(
                    field + " must be a number from " + low + " to " + high + ", but is " + value);
        }
        return value;
    }

    static double positive(String field, double value) {
        if (!(value > 0 && value <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(field + " must be a finite number above 0, but is " + value);
        }
        return value;
    }

    static double notNegative(String field, double value) {
        return within(field, value, 0, Double.MAX_VALUE);
    }

    static double finite(String field, double value) {
        return within(field, value, -Double.MAX_VALUE, Double.MAX_VALUE);
    }

    static int dimension(int value) {
        if (value < 1 || value > Features.MAX_DIMENSION) {
            throw new IllegalArgumentException(
                    "dimension must be from 1 to " + Features.MAX_DIMENSION + ", but is " + value);
        }
        return value;
    }
}
