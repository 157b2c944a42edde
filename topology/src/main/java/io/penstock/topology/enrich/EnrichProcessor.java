package io.penstock.topology.enrich;

import io.penstock.event.Lane;
import io.penstock.topology.DeadLetter;
import io.penstock.topology.commit.CommitHook;
import io.penstock.topology.enrich.RequestReader.Read;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Reads requests in order, through the engine when features are dear, and hands them to route before each commit. */
final class EnrichProcessor implements Processor<byte @Nullable [], byte @Nullable [], Object, Object> {
    /** Put on by the first hop, from the topic's name; trusted by the second, since only routers write its topic. */
    static final String TENANT_STAMP = "penstock-tenant";

    private record Work(Record<byte @Nullable [], byte @Nullable []> record, RecordMetadata at, Read read) {}

    private final RouteNames names;
    private final Ingress ingress;
    private final EnrichSettings settings;
    private final RequestReader reader;
    private @Nullable ProcessorContext<Object, Object> context;
    private @Nullable OrderedWork<Work> work;

    EnrichProcessor(Lane lane, Ingress ingress, EnrichSettings settings) {
        this.names = new RouteNames(lane);
        this.ingress = ingress;
        this.settings = settings;
        this.reader = new RequestReader(lane, ingress, settings);
    }

    @Override
    public void init(ProcessorContext<Object, Object> initial) {
        context = initial;
        OrderedWork<Work> ordered = new OrderedWork<>(
                initial,
                this::forward,
                settings.maxOutstanding(),
                settings.commitWait().toMillis());
        work = ordered;
        CommitHook.install(initial, names.hook(), () -> {
            ordered.drainAll();
            ordered.outOfBand(() -> initial.forward(
                    new Record<>("", new RouteInput.BeforeCommit(), Math.max(0, initial.currentSystemTimeMs())),
                    names.route()));
        });
        initial.schedule(settings.drainInterval(), PunctuationType.WALL_CLOCK_TIME, time -> ordered.drainReady());
    }

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> record) {
        RecordMetadata at = context().recordMetadata().orElseThrow();
        CompletableFuture<Read> read =
                reader.read(record.value(), record.timestamp(), at, tenant(record.headers(), at.topic()));
        ordered()
                .submit(
                        read.isDone()
                                ? CompletableFuture.completedFuture(new Work(record, at, read.join()))
                                : read.thenApply(done -> new Work(record, at, done)));
        backPressure();
    }

    /** Outstanding work is bounded by how long the engine needs for it, over all tasks of the process. */
    private void backPressure() {
        long most = settings.maxDrain().toMillis();
        while (ordered().outstanding() > 0 && ingress.engine().estimatedDrainMillis() > most) {
            ordered().drainHead();
        }
    }

    private @Nullable String tenant(Headers headers, String topic) {
        String fromTopic = ingress.topics().tenantOf(topic);
        if (fromTopic != null) {
            return fromTopic;
        }
        Header stamp = headers.lastHeader(TENANT_STAMP);
        return stamp == null ? null : new String(stamp.value(), StandardCharsets.UTF_8);
    }

    private void forward(Work done) {
        Read read = done.read;
        if (read instanceof Read.Ready ready) {
            EnrichedRequest request = ready.request();
            ingress.metrics().count(request.features().degraded() ? "enrich.degraded" : "enrich.ready");
            context()
                    .forward(
                            new Record<>(
                                    request.identity().key(), new RouteInput.Request(request), request.requestTime()),
                            names.route());
        } else if (read instanceof Read.Misplaced misplaced) {
            ingress.metrics().count("enrich.misplaced");
            Headers headers =
                    new RecordHeaders().add(TENANT_STAMP, misplaced.tenant().getBytes(StandardCharsets.UTF_8));
            byte[] key = misplaced.routingKey().getBytes(StandardCharsets.UTF_8);
            context()
                    .forward(
                            new Record<Object, Object>(
                                    key, done.record.value(), Math.max(0, done.record.timestamp()), headers),
                            names.rekeyedSink());
        } else if (read instanceof Read.Bad bad) {
            ingress.metrics().count("enrich.dead-letter." + bad.reason());
            Record<byte @Nullable [], byte @Nullable []> dead =
                    DeadLetter.of(done.record, done.at, bad.reason(), bad.error());
            context()
                    .forward(
                            new Record<Object, Object>(dead.key(), dead.value(), dead.timestamp(), dead.headers()),
                            names.deadLetterSink());
        }
    }

    @Override
    public void close() {
        if (work != null) {
            work.clear();
        }
    }

    private ProcessorContext<Object, Object> context() {
        return java.util.Objects.requireNonNull(context, "init comes first");
    }

    private OrderedWork<Work> ordered() {
        return java.util.Objects.requireNonNull(work, "init comes first");
    }
}
