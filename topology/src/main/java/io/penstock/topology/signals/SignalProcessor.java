package io.penstock.topology.signals;

import io.penstock.event.Cancel;
import io.penstock.event.Feedback;
import io.penstock.event.Signal;
import io.penstock.schema.Identity;
import io.penstock.schema.Keys;
import io.penstock.schema.MalformedEventException;
import io.penstock.topology.DeadLetter;
import io.penstock.topology.commit.CommitHook;
import io.penstock.topology.enrich.Ingress;
import io.penstock.topology.enrich.OrderedWork;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Stamps and re-keys one record at a time, in order, waiting off the thread for unknown writer schemas. */
final class SignalProcessor implements Processor<byte @Nullable [], byte @Nullable [], Object, Object> {
    private static final int MAX_OUTSTANDING = 1024;
    private static final Duration COMMIT_WAIT = Duration.ofSeconds(5);
    private static final Duration DRAIN_INTERVAL = Duration.ofMillis(50);

    private record Work(Record<byte @Nullable [], byte @Nullable []> record, RecordMetadata at) {}

    private final Ingress ingress;
    private @Nullable ProcessorContext<Object, Object> context;
    private @Nullable OrderedWork<Work> work;

    SignalProcessor(Ingress ingress) {
        this.ingress = ingress;
    }

    @Override
    public void init(ProcessorContext<Object, Object> initial) {
        context = initial;
        OrderedWork<Work> ordered = new OrderedWork<>(initial, this::forward, MAX_OUTSTANDING, COMMIT_WAIT.toMillis());
        work = ordered;
        CommitHook.install(initial, SignalStage.HOOK, ordered::drainAll);
        initial.schedule(DRAIN_INTERVAL, PunctuationType.WALL_CLOCK_TIME, time -> ordered.drainReady());
    }

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> record) {
        RecordMetadata at = Objects.requireNonNull(context, "init comes first")
                .recordMetadata()
                .orElseThrow();
        Work item = new Work(record, at);
        OptionalInt missing = ingress.codec().missingSchema(record.value());
        Objects.requireNonNull(work, "init comes first")
                .submit(
                        missing.isEmpty()
                                ? CompletableFuture.completedFuture(item)
                                : ingress.resolver().resolve(missing.getAsInt()).thenApply(none -> item));
    }

    private void forward(Work item) {
        Record<Object, Object> stamped;
        try {
            Signal signal = signal(item);
            String key = new Identity(signal.getTenant(), signal.getRequestId()).key();
            stamped = new Record<>(key, ingress.codec().encode(signal), Math.max(0, item.record.timestamp()));
        } catch (MalformedEventException | IllegalArgumentException e) {
            ingress.metrics().count("signals.dead-letter");
            Record<byte @Nullable [], byte @Nullable []> dead = DeadLetter.of(item.record, item.at, "malformed", e);
            emit(new Record<>(dead.key(), dead.value(), dead.timestamp(), dead.headers()), SignalStage.DEAD_LETTERS);
            return;
        }
        emit(stamped, SignalStage.SINK);
    }

    private void emit(Record<Object, Object> record, String child) {
        Objects.requireNonNull(context, "init comes first").forward(record, child);
    }

    private Signal signal(Work item) {
        String topic = item.at.topic();
        String tenant = Objects.requireNonNull(ingress.topics().tenantOf(topic), "sources are tenant topics");
        if (topic.equals(ingress.topics().feedback(tenant))) {
            Feedback feedback = ingress.codec().decode(Feedback.class, item.record.value());
            return stamp(tenant, feedback.getTenant(), feedback.getRequestId(), feedback);
        }
        Cancel cancel = ingress.codec().decode(Cancel.class, item.record.value());
        return stamp(tenant, cancel.getTenant(), cancel.getRequestId(), cancel);
    }

    private static Signal stamp(String tenant, @Nullable String claimed, String requestId, SpecificRecord body) {
        if (claimed != null && !claimed.equals(tenant)) {
            throw new IllegalArgumentException(
                    "the record names another tenant than its topic '" + tenant + "'; leave the field out");
        }
        if (!Keys.isId(requestId)) {
            throw new IllegalArgumentException("request_id must be 1 to 128 characters without '/'");
        }
        return Signal.newBuilder()
                .setTenant(tenant)
                .setRequestId(requestId)
                .setBody(body)
                .build();
    }
}
