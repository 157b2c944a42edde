package io.penstock.topology.experiment;

import io.penstock.event.ExperimentTrial;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.Trial;
import io.penstock.schema.EventCodec;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.UnresolvedSchemaException;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Sends what a verdict says of an experiment to the task that gathers its evidence. */
final class TrialProcessor implements Processor<byte @Nullable [], byte @Nullable [], String, ExperimentTrial> {
    private final EventCodec codec;
    private @Nullable ProcessorContext<String, ExperimentTrial> context;

    TrialProcessor(EventCodec codec) {
        this.codec = codec;
    }

    @Override
    public void init(ProcessorContext<String, ExperimentTrial> initial) {
        context = initial;
    }

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> message) {
        Outcome outcome;
        try {
            outcome = codec.decode(Outcome.class, message.value());
        } catch (MalformedEventException | UnresolvedSchemaException e) {
            // The learn stage, which reads the same record, has put it into the dead letters.
            return;
        }
        Double quality = outcome.getQuality();
        if (outcome.getKind() != OutcomeKind.JUDGED || quality == null) {
            return;
        }
        for (Trial trial : outcome.getTrials()) {
            ExperimentTrial told = new ExperimentTrial(
                    trial.getExperiment(),
                    trial.getRun(),
                    trial.getIntercept() + trial.getSlope() * quality,
                    outcome.getDecisionTime());
            Objects.requireNonNull(context, "init comes first")
                    .forward(new Record<>(trial.getExperiment(), told, message.timestamp()));
        }
    }
}
