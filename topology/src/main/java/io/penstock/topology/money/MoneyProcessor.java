package io.penstock.topology.money;

import io.penstock.event.BudgetGrant;
import io.penstock.event.OwnerSpend;
import io.penstock.schema.EventCodec;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.UnresolvedSchemaException;
import io.penstock.topology.DeadLetter;
import io.penstock.topology.StageMetrics;
import io.penstock.topology.commit.CommitHook;
import io.penstock.topology.commit.OutOfBandForwarder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Reads reservations and settlements of owners into their {@link Accounts}; a timer grants, prices and publishes. */
final class MoneyProcessor implements Processor<byte @Nullable [], byte @Nullable [], Object, Object> {
    private final Duration interval;
    private final EventCodec codec;
    private final StageMetrics metrics;
    private @Nullable ProcessorContext<Object, Object> context;
    private @Nullable Accounts accounts;

    MoneyProcessor(Duration interval, EventCodec codec, StageMetrics metrics) {
        this.interval = interval;
        this.codec = codec;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> initial) {
        context = initial;
        Accounts fresh = new Accounts(initial.getStateStore(MoneyStage.ACCOUNTS));
        accounts = fresh;
        OutOfBandForwarder forwarder = OutOfBandForwarder.capture(initial);
        CommitHook.install(initial, MoneyStage.COMMIT_HOOK, () -> forwarder.run(fresh::write));
        initial.schedule(
                interval,
                PunctuationType.WALL_CLOCK_TIME,
                now -> fresh.tick(now, (key, grant) -> publish(key, grant, now)));
    }

    private void publish(String key, @Nullable BudgetGrant grant, long now) {
        Objects.requireNonNull(context).forward(new Record<>(key, grant, now), MoneyStage.BUDGETS);
        metrics.count(grant == null ? "money.forgotten" : "money.published");
    }

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> message) {
        byte[] bytes = message.key();
        String key = bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
        try {
            Objects.requireNonNull(accounts, "init comes first")
                    .take(key, codec.decode(OwnerSpend.class, message.value()), message.timestamp());
            metrics.count("money.spend");
        } catch (MalformedEventException | UnresolvedSchemaException e) {
            refuse(message, "malformed", e);
        } catch (IllegalArgumentException e) {
            refuse(message, "bad_event", e);
        }
    }

    private void refuse(Record<byte @Nullable [], byte @Nullable []> message, String reason, RuntimeException error) {
        ProcessorContext<Object, Object> current = Objects.requireNonNull(context);
        RecordMetadata at = current.recordMetadata().orElse(null);
        metrics.count("money." + reason.replace('_', '-'));
        Record<byte @Nullable [], byte @Nullable []> dead = DeadLetter.of(message, at, reason, error);
        current.forward(
                new Record<Object, Object>(dead.key(), dead.value(), dead.timestamp(), dead.headers()),
                MoneyStage.DEAD_LETTERS);
    }

    @Override
    public void close() {
        accounts = null;
        context = null;
    }
}
