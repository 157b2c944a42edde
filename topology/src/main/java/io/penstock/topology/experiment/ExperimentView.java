package io.penstock.topology.experiment;

import io.penstock.event.Experiment;
import io.penstock.event.ExperimentState;
import io.penstock.event.ExperimentStatus;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What is known of every experiment. Written by one thread, read by any number. */
public final class ExperimentView {
    private final Map<String, ExperimentStatus> known = new ConcurrentHashMap<>();
    private final Map<String, Integer> generations = new ConcurrentHashMap<>();

    /** Whether an experiment still goes on under its present settings. */
    public boolean isOpen(Experiment experiment) {
        ExperimentStatus status = known.get(experiment.getName());
        return status == null
                || status.getRun() != experiment.getRun()
                || status.getState() == ExperimentState.RUNNING
                || status.getState() == ExperimentState.PROMOTABLE;
    }

    /** The generation that the guards of a scope have rolled it back to; 0 = none has. */
    public int generation(String scope) {
        return generations.getOrDefault(scope, 0);
    }

    /**
     * Takes a record of the experiments topic. One thread at a time. One that is not newer than what is known changes nothing.
     *
     * @throws IllegalArgumentException if it must not be used; the last good one of its key stays
     */
    void apply(@Nullable String key, ExperimentStatus status) {
        if (!status.getExperiment().equals(key) || status.getVersion() <= 0) {
            throw new IllegalArgumentException(
                    "a status must have its experiment as key and a version above 0, but has key " + key
                            + " and version " + status.getVersion());
        }
        ExperimentStatus before = known.get(key);
        if (before != null && before.getVersion() >= status.getVersion()) {
            return;
        }
        known.put(key, status);
        if (status.getState() == ExperimentState.ROLLED_BACK) {
            generations.merge(status.getScope(), status.getGeneration(), Math::max);
        }
    }
}
