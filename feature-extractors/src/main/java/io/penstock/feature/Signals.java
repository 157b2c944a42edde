package io.penstock.feature;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named facts about one request, for rules, explanations and the lexical features. The order is that of insertion and
 * the same for every prompt of one producer. All values are finite. Names are {@code [a-z0-9_.]+}; they never carry
 * text of the prompt.
 *
 * @param values name to value
 */
public record Signals(Map<String, Double> values) {

    public Signals {
        values.forEach((name, value) -> {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("signal " + name + " is " + value + ", must be finite");
            }
        });
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * The value of one signal.
     *
     * @throws IllegalArgumentException if there is no such signal
     */
    public double get(String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("unknown signal " + name + ", must be one of " + values.keySet());
        }
        return value;
    }
}
