package io.penstock.topology.experiment;

import io.penstock.event.Experiment;
import io.penstock.event.ExperimentMode;
import io.penstock.event.ExperimentState;
import io.penstock.event.ExperimentStatus;
import io.penstock.learner.experiment.Contrast;
import io.penstock.learner.experiment.MeanBounds;
import io.penstock.topology.StateReader;
import io.penstock.topology.StateWriter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is known of one run of an experiment, and what follows from it. Not thread-safe. */
final class Evidence {
    private static final int VERSION = 1;

    private final long run;
    private final MeanBounds bounds;
    private ExperimentState state;
    private long endedAt;

    private Evidence(long run, MeanBounds bounds, ExperimentState state, long endedAt) {
        this.run = run;
        this.bounds = bounds;
        this.state = state;
        this.endedAt = endedAt;
    }

    static Evidence none(Experiment experiment) {
        MeanBounds bounds = new MeanBounds(Contrast.bound(experiment.getShare()), experiment.getConfidence());
        return new Evidence(experiment.getRun(), bounds, ExperimentState.RUNNING, 0);
    }

    static Evidence fromBytes(byte[] bytes) {
        return StateReader.read(
                "The evidence of an experiment",
                VERSION,
                bytes,
                in -> new Evidence(
                        in.readLong(),
                        MeanBounds.fromBytes(in.readBytes()),
                        in.readEnum(ExperimentState.values()),
                        in.readLong()));
    }

    byte[] toBytes() {
        StateWriter out = new StateWriter();
        out.writeByte(VERSION);
        out.writeLong(run);
        out.writeBytes(bounds.toBytes());
        out.writeEnum(ExperimentState.values(), state);
        out.writeLong(endedAt);
        return out.toBytes();
    }

    long run() {
        return run;
    }

    boolean hasEnded() {
        return state == ExperimentState.ROLLED_BACK || state == ExperimentState.STOPPED;
    }

    /**
     * Takes a difference, of variant less current.
     *
     * @return whether the state has changed
     * @throws IllegalArgumentException if the difference cannot be
     */
    boolean add(Experiment experiment, double difference, long now) {
        bounds.add(difference);
        ExperimentState next = bounds.count() < experiment.getMinOutcomes() ? state : conclusion(experiment);
        boolean changed = next != state;
        state = next;
        endedAt = changed && hasEnded() ? now : endedAt;
        return changed;
    }

    /** A guard's base takes over when it is better for sure; a canary that is worse for sure decides no longer. */
    private ExperimentState conclusion(Experiment experiment) {
        double margin = experiment.getMargin();
        if (experiment.getMode() == ExperimentMode.GUARD) {
            return bounds.lower() > margin ? ExperimentState.ROLLED_BACK : state;
        }
        if (experiment.getMode() == ExperimentMode.CANARY && bounds.upper() < -margin) {
            return ExperimentState.STOPPED;
        }
        return bounds.lower() >= -margin ? ExperimentState.PROMOTABLE : state;
    }

    ExperimentStatus status(Experiment experiment, long version, long now) {
        Instant ended = hasEnded() ? Instant.ofEpochMilli(endedAt) : null;
        return status(experiment, version, now, ended);
    }

    private ExperimentStatus status(Experiment experiment, long version, long now, @Nullable Instant ended) {
        return ExperimentStatus.newBuilder()
                .setExperiment(experiment.getName())
                .setRun(run)
                .setMode(experiment.getMode())
                .setScope(experiment.getScope())
                .setGeneration(experiment.getGeneration())
                .setState(state)
                .setOutcomes(bounds.count())
                .setMean(bounds.mean())
                .setLower(bounds.lower())
                .setUpper(bounds.upper())
                .setMargin(experiment.getMargin())
                .setVersion(version)
                .setUpdatedAt(Instant.ofEpochMilli(now))
                .setEndedAt(ended)
                .build();
    }
}
