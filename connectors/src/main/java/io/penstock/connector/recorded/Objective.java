package io.penstock.connector.recorded;

import java.util.Arrays;
import java.util.Locale;

/** What a pool trades against quality. */
public enum Objective {
    /** US dollars a request. */
    COST_USD {
        @Override
        public double of(RecordedOutcome outcome) {
            return outcome.costUsd();
        }
    },
    /** Milliseconds a request, by the reference line. */
    LATENCY_MS {
        @Override
        public double of(RecordedOutcome outcome) {
            return outcome.latencyMs();
        }
    },
    /** Joules a request, by the reference line. */
    ENERGY_J {
        @Override
        public double of(RecordedOutcome outcome) {
            return outcome.energyJoules();
        }
    };

    /** The amount one request took, in the unit of this objective. */
    public abstract double of(RecordedOutcome outcome);

    /** The name in pools.json: cost_usd, latency_ms or energy_j. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Objective parse(String id, String where) {
        return Arrays.stream(values())
                .filter(objective -> objective.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new RecordedDataException(
                        where + ": objective '" + id + "' must be cost_usd, latency_ms or energy_j"));
    }
}
