package io.penstock.topology.join;

import io.penstock.schema.EventCodec;
import io.penstock.schema.Identity;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.Topics;
import io.penstock.schema.UnresolvedSchemaException;
import io.penstock.topology.StageMetrics;
import io.penstock.topology.progress.TimerGate;
import java.util.Locale;
import java.util.Objects;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Loads a life, applies the {@link LifeMachine}, stores the new life and forwards the effects. No rule lives here. */
final class JoinProcessor implements Processor<byte @Nullable [], byte @Nullable [], Object, Object> {
    /** A wake-up must not keep the task from its records for long. */
    private static final int MAX_TIMERS_PER_RUN = 1_000;

    private final JoinSettings settings;
    private final Topics topics;
    private final EventCodec codec;
    private final TimerGate gate;
    private final StageMetrics metrics;
    private final EventReader reader;
    private @Nullable Task task;

    JoinProcessor(JoinSettings settings, Topics topics, EventCodec codec, TimerGate gate, StageMetrics metrics) {
        this.settings = settings;
        this.topics = topics;
        this.codec = codec;
        this.gate = gate;
        this.metrics = metrics;
        this.reader = new EventReader(codec, topics);
    }

    private record Task(
            ProcessorContext<Object, Object> context, LifeStores stores, JoinOutputs outputs, LifeMachine machine) {
        int partition() {
            return context.taskId().partition();
        }
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        Task started = new Task(
                context,
                new LifeStores(context, new LifeCodec(codec), settings),
                new JoinOutputs(context, codec, metrics),
                new LifeMachine(settings, new VerdictWeights(settings, context.getStateStore(JoinNames.WEIGHTS))));
        task = started;
        gate.restarted(topics.completions(), started.partition());
        gate.restarted(topics.decisions(), started.partition());
        context.schedule(settings.timerInterval(), PunctuationType.WALL_CLOCK_TIME, now -> fireTimers(started, now));
    }

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> record) {
        Task current = Objects.requireNonNull(task);
        RecordMetadata at = current.context().recordMetadata().orElseThrow();
        EventReader.Read read = read(current, at.topic(), record);
        if (read != null) {
            long now = current.context().currentSystemTimeMs();
            apply(current, read.identity(), read.event(), new Moment(now, Math.max(0, record.timestamp())));
        }
        gate.processed(at.topic(), at.partition(), at.offset());
    }

    private EventReader.@Nullable Read read(
            Task current, String topic, Record<byte @Nullable [], byte @Nullable []> record) {
        EventReader.Read read;
        try {
            read = reader.read(topic, record.key(), record.value());
        } catch (MalformedEventException e) {
            metrics.count("join.malformed." + e.reason().name().toLowerCase(Locale.ROOT));
            current.outputs().refuse(record, "malformed", e);
            return null;
        } catch (UnresolvedSchemaException e) {
            current.outputs().refuse(record, "unresolved_schema", e);
            return null;
        } catch (IllegalArgumentException e) {
            current.outputs().refuse(record, "malformed", e);
            return null;
        }
        String problem =
                read.event() instanceof Event.FeedbackSeen seen ? FeedbackCheck.problemOf(seen.feedback()) : null;
        if (problem == null) {
            return read;
        }
        current.outputs().refuse(record, "feedback_out_of_range", new RefusedEventException(problem));
        return null;
    }

    /**
     * @param now the clock that timers are due by
     * @param timestamp of what is written because of the event
     */
    private record Moment(long now, long timestamp) {}

    private void apply(Task current, Identity identity, Event event, Moment moment) {
        Life before = current.stores().load(identity, moment.now());
        apply(current, identity, before, event, moment);
    }

    private void apply(Task current, Identity identity, Life before, Event event, Moment moment) {
        Transition transition = current.machine().apply(before, event, moment.now());
        current.stores().save(identity, before, transition.life());
        for (Effect effect : transition.effects()) {
            current.outputs().perform(identity, effect, moment.timestamp());
        }
    }

    private void fireTimers(Task current, long now) {
        current.stores().keepOffset(now);
        for (TimerIndex.Due due :
                current.stores().due(now, MAX_TIMERS_PER_RUN, timer -> mayFire(timer, current.partition()))) {
            Life life = current.stores().load(due.identity(), now);
            if (due.timer().equals(life.timer())) {
                apply(
                        current,
                        due.identity(),
                        life,
                        new Event.TimerFired(due.timer().kind()),
                        new Moment(now, now));
            } else {
                current.stores().correct(due, life);
                metrics.count("join.stale-timer");
            }
        }
    }

    /** Only when everything that could have stopped the timer has been read; see {@link TimerGate}. */
    private boolean mayFire(Timer timer, int partition) {
        long due = timer.due();
        return switch (timer.kind()) {
            case ATTEMPT, EXPIRY -> gate.passed(topics.completions(), partition, due);
            case PARKING -> gate.passed(topics.decisions(), partition, due);
            case REROUTE ->
                gate.passed(topics.decisions(), partition, due) && gate.passed(topics.completions(), partition, due);
        };
    }
}
