package io.penstock.topology.money;

import io.penstock.event.BudgetGrant;
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

/** Checks each record of budgets; a bad one is counted and changes nothing: the last good grant and price stay. */
final class BudgetIntake implements Processor<byte @Nullable [], byte @Nullable [], Void, Void> {
    private static final Logger LOGGER = LoggerFactory.getLogger(BudgetIntake.class);

    private final EventCodec codec;
    private final BudgetView view;
    private final StageMetrics metrics;

    BudgetIntake(EventCodec codec, BudgetView view, StageMetrics metrics) {
        this.codec = codec;
        this.view = view;
        this.metrics = metrics;
    }

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> message) {
        byte[] bytes = message.key();
        String key = bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
        if (message.value() == null) {
            if (key != null) {
                view.remove(key);
            }
            return;
        }
        try {
            view.apply(key, codec.decode(BudgetGrant.class, message.value()));
        } catch (MalformedEventException | UnresolvedSchemaException | IllegalArgumentException e) {
            metrics.count("budgets.rejected");
            LOGGER.atWarn().addKeyValue("detail", e.getMessage()).log("Grant rejected; the last good one stays");
        }
    }
}
