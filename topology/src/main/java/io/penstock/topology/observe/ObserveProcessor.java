package io.penstock.topology.observe;

import io.penstock.event.Availability;
import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.ModelState;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Keys;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.UnresolvedSchemaException;
import io.penstock.topology.DeadLetter;
import io.penstock.topology.RecentStore;
import io.penstock.topology.StageMetrics;
import io.penstock.topology.commit.CommitHook;
import io.penstock.topology.commit.OutOfBandForwarder;
import io.penstock.topology.money.SettledSpends;
import java.time.Instant;
import java.util.SortedMap;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Reads decisions and completions of one partition into an {@link AttemptLedger}; a wall-clock timer publishes tallies. */
final class ObserveProcessor implements Processor<byte @Nullable [], byte @Nullable [], Object, Object> {
    // Above any real call, below what would overflow a sum of a billion of them.
    private static final long LARGEST_COST_NANOS = 1_000_000_000_000L;
    private static final double LONGEST_LATENCY_MS = 1e9;

    private final ObserveSettings settings;
    private final String decisionsTopic;
    private final EventCodec codec;
    private final DispatcherView dispatchers;
    private final StageMetrics metrics;
    private @Nullable Shard shard;

    record Parts(
            ObserveSettings settings,
            String decisionsTopic,
            EventCodec codec,
            DispatcherView dispatchers,
            StageMetrics metrics) {}

    ObserveProcessor(Parts parts) {
        this.settings = parts.settings();
        this.decisionsTopic = parts.decisionsTopic();
        this.codec = parts.codec();
        this.dispatchers = parts.dispatchers();
        this.metrics = parts.metrics();
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        Shard fresh = new Shard(context);
        shard = fresh;
        OutOfBandForwarder forwarder = OutOfBandForwarder.capture(context);
        CommitHook.install(context, ObserveStage.COMMIT_HOOK, () -> forwarder.run(fresh::write));
        context.schedule(settings.publishInterval(), PunctuationType.WALL_CLOCK_TIME, fresh::tick);
    }

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> message) {
        if (shard == null) {
            throw new IllegalStateException("process was called before init");
        }
        shard.process(message);
    }

    @Override
    public void close() {
        shard = null;
    }

    /** Everything that lives as long as the task is initialised. */
    private final class Shard {
        private final ProcessorContext<Object, Object> context;
        private final Tallies tallies;
        private final AttemptLedger ledger;
        private final SettledSpends spends;
        private final HealthNews health = new HealthNews(dispatchers);

        Shard(ProcessorContext<Object, Object> context) {
            this.context = context;
            this.tallies = new Tallies(context.getStateStore(ObserveStage.MODELS));
            this.ledger = new AttemptLedger(
                    context.getStateStore(ObserveStage.ATTEMPTS),
                    context.getStateStore(ObserveStage.TIMERS),
                    tallies,
                    settings);
            this.spends = new SettledSpends(
                    new RecentStore(
                            context.getStateStore(ObserveStage.RESERVED),
                            settings.longestAttempt().plus(settings.remember())),
                    context.getStateStore(ObserveStage.SETTLED),
                    context.taskId().partition());
        }

        void process(Record<byte @Nullable [], byte @Nullable []> message) {
            RecordMetadata at = context.recordMetadata().orElse(null);
            try {
                if (at != null && decisionsTopic.equals(at.topic())) {
                    decided(codec.decodeWithoutGrounds(message.value()), message.timestamp());
                } else {
                    completed(codec.decode(Completion.class, message.value()), message.timestamp());
                }
            } catch (MalformedEventException | UnresolvedSchemaException e) {
                refuse(message, at, "malformed", e);
            } catch (IllegalArgumentException e) {
                refuse(message, at, "bad_event", e);
            }
        }

        private void decided(Decision decision, long now) {
            if (decision.getKind() != DecisionKind.DISPATCH) {
                return;
            }
            String model = slug(decision.getModel());
            spends.decided(decision, now);
            metrics.count(
                    ledger.dispatched(decision, model, now) ? "observe.dispatched" : "observe.duplicate-decision");
        }

        private void completed(Completion completion, long now) {
            slug(completion.getModel());
            double latency = completion.getLatencyMs();
            if (!(latency >= 0 && latency <= LONGEST_LATENCY_MS)) {
                throw new IllegalArgumentException("latency_ms must be from 0 to 1e9, but is " + latency);
            }
            long cost = completion.getCostNanos();
            if (cost < 0 || cost > LARGEST_COST_NANOS) {
                throw new IllegalArgumentException("cost_nanos must be from 0 to 1e12, but is " + cost);
            }
            spends.completed(completion, !ledger.knows(completion), now);
            metrics.count(ledger.completed(completion, now) ? "observe.completed" : "observe.duplicate-completion");
        }

        private static String slug(@Nullable String model) {
            if (model == null || !Keys.isSlug(model)) {
                throw new IllegalArgumentException("model must be a slug [a-z0-9-]{1,80}, but is not");
            }
            return model;
        }

        private void refuse(
                Record<byte @Nullable [], byte @Nullable []> message,
                @Nullable RecordMetadata at,
                String reason,
                RuntimeException error) {
            metrics.count("observe." + reason.replace('_', '-'));
            context.forward(DeadLetter.of(message, at, reason, error), ObserveStage.DEAD_LETTERS);
        }

        void tick(long now) {
            for (int ended = ledger.sweep(now); ended > 0; ended--) {
                metrics.count("observe.expired");
            }
            spends.tick(now, spend -> context.forward(new Record<>(spend.getOwner(), spend, now), ObserveStage.SPEND));
            SortedMap<String, ModelTally> due = tallies.takeChanged();
            if (tellsOfDispatchers()) {
                health.take(now).keySet().forEach(model -> due.putIfAbsent(model, tallies.of(model)));
            }
            due.forEach((model, tally) -> publish(model, tally, now));
        }

        private boolean tellsOfDispatchers() {
            return context.taskId().partition() == 0;
        }

        void write() {
            tallies.write();
            spends.write();
        }

        private void publish(String model, ModelTally tally, long now) {
            int number = context.taskId().partition();
            ModelState state = new ModelState();
            state.setModel(model);
            state.setShard(number);
            state.setInFlight(tally.inFlight());
            state.setCompleted(tally.completed());
            state.setFailed(tally.failed());
            state.setLatencyMs(tally.latency().value());
            state.setFailureRate(tally.failures().value());
            state.setSpentNanos(tally.spentNanos());
            state.setObservedAt(Instant.ofEpochMilli(now));
            ModelHealth said = health.of(model);
            state.setAvailability(said.availability());
            state.setValidForMs(said.availability() == Availability.AVAILABLE ? 0 : HealthNews.VALID_MS);
            state.setDispatchers(said.dispatchers());
            state.setDispatchersOpen(said.open());
            context.forward(new Record<>(model + '/' + number, state, now), ObserveStage.MODEL_STATE);
            metrics.count("observe.published");
        }
    }
}
