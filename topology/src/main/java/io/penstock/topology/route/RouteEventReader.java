package io.penstock.topology.route;

import io.penstock.event.RouteEvent;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Identity;
import io.penstock.topology.enrich.RouteInput;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Decodes what join wrote. Only our own code writes that topic, so a record that cannot be read is a fault of ours and
 * goes to the processing exception handler, which keeps it in the dead letters.
 */
final class RouteEventReader extends ContextualProcessor<byte @Nullable [], byte @Nullable [], String, RouteInput> {
    private final EventCodec codec;

    RouteEventReader(EventCodec codec) {
        this.codec = codec;
    }

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> record) {
        RouteEvent event = codec.decode(RouteEvent.class, record.value());
        String key = new Identity(event.getTenant(), event.getRequestId()).key();
        context().forward(new Record<>(key, new RouteInput.Event(event), record.timestamp()));
    }
}
