package io.penstock.app.eval;

import java.util.Arrays;
import java.util.List;

/**
 * What tenants of one pool earn alone and together.
 *
 * @param split how prompts were given to tenants
 * @param prompts of each tenant, rounded down
 * @param gaps mean reward above the pool's best fixed model, one for each {@link TenantPass.Sharing}, in that order
 * @param grouping what a group earns more than its tenants alone, paired by order
 * @param layering what a group with a layer for each tenant earns more than the group alone, paired by order
 */
public record TenantRow(
        String pool, String split, int tenants, int prompts, List<Mean> gaps, Mean grouping, Mean layering) {

    public TenantRow {
        gaps = List.copyOf(gaps);
    }

    /** A mean over orders with its standard error, 0 for a single order. */
    public record Mean(double value, double error) {
        static Mean of(double[] values) {
            double mean = Arrays.stream(values).average().orElse(0);
            double squares = Arrays.stream(values)
                    .map(value -> (value - mean) * (value - mean))
                    .sum();
            int n = values.length;
            return new Mean(mean, n < 2 ? 0 : Math.sqrt(squares / (n - 1) / n));
        }
    }
}
