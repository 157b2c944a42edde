package io.penstock.topology.catalog;

import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong with an entry, so that its author can mend it in one go. */
final class Problems {
    private final List<String> found = new ArrayList<>();

    void require(boolean holds, String problem) {
        if (!holds) {
            found.add(problem);
        }
    }

    /** A finite number that is not negative. */
    void notNegative(String field, double value) {
        require(value >= 0 && value <= Double.MAX_VALUE, field + " must be a number >= 0, but is " + value);
    }

    void positive(String field, double value) {
        require(value > 0 && value <= Double.MAX_VALUE, field + " must be a number > 0, but is " + value);
    }

    void within(String field, long value, long low, long high) {
        require(value >= low && value <= high, field + " must be from " + low + " to " + high + ", but is " + value);
    }

    List<String> found() {
        return List.copyOf(found);
    }
}
