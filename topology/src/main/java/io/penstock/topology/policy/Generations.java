package io.penstock.topology.policy;

import io.penstock.schema.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Utils;

/**
 * Names of the sums of one scope over rollbacks. A scope starts as {@code tenant/acme}; after its first rollback it learns in
 * generation {@code tenant/acme@1}, whose readers add the frozen base {@code tenant/acme@base-1}, a copy of a checkpoint in
 * which nobody learns. No other scope has an '@': tenants and groups cannot.
 */
public final class Generations {
    private static final Pattern LATER = Pattern.compile("(.+)@(base-)?([1-9][0-9]{0,8})(/.+)?");

    private Generations() {}

    /** Where a scope learns in a generation; 0 = the scope itself. */
    public static String live(String scope, int generation) {
        return generation == 0 ? scope : scope + '@' + generation;
    }

    /** The frozen base with a number from 1. */
    public static String frozen(String scope, int number) {
        return scope + "@base-" + number;
    }

    /** Whether nobody learns in a scope. */
    public static boolean isFrozen(String scope) {
        // Asked for every decision, and nearly every scope is a plain one.
        if (scope.indexOf('@') < 0) {
            return false;
        }
        Matcher later = LATER.matcher(scope);
        return later.matches() && later.group(2) != null;
    }

    /** The scope without generation, and without what a warm model has missed in it. */
    public static String root(String scope) {
        String base = WarmStart.base(scope);
        Matcher later = LATER.matcher(base);
        return later.matches() ? later.group(1) : base;
    }

    /** The number of a generation or of a frozen base; 0 for a scope as it starts. */
    public static int number(String scope) {
        Matcher later = LATER.matcher(scope);
        return later.matches() ? Integer.parseInt(later.group(3)) : 0;
    }

    /**
     * The partition of the {@link Topics#policies policies} topic in which all of a scope lies, whatever model, shard or
     * extractor, and its residuals: murmur2 of its UTF-8 bytes, as Kafka's own partitioner would place that key.
     */
    public static int partition(String scope, int partitions) {
        byte[] base = WarmStart.base(scope).getBytes(StandardCharsets.UTF_8);
        return Utils.toPositive(Utils.murmur2(base)) % partitions;
    }

    /**
     * What a decision reads of a scope.
     *
     * @param frozen base to be added; empty = none
     * @param live where the scope learns
     * @param reads whether what is learned there is read as well, or the base alone
     */
    public record Reading(String frozen, String live, boolean reads) {
        /** Of a scope that was never rolled back. */
        public static Reading of(String scope) {
            return new Reading("", scope, true);
        }

        /** The scopes whose sums are added. */
        public List<String> scopes() {
            if (frozen.isEmpty()) {
                return List.of(live);
            }
            return reads ? List.of(frozen, live) : List.of(frozen);
        }
    }
}
