package io.penstock.topology.learn;

import io.penstock.event.ExperimentTrial;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.PolicyEvent;
import io.penstock.event.PolicyEventKind;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.Trial;
import io.penstock.learner.Change;
import io.penstock.learner.Decay;
import io.penstock.schema.EventCodec;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.UnresolvedSchemaException;
import io.penstock.topology.DeadLetter;
import io.penstock.topology.StageMetrics;
import io.penstock.topology.commit.CommitHook;
import io.penstock.topology.commit.OutOfBandForwarder;
import io.penstock.topology.policy.Generations;
import io.penstock.topology.policy.LearnedKey;
import io.penstock.topology.policy.PolicyFormat;
import io.penstock.topology.policy.WarmStart;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies outcomes to the sums of one shard as they come; before each commit writes what changed and, when the publish
 * interval has passed, publishes everything that routers do not know yet. Both are in the transaction of the outcomes'
 * offsets, so each outcome moves the state, and the policies topic, once.
 */
final class LearnProcessor implements Processor<byte @Nullable [], byte @Nullable [], Object, Object> {
    private static final Logger LOGGER = LoggerFactory.getLogger(LearnProcessor.class);

    private final EventCodec codec;
    private final LearnSettings settings;
    private final StageMetrics metrics;
    private @Nullable Shard shard;

    LearnProcessor(EventCodec codec, LearnSettings settings, StageMetrics metrics) {
        this.codec = codec;
        this.settings = settings;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        // A task may be initialised again after an aborted transaction: nothing of the earlier attempt may stay.
        Shard fresh = new Shard(context);
        shard = fresh;
        CommitHook.install(context, LearnStage.COMMIT_HOOK, fresh::beforeCommit);
        fresh.wakeLater();
        fresh.wakeForHistory();
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
        private final OutOfBandForwarder forwarder;
        private final StatisticsTable table;
        private final Publications publications;
        private final Publications unrecorded;
        private final OutcomeReader reader;
        private final int number;
        private long nextPublication = Long.MIN_VALUE;
        private long period;
        private @Nullable Cancellable wakeUp;

        Shard(ProcessorContext<Object, Object> context) {
            this.context = context;
            this.forwarder = OutOfBandForwarder.capture(context);
            this.table = new StatisticsTable(context.getStateStore(LearnStage.STATISTICS), settings.hotKeys());
            this.publications = new Publications(context.getStateStore(LearnStage.UNPUBLISHED));
            this.unrecorded = new Publications(context.getStateStore(LearnStage.UNRECORDED));
            this.period = period(context.currentSystemTimeMs());
            this.reader = new OutcomeReader(settings.warm());
            this.number = context.taskId().partition();
        }

        void process(Record<byte @Nullable [], byte @Nullable []> message) {
            RecordMetadata at = context.recordMetadata().orElse(null);
            try {
                learn(codec.decode(Outcome.class, message.value()), message.timestamp(), at);
            } catch (MalformedEventException | UnresolvedSchemaException e) {
                refuse(message, at, "malformed", e);
            } catch (BadOutcomeException e) {
                refuse(message, at, "bad_outcome", e);
            }
        }

        private void learn(Outcome outcome, long recordedAt, @Nullable RecordMetadata at) {
            if (outcome.getKind() == OutcomeKind.CENSORED) {
                metrics.count("learn.censored");
                return;
            }
            if (at == null) {
                throw new IllegalStateException("an outcome has no offset, so its version is unknown");
            }
            List<Lesson> lessons = reader.read(outcome);
            if (lessons.size() < outcome.getScopes().size()) {
                // A decision used a warm model that this learner was not given, or that does not know the one chosen.
                metrics.count("learn.residual-skipped");
            }
            // All keys first: an outcome that does not fit one of its scopes must not change another.
            List<Learned> sums = new ArrayList<>();
            for (Lesson lesson : lessons) {
                sums.add(sums(lesson.key(), lesson.features().dimension()));
            }
            long version = at.offset() + 1;
            long time = Decay.weightTime(outcome.getDecisionTime().toEpochMilli(), recordedAt);
            for (int i = 0; i < sums.size(); i++) {
                Lesson lesson = lessons.get(i);
                LearnedKey key = lesson.key();
                sums.get(i)
                        .apply(lesson.features(), lesson.observation(), time, version)
                        .ifPresent(change -> report(key, change));
                table.changed(key, sums.get(i));
                publications.changed(key, version);
                if (settings.keepsHistory()) {
                    unrecorded.changed(key, version);
                }
            }
            table.trim();
            sendTrials(outcome, recordedAt);
            metrics.count("learn." + outcome.getKind().name().toLowerCase(Locale.ROOT));
            wakeLater();
        }

        /** What a verdict says of experiments, to the task that gathers the evidence of each. */
        private void sendTrials(Outcome outcome, long recordedAt) {
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
                context.forward(new Record<>(trial.getExperiment(), told, recordedAt), LearnStage.TRIALS);
            }
        }

        /** The snapshot of this commit carries it too, so it is recorded whatever becomes of the log. */
        private void report(LearnedKey key, Change change) {
            if (key.extractor().equals(WarmStart.RESIDUALS)) {
                // The model's own sums say so, in numbers that people can read.
                return;
            }
            metrics.count(change.after() < change.before() ? "learn.model-worse" : "learn.model-better");
            LOGGER.atWarn()
                    .addKeyValue("scope", key.scope())
                    .addKeyValue("model", key.model())
                    .addKeyValue("partition", number)
                    .addKeyValue("before", change.before())
                    .addKeyValue("after", change.after())
                    .addKeyValue("verdicts", change.verdicts())
                    .log("The quality of a model has changed; its older evidence counts less");
        }

        private Learned sums(LearnedKey key, int dimension) {
            Learned known = table.find(key);
            if (known == null) {
                return Learned.nothing(dimension, settings.decay());
            }
            if (known.dimension() != dimension) {
                throw new BadOutcomeException("features of extractor " + key.extractor() + " must have dimension "
                        + known.dimension() + ", but have " + dimension);
            }
            return known;
        }

        private void refuse(
                Record<byte @Nullable [], byte @Nullable []> message,
                @Nullable RecordMetadata at,
                String reason,
                RuntimeException error) {
            metrics.count("learn." + reason.replace('_', '-'));
            context.forward(DeadLetter.of(message, at, reason, error), LearnStage.DEAD_LETTERS);
        }

        void beforeCommit() {
            forwarder.run(this::writeAndPublish);
        }

        private void writeAndPublish() {
            table.write();
            long now = context.currentSystemTimeMs();
            if (!publications.isEmpty()) {
                publishIfDue(now);
            }
            if (!unrecorded.isEmpty()) {
                recordIfDue(now);
            }
        }

        private void publishIfDue(long now) {
            long interval = settings.publishInterval().toMillis();
            // A clock that is set back must not stop publication for as long.
            if (now < nextPublication && nextPublication - now <= interval) {
                publications.keep();
                return;
            }
            for (LearnedKey key : publications.take()) {
                publish(key, now);
            }
            table.trim();
            nextPublication = now + interval;
        }

        /**
         * By the periods of the clock, the same for all shards: what a key was at a time is its newest record by then, whatever
         * the others have.
         */
        private void recordIfDue(long now) {
            if (period(now) == period) {
                unrecorded.keep();
                return;
            }
            for (LearnedKey key : unrecorded.take()) {
                String scope = Generations.root(key.scope());
                PolicyEvent event = new PolicyEvent();
                event.setKind(PolicyEventKind.CHECKPOINT);
                event.setScope(scope);
                event.setAt(Instant.ofEpochMilli(now));
                event.setSnapshot(snapshot(key, now));
                event.setChangedBy("");
                event.setReason("");
                context.forward(new Record<>(scope, event, now), LearnStage.HISTORY);
                metrics.count("learn.recorded");
            }
            table.trim();
            period = period(now);
        }

        private long period(long now) {
            return settings.keepsHistory() ? now / settings.historyInterval().toMillis() : 0;
        }

        private void publish(LearnedKey key, long now) {
            context.forward(new Record<>(key.policyKey(number), snapshot(key, now), now), LearnStage.POLICIES);
            metrics.count("learn.published");
        }

        private PolicySnapshot snapshot(LearnedKey key, long now) {
            Learned learned = table.find(key);
            if (learned == null) {
                throw new IllegalStateException("no sums of " + key.text() + ", which is to be published");
            }
            PolicySnapshot snapshot = PolicyFormat.encode(
                    key, number, learned.version(), learned.statistics(), Instant.ofEpochMilli(now));
            learned.lastChange().ifPresent(change -> PolicyFormat.addChange(snapshot, change));
            return snapshot;
        }

        /** Without outcomes there is no commit, and so no record of what came before: this makes one. */
        void wakeForHistory() {
            if (settings.keepsHistory()) {
                context.schedule(settings.historyInterval(), PunctuationType.WALL_CLOCK_TIME, now -> {});
            }
        }

        /** An idle task does not commit; a punctuation makes it, so what waits is published without further outcomes. */
        void wakeLater() {
            if (wakeUp == null
                    && !publications.isEmpty()
                    && !settings.publishInterval().isZero()) {
                wakeUp = context.schedule(
                        settings.publishInterval(), PunctuationType.WALL_CLOCK_TIME, now -> sleepWhenDone());
            }
        }

        private void sleepWhenDone() {
            if (publications.isEmpty() && wakeUp != null) {
                wakeUp.cancel();
                wakeUp = null;
            }
        }
    }
}
