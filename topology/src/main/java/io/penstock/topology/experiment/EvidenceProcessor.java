package io.penstock.topology.experiment;

import io.penstock.event.Experiment;
import io.penstock.event.ExperimentState;
import io.penstock.event.ExperimentStatus;
import io.penstock.event.ExperimentTrial;
import io.penstock.event.PolicyEvent;
import io.penstock.event.PolicyEventKind;
import io.penstock.event.ScopeControl;
import io.penstock.schema.EventCodec;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.UnresolvedSchemaException;
import io.penstock.topology.DeadLetter;
import io.penstock.topology.StageMetrics;
import io.penstock.topology.catalog.CatalogView;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds each verdict to the evidence of its experiment. A change of state is published at once, in the transaction of the verdict
 * that brought it; numbers that have only moved, at an interval.
 */
final class EvidenceProcessor implements Processor<byte @Nullable [], byte @Nullable [], Object, Object> {
    private static final Logger LOGGER = LoggerFactory.getLogger(EvidenceProcessor.class);

    private final CatalogView catalog;
    private final Duration interval;
    private final EventCodec codec;
    private final StageMetrics metrics;
    private final Map<String, ExperimentStatus> unpublished = new HashMap<>();
    private @Nullable ProcessorContext<Object, Object> context;
    private @Nullable KeyValueStore<String, byte[]> store;

    EvidenceProcessor(CatalogView catalog, Duration interval, EventCodec codec, StageMetrics metrics) {
        this.catalog = catalog;
        this.interval = interval;
        this.codec = codec;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> initial) {
        context = initial;
        store = initial.getStateStore(ExperimentStage.EVIDENCE);
        unpublished.clear();
        initial.schedule(interval, PunctuationType.WALL_CLOCK_TIME, now -> publishAll());
    }

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> message) {
        RecordMetadata at = context().recordMetadata().orElse(null);
        if (at == null) {
            throw new IllegalStateException("a trial has no offset, so its version is unknown");
        }
        try {
            take(codec.decode(ExperimentTrial.class, message.value()), at.offset() + 1);
        } catch (MalformedEventException | UnresolvedSchemaException e) {
            refuse(message, at, "malformed", e);
        } catch (IllegalArgumentException e) {
            refuse(message, at, "bad_event", e);
        }
    }

    private void take(ExperimentTrial trial, long version) {
        String name = trial.getExperiment();
        Experiment experiment = catalog.current().experiment(name);
        if (experiment == null || experiment.getRun() != trial.getRun()) {
            metrics.count("experiment.of-another-run");
            return;
        }
        KeyValueStore<String, byte[]> evidences = Objects.requireNonNull(store, "init comes first");
        byte[] bytes = evidences.get(name);
        Evidence evidence = bytes == null ? Evidence.none(experiment) : Evidence.fromBytes(bytes);
        if (evidence.run() != experiment.getRun()) {
            evidence = Evidence.none(experiment);
        }
        if (evidence.hasEnded()) {
            metrics.count("experiment.after-its-end");
            return;
        }
        long now = context().currentSystemTimeMs();
        boolean changed = evidence.add(experiment, trial.getDifference(), now);
        evidences.put(name, evidence.toBytes());
        ExperimentStatus status = evidence.status(experiment, version, now);
        metrics.count("experiment.trial");
        if (changed) {
            unpublished.remove(name);
            publish(status);
            report(experiment, status, now);
        } else {
            unpublished.put(name, status);
        }
    }

    private void publishAll() {
        unpublished.values().forEach(this::publish);
        unpublished.clear();
    }

    private void publish(ExperimentStatus status) {
        context()
                .forward(
                        new Record<>(
                                status.getExperiment(),
                                status,
                                status.getUpdatedAt().toEpochMilli()),
                        ExperimentStage.STATUS);
    }

    private void report(Experiment experiment, ExperimentStatus status, long now) {
        metrics.count("experiment."
                + status.getState().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        LOGGER.atWarn()
                .addKeyValue("experiment", experiment.getName())
                .addKeyValue("scope", experiment.getScope())
                .addKeyValue("state", status.getState())
                .addKeyValue("verdicts", status.getOutcomes())
                .addKeyValue("mean", status.getMean())
                .addKeyValue("lower", status.getLower())
                .addKeyValue("upper", status.getUpper())
                .log("An experiment has come to a conclusion");
        if (status.getState() == ExperimentState.PROMOTABLE) {
            return;
        }
        boolean rolledBack = status.getState() == ExperimentState.ROLLED_BACK;
        PolicyEvent event = PolicyEvent.newBuilder()
                .setKind(rolledBack ? PolicyEventKind.ROLLED_BACK : PolicyEventKind.STOPPED)
                .setScope(experiment.getScope())
                .setAt(Instant.ofEpochMilli(now))
                .setControl(rolledBack ? control(experiment) : null)
                .setEvidence(status)
                .setChangedBy("learner")
                .setReason(String.format(
                        Locale.ROOT,
                        rolledBack
                                ? "the guard's base is better by %.2f at least"
                                : "the canary is worse by %.2f at least",
                        rolledBack ? status.getLower() : -status.getUpper()))
                .build();
        context().forward(new Record<>(experiment.getScope(), event, now), ExperimentStage.HISTORY);
    }

    private static ScopeControl control(Experiment guard) {
        return ScopeControl.newBuilder()
                .setScope(guard.getScope())
                .setGeneration(guard.getGeneration())
                .setBaseRecords(guard.getBaseRecords())
                .setReason("guard " + guard.getName())
                .build();
    }

    private void refuse(
            Record<byte @Nullable [], byte @Nullable []> message,
            RecordMetadata at,
            String reason,
            RuntimeException error) {
        metrics.count("experiment." + reason.replace('_', '-'));
        Record<byte @Nullable [], byte @Nullable []> dead = DeadLetter.of(message, at, reason, error);
        context()
                .forward(
                        new Record<Object, Object>(dead.key(), dead.value(), dead.timestamp(), dead.headers()),
                        ExperimentStage.DEAD_LETTERS);
    }

    private ProcessorContext<Object, Object> context() {
        return Objects.requireNonNull(context, "init comes first");
    }
}
