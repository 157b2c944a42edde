package io.penstock.topology.commit;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;
import org.jspecify.annotations.Nullable;

/**
 * Lets a processor forward, and write to its stores, outside of {@code process}: from a {@link CommitHook}, or for a
 * record that it took earlier.
 *
 * <p>Kafka Streams knows the current processor and record only while it calls the processor; without them {@code forward}
 * throws and downstream metadata are wrong. This class keeps the processor it was captured for, sets it and the wanted
 * record around the work, and puts back what was there. It is the one place that names the internal context. Used on the
 * stream thread only. What the work throws passes unchanged, so a fenced producer still migrates the task.
 */
public final class OutOfBandForwarder {
    private final InternalProcessorContext<?, ?> context;
    private final ProcessorNode<?, ?, ?, ?> node;

    private OutOfBandForwarder(InternalProcessorContext<?, ?> context) {
        this.context = context;
        this.node = context.currentNode();
    }

    /** Remembers the processor that is being initialised: call it in {@code Processor.init}. */
    public static OutOfBandForwarder capture(ProcessorContext<?, ?> context) {
        return new OutOfBandForwarder((InternalProcessorContext<?, ?>) context);
    }

    /** The record being processed: topic, partition, offset, timestamp, headers. Call it in {@code process}. */
    public Origin origin() {
        return new Origin(context.recordContext());
    }

    /** Runs the work as if {@code process} were called for the record of the origin. */
    public void run(Origin origin, Runnable work) {
        ProcessorNode<?, ?, ?, ?> nodeBefore = context.currentNode();
        ProcessorRecordContext recordBefore = context.recordContext();
        context.setCurrentNode(node);
        context.setRecordContext(origin.record);
        try {
            work.run();
        } finally {
            context.setCurrentNode(nodeBefore);
            context.setRecordContext(recordBefore);
        }
    }

    /** Runs work that belongs to no record: it sees the system time and no topic, as in a punctuator. */
    public void run(Runnable work) {
        run(new Origin(context.currentSystemTimeMs()), work);
    }

    /** Where a record came from; opaque. */
    public static final class Origin {
        private final @Nullable ProcessorRecordContext record;

        private Origin(@Nullable ProcessorRecordContext record) {
            this.record = record;
        }

        private Origin(long timestamp) {
            this(new ProcessorRecordContext(timestamp, -1, -1, null, new RecordHeaders()));
        }
    }
}
