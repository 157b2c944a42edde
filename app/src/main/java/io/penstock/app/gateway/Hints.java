package io.penstock.app.gateway;

import io.penstock.event.Constraints;
import io.penstock.event.ObjectiveWeights;
import io.penstock.schema.Keys;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks of Penstock beside OpenAI's members: by header {@code x-penstock-<name>} or by metadata
 * {@code penstock_<name>} with '_' for '-'. The header wins. What else is in the metadata becomes attributes.
 */
final class Hints {
    static final String MAX_COST = "max-cost";
    static final String DEADLINE = "deadline-ms";
    static final String MIN_QUALITY = "min-quality";
    static final String ALLOWED = "allowed-models";
    static final String SESSION = "session";
    static final String WEIGHTS = "weights";

    private static final String HEADER = "x-penstock-";
    private static final String KEY = "penstock_";
    private static final List<String> NAMES = List.of(MAX_COST, DEADLINE, MIN_QUALITY, ALLOWED, SESSION, WEIGHTS);
    private static final int NANO_DIGITS = 9;
    private static final BigDecimal MAX_DEADLINE_MS =
            BigDecimal.valueOf(Duration.ofDays(7).toMillis());
    private static final BigDecimal MAX_WEIGHT = BigDecimal.valueOf(1_000_000);

    /** A value and what the client calls it. */
    private record Hint(String param, String value) {}

    private final Map<String, Hint> hints = new HashMap<>();
    private final Map<String, String> attributes = new LinkedHashMap<>();

    private Hints() {}

    /**
     * @param header gives a header's value, null if it is not there
     * @throws ApiException 400 for a metadata key of ours that does not exist
     */
    static Hints of(java.util.function.Function<String, @Nullable String> header, Map<String, String> metadata) {
        Hints read = new Hints();
        metadata.forEach((key, value) -> {
            if (!key.startsWith(KEY)) {
                read.attributes.put(key, value);
                return;
            }
            String name = key.substring(KEY.length()).replace('_', '-');
            if (!NAMES.contains(name)) {
                List<String> known = NAMES.stream().map(Hints::key).toList();
                throw ApiException.badValue("metadata." + key, "metadata." + key + " is unknown; known are " + known);
            }
            read.hints.put(name, new Hint("metadata." + key, value));
        });
        for (String name : NAMES) {
            String value = header.apply(HEADER + name);
            if (value != null) {
                read.hints.put(name, new Hint(HEADER + name, value));
            }
        }
        return read;
    }

    private static String key(String name) {
        return KEY + name.replace('-', '_');
    }

    /** Metadata that is not ours. */
    Map<String, String> attributes() {
        return attributes;
    }

    @Nullable
    String session() {
        Hint hint = hints.get(SESSION);
        if (hint != null && !Keys.isId(hint.value())) {
            throw ApiException.badValue(hint.param(), hint.param() + " must be 1 to 128 characters without '/'");
        }
        return hint == null ? null : hint.value();
    }

    /**
     * Null if nothing is constrained.
     *
     * @param model slug of the one model that the client wants; null = any
     * @param slugOf turns what the client calls a model into its slug, or throws
     */
    @Nullable
    Constraints constraints(@Nullable String model, UnaryOperator<String> slugOf, Instant now) {
        List<String> allowed = allowed(model, slugOf);
        Constraints constraints = Constraints.newBuilder()
                .setMaxCostNanos(maxCost())
                .setDeadline(deadline(now))
                .setMinQuality(minQuality())
                .setAllowedModels(allowed)
                .build();
        boolean free = constraints.getMaxCostNanos() == null
                && constraints.getDeadline() == null
                && constraints.getMinQuality() == null;
        return free && allowed.isEmpty() ? null : constraints;
    }

    private List<String> allowed(@Nullable String model, UnaryOperator<String> slugOf) {
        Hint hint = hints.get(ALLOWED);
        if (hint == null) {
            return model == null ? List.of() : List.of(model);
        }
        if (model != null) {
            throw ApiException.badValue(
                    hint.param(),
                    hint.param() + " goes with model '" + Models.AUTO + "' only; this call names a model");
        }
        List<String> slugs = new ArrayList<>();
        for (String name : hint.value().split(",", -1)) {
            String trimmed = name.trim();
            if (trimmed.isEmpty()) {
                throw ApiException.badValue(hint.param(), hint.param() + " must be names of models, between commas");
            }
            slugs.add(slugOf.apply(trimmed));
        }
        return slugs;
    }

    private @Nullable Long maxCost() {
        Hint hint = hints.get(MAX_COST);
        if (hint == null) {
            return null;
        }
        BigDecimal usd = number(hint, BigDecimal.ZERO, MAX_WEIGHT, "dollars from 0 to 1000000, e.g. 0.002");
        return usd.movePointRight(NANO_DIGITS).setScale(0, RoundingMode.DOWN).longValueExact();
    }

    private @Nullable Instant deadline(Instant now) {
        Hint hint = hints.get(DEADLINE);
        if (hint == null) {
            return null;
        }
        String right = "milliseconds from 1 to " + MAX_DEADLINE_MS.toPlainString();
        BigDecimal millis = number(hint, BigDecimal.ONE, MAX_DEADLINE_MS, right);
        return now.plusMillis(millis.longValue());
    }

    private @Nullable Double minQuality() {
        Hint hint = hints.get(MIN_QUALITY);
        return hint == null
                ? null
                : number(hint, BigDecimal.ZERO, BigDecimal.ONE, "a number from 0 to 1")
                        .doubleValue();
    }

    /** Null = the tenant's own. */
    @Nullable
    ObjectiveWeights weights() {
        Hint hint = hints.get(WEIGHTS);
        if (hint == null) {
            return null;
        }
        ObjectiveWeights weights = new ObjectiveWeights(0.0, 0.0, 0.0, 0.0);
        for (String part : hint.value().split(",", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? "" : part.substring(0, equals).trim();
            String value = part.substring(equals + 1).trim();
            double weight = number(new Hint(hint.param(), value), BigDecimal.ZERO, MAX_WEIGHT, weightsRule())
                    .doubleValue();
            switch (name) {
                case "quality" -> weights.setQuality(weight);
                case "cost" -> weights.setCost(weight);
                case "latency" -> weights.setLatency(weight);
                case "energy" -> weights.setEnergy(weight);
                default -> throw ApiException.badValue(hint.param(), hint.param() + " must be " + weightsRule());
            }
        }
        if (weights.getQuality() + weights.getCost() + weights.getLatency() + weights.getEnergy() <= 0) {
            throw ApiException.badValue(hint.param(), hint.param() + " are all 0; one must be above");
        }
        return weights;
    }

    private static String weightsRule() {
        return "like quality=1,cost=0.2,latency=0,energy=0, each from 0 to 1000000";
    }

    private static BigDecimal number(Hint hint, BigDecimal least, BigDecimal most, String right) {
        BigDecimal number = null;
        // A longer one, or an exponent, could make huge numbers of few characters.
        if (hint.value().length() <= 30 && hint.value().matches("[0-9.]+")) {
            try {
                number = new BigDecimal(hint.value());
            } catch (NumberFormatException e) {
                number = null;
            }
        }
        if (number == null || number.compareTo(least) < 0 || number.compareTo(most) > 0) {
            throw ApiException.badValue(hint.param(), hint.param() + " must be " + right);
        }
        return number;
    }
}
