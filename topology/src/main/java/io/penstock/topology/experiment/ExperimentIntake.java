package io.penstock.topology.experiment;

import io.penstock.event.ExperimentStatus;
import io.penstock.schema.EventCodec;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.UnresolvedSchemaException;
import io.penstock.topology.StageMetrics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks each record of experiments; a bad one is counted and changes nothing. */
final class ExperimentIntake implements Processor<byte @Nullable [], byte @Nullable [], Void, Void> {
    private static final Logger LOGGER = LoggerFactory.getLogger(ExperimentIntake.class);

    private final EventCodec codec;
    private final ExperimentView view;
    private final StageMetrics metrics;

    ExperimentIntake(EventCodec codec, ExperimentView view, StageMetrics metrics) {
        this.codec = codec;
        this.view = view;
        this.metrics = metrics;
    }

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> message) {
        byte[] bytes = message.key();
        try {
            view.apply(
                    bytes == null ? null : new String(bytes, StandardCharsets.UTF_8),
                    codec.decode(ExperimentStatus.class, message.value()));
        } catch (MalformedEventException | UnresolvedSchemaException | IllegalArgumentException e) {
            metrics.count("experiments.rejected");
            LOGGER.atWarn().addKeyValue("detail", e.getMessage()).log("Status rejected; the last good one stays");
        }
    }
}
