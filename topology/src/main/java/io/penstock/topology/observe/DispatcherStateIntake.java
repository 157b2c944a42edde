package io.penstock.topology.observe;

import io.penstock.event.DispatcherState;
import io.penstock.schema.EventCodec;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.UnresolvedSchemaException;
import io.penstock.topology.StageMetrics;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks each record of dispatcher-state; a bad one is counted and changes nothing: the next one is due in a moment. */
final class DispatcherStateIntake implements Processor<byte @Nullable [], byte @Nullable [], Void, Void> {
    private static final Logger LOGGER = LoggerFactory.getLogger(DispatcherStateIntake.class);

    private final EventCodec codec;
    private final DispatcherView view;
    private final StageMetrics metrics;
    private @Nullable ProcessorContext<Void, Void> context;

    DispatcherStateIntake(EventCodec codec, DispatcherView view, StageMetrics metrics) {
        this.codec = codec;
        this.view = view;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Void, Void> initial) {
        context = initial;
    }

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> message) {
        long now = Objects.requireNonNull(context, "init comes first").currentSystemTimeMs();
        byte[] key = message.key();
        byte[] value = message.value();
        try {
            String text = key == null ? null : new String(key, StandardCharsets.UTF_8);
            view.apply(text, value == null ? null : codec.decode(DispatcherState.class, value), now);
        } catch (MalformedEventException | UnresolvedSchemaException | IllegalArgumentException e) {
            metrics.count("dispatcher-state.rejected");
            LOGGER.atWarn()
                    .addKeyValue("detail", e.getMessage())
                    .log("Dispatcher state rejected; the last good one stays");
        }
    }
}
