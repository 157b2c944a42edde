package io.penstock.learner;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The policies by name, with their options as text:
 *
 * <table>
 * <caption>Policies</caption>
 * <tr><td>thompson</td><td>{@code scale} (default 0.4), {@code floor} (0.001)</td></tr>
 * <tr><td>linucb</td><td>{@code alpha} (default 0.6), {@code floor} (0.01)</td></tr>
 * <tr><td>squarecb</td><td>{@code c} (default 20), {@code floor} (0.01)</td></tr>
 * <tr><td>softmax</td><td>{@code temperature} (default 0.02)</td></tr>
 * <tr><td>greedy</td><td>{@code floor} (default 0)</td></tr>
 * <tr><td>ucb1</td><td>{@code alpha} (default 1, from 0 to 10⁶), {@code worth} of a prior in verdicts (1, from 0.001 to
 * 10⁶), {@code floor} (0.01, from 0 to 1); looks at no context</td></tr>
 * <tr><td>beta-thompson</td><td>{@code floor} (0.001, from 0 to 1); looks at no context</td></tr>
 * <tr><td>random</td><td>no options</td></tr>
 * <tr><td>static</td><td>one option a model: its name → its weight</td></tr>
 * <tr><td>cheapest</td><td>no options</td></tr>
 * </table>
 */
public final class Policies {

    /** Total probability spread evenly over all candidates, so that a decision log supports every arm. */
    public static final double DEFAULT_FLOOR = 0.01;

    static final double DEFAULT_SCALE = 0.4;

    /** Smaller than {@link #DEFAULT_FLOOR}: Thompson sampling spreads its choices by itself. */
    static final double DEFAULT_THOMPSON_FLOOR = 0.001;

    static final double DEFAULT_TEMPERATURE = 0.02;
    static final double DEFAULT_ALPHA = 0.6;
    static final double DEFAULT_C = 20;

    /** As published. */
    static final double DEFAULT_UCB1_ALPHA = 1;

    static final double DEFAULT_WORTH = 1;

    private static final List<String> NAMES = List.of(
            "thompson",
            "linucb",
            "squarecb",
            "softmax",
            "greedy",
            "ucb1",
            "beta-thompson",
            "random",
            "static",
            "cheapest");

    private Policies() {}

    public static List<String> names() {
        return NAMES;
    }

    /** @throws IllegalArgumentException if the name or an option is unknown, or an option's value is not allowed */
    public static Policy byName(String name, Map<String, String> options) {
        Options left = new Options(name, new LinkedHashMap<>(options));
        Policy policy = switch (name) {
            case "thompson" ->
                new ThompsonPolicy(left.take("scale", DEFAULT_SCALE), left.take("floor", DEFAULT_THOMPSON_FLOOR));
            case "linucb" -> new LinUcbPolicy(left.take("alpha", DEFAULT_ALPHA), left.take("floor", DEFAULT_FLOOR));
            case "squarecb" -> new SquareCbPolicy(left.take("c", DEFAULT_C), left.take("floor", DEFAULT_FLOOR));
            case "softmax" -> new SoftmaxPolicy(left.take("temperature", DEFAULT_TEMPERATURE));
            case "greedy" -> new GreedyPolicy(left.take("floor", 0));
            case "ucb1" ->
                new Ucb1Policy(
                        left.take("alpha", DEFAULT_UCB1_ALPHA),
                        left.take("worth", DEFAULT_WORTH),
                        left.take("floor", DEFAULT_FLOOR));
            case "beta-thompson" -> new BetaThompsonPolicy(left.take("floor", DEFAULT_THOMPSON_FLOOR));
            case "random" -> new RandomPolicy();
            case "static" -> new StaticWeightsPolicy(left.takeAll());
            case "cheapest" -> new CheapestPolicy();
            default ->
                throw new IllegalArgumentException("unknown policy '" + name + "'; did you mean '" + nearest(name)
                        + "'? The policies are " + String.join(", ", NAMES));
        };
        left.requireNone();
        return policy;
    }

    private static String nearest(String name) {
        return NAMES.stream()
                .min(Comparator.comparingInt(known -> editDistance(known, name)))
                .orElseThrow();
    }

    private static int editDistance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replace = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }

    /** Options not yet read; what is left over was not known. */
    private record Options(String policy, Map<String, String> left) {

        double take(String key, double fallback) {
            String text = left.remove(key);
            return text == null ? fallback : number(key, text);
        }

        Map<String, Double> takeAll() {
            if (left.isEmpty()) {
                throw new IllegalArgumentException("policy 'static' needs at least one weight, as model=weight");
            }
            Map<String, Double> weights = new LinkedHashMap<>();
            left.forEach((model, text) -> weights.put(model, number(model, text)));
            left.clear();
            return weights;
        }

        void requireNone() {
            if (!left.isEmpty()) {
                throw new IllegalArgumentException("unknown option of policy '" + policy + "': "
                        + String.join(", ", new TreeSet<>(left.keySet())));
            }
        }

        private double number(String key, String text) {
            try {
                return Double.parseDouble(text.trim());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "option " + key + " of policy '" + policy + "' must be a number, but is '" + text + "'", e);
            }
        }
    }
}
