package io.penstock.learner.warm;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Guards with exact messages: which field, which value, what would be right. */
final class Checks {

    static final int MAX_MODELS = 1024;
    static final int MAX_NAME = 80;

    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1," + MAX_NAME + "}");

    private Checks() {}

    static boolean isWithin(double value, double low, double high) {
        // Written so that NaN fails too.
        return value >= low && value <= high;
    }

    static double within(String field, double value, double low, double high) {
        if (!isWithin(value, low, high)) {
            throw new IllegalArgumentException(mustBeWithin(field, value, low, high));
        }
        return value;
    }

    static String mustBeWithin(String field, double value, double low, double high) {
        return field + " must be a number from " + low + " to " + high + ", but is " + value;
    }

    static int count(String field, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(field + " must be from " + low + " to " + high + ", but is " + value);
        }
        return value;
    }

    /** A copy of the names; each a slug, none twice. */
    static List<String> models(List<String> names) {
        count("number of models", names.size(), 1, MAX_MODELS);
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("model name '" + name + "' must match " + NAME);
            }
            if (!seen.add(name)) {
                throw new IllegalArgumentException("model name '" + name + "' must occur once, but occurs twice");
            }
        }
        return List.copyOf(names);
    }
}
