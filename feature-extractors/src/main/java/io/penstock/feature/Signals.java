package io.penstock.feature;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named facts about one request, for rules, explanations and the lexical features. The order is that of the producer's
 * names, the same for every prompt. All values are finite. Names are {@code [a-z0-9_.]+}; they never carry text of the
 * prompt. Immutable.
 */
public final class Signals {

    /** What is known of a request that nobody looked into. */
    public static final Signals NONE = new Signals(new Names(List.of()), new double[0]);

    private final Names names;
    private final double[] values;

    /** The names that one producer gives, in order. */
    static final class Names {
        private final List<String> list;
        private final Map<String, Integer> places = new HashMap<>();

        Names(List<String> names) {
            this.list = List.copyOf(names);
            for (String name : names) {
                places.put(name, places.size());
            }
        }

        int size() {
            return list.size();
        }

        String get(int place) {
            return list.get(place);
        }
    }

    /** Takes the array over. */
    Signals(Names names, double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException("signal " + names.get(i) + " is " + values[i] + ", must be finite");
            }
        }
        this.names = names;
        this.values = values;
    }

    /** All of them, by name. */
    public Map<String, Double> values() {
        Map<String, Double> all = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            all.put(names.get(i), values[i]);
        }
        return Collections.unmodifiableMap(all);
    }

    /** Those that are not 0, by name; a new map. */
    public Map<String, Double> present() {
        Map<String, Double> present = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0) {
                present.put(names.get(i), values[i]);
            }
        }
        return present;
    }

    /**
     * The value of one signal.
     *
     * @throws IllegalArgumentException if there is no such signal
     */
    public double get(String name) {
        Integer place = names.places.get(name);
        if (place == null) {
            throw new IllegalArgumentException("unknown signal " + name + ", must be one of " + names.list);
        }
        return values[place];
    }

    /** The value of one signal, or the given one if there is no such signal. */
    public double getOrDefault(String name, double otherwise) {
        Integer place = names.places.get(name);
        return place == null ? otherwise : values[place];
    }
}
