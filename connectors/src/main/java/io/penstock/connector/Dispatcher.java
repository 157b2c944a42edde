package io.penstock.connector;

import io.penstock.event.ModelCard;
import io.penstock.schema.EventCodec;
import io.penstock.schema.TopicCatalog;
import io.penstock.schema.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the models' topics of both lanes, makes the calls, writes one completion for each dispatch (and the recorded verdict
 * as feedback).
 *
 * <p>What it promises: no call starts after its {@code start_before}; a model never has more calls in flight than its card
 * and the settings allow; an offset is committed only when the completions of everything up to it are on the broker. So after
 * a {@code kill -9} the calls in flight are made again, and so are those finished above the first unfinished one of their
 * partition: completions can come twice, and the reader takes the first of an attempt.
 *
 * <p>Threads: one polls, one owns the engine's state, one each follows the catalog and the cancellations; calls run on the
 * backends' own. All methods may be called from any thread. The backends are the caller's to close, after this.
 */
public final class Dispatcher implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Dispatcher.class);
    private static final long SIZE_MARGIN = 256 * 1024;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final DispatcherSettings settings;
    private final Topics topics;
    private final Threads threads = new Threads(this::fatal);
    private final Counters counters = new Counters();
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final CatalogReader catalog;
    private final TopicFollower cancellations;
    private final Publisher publisher;
    private final FlowControl flow;
    private final DispatchLoop loop;
    private final Thread pollThread;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final CompletableFuture<Void> closing = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean killed;

    /**
     * @param backends by the name that cards call them: recorded, openai
     * @param clock for start-before and finished_at
     */
    public Dispatcher(
            DispatcherSettings settings,
            Topics topics,
            EventCodec codec,
            Map<String, ? extends Backend> backends,
            InstantSource clock) {
        this.settings = settings;
        this.topics = topics;
        KafkaClients clients = new KafkaClients(settings.bootstrapServers(), settings.kafkaConfig());
        long maxBytes = TopicCatalog.load().maxMessageBytes("completions");
        this.consumer = clients.groupConsumer(settings.groupId());
        this.catalog = CatalogReader.start(settings.bootstrapServers(), settings.kafkaConfig(), topics, codec);
        KafkaProducer<byte[], byte[]> producer = clients.producer(maxBytes);
        this.publisher = new Publisher(
                new Publisher.Target(producer, codec, topics, maxBytes - SIZE_MARGIN),
                settings.dispatcherId(),
                new FinishTimes(clock, settings.eventTime()),
                threads.worker(),
                threads);
        EngineParts parts = new EngineParts(
                catalog::model,
                Map.copyOf(backends),
                publisher,
                new StatePublisher(producer, codec, topics, settings.dispatcherId(), clock, threads.lookups()),
                threads.worker(),
                threads,
                clock,
                settings.maxInFlightPerModel(),
                settings.eventTime(),
                new SplittableRandom());
        this.flow =
                new FlowControl(topic -> parts.limit(topic.substring(topic.lastIndexOf('.') + 1)), consumer::wakeup);
        CallEngine engine = new CallEngine(parts, flow, counters);
        this.cancellations = new TopicFollower(
                () -> clients.follower(false),
                topics.cancellations(),
                false,
                new CancellationReader(codec, engine::cancel, this::fatal));
        this.loop = new DispatchLoop(
                consumer,
                new DispatchLoop.Parts(
                        engine,
                        flow,
                        new Intake(codec, engine, publisher, threads.worker(), counters),
                        new SchemaWaiter(codec, threads.lookups(), threads)),
                settings);
        this.pollThread = new Thread(this::poll, "penstock-dispatch-poll");
        pollThread.setDaemon(true);
    }

    private record FinishTimes(InstantSource clock, boolean eventTime) implements Publisher.EngineClock {
        @Override
        public Instant finishedAt(Attempt attempt, BackendAnswer answer) {
            return eventTime
                    ? attempt.recordTime().plusMillis(Math.round(answer.usage().latencyMs()))
                    : clock.instant();
        }

        @Override
        public @Nullable Long recordTimestamp(Attempt attempt, BackendAnswer answer) {
            return eventTime ? finishedAt(attempt, answer).toEpochMilli() : null;
        }
    }

    /** Starts reading as soon as the catalog is loaded; returns at once. */
    public Dispatcher start() {
        cancellations.start();
        CompletableFuture<Void> unused = catalog.failure().exceptionally(error -> {
            fatal(error);
            return null;
        });
        pollThread.start();
        return this;
    }

    /** Completes when the catalog is loaded and the models' topics are subscribed; fails if that cannot be. */
    public CompletableFuture<Void> ready() {
        return ready;
    }

    /** Completes after {@link #close}, exceptionally if the dispatcher gave up before; then it must still be closed. */
    public CompletableFuture<Void> stopped() {
        return stopped;
    }

    public DispatcherStats stats() {
        return counters.snapshot(flow.waiting());
    }

    /** The card this dispatcher knows a model by; null if the catalog has none. */
    public @Nullable ModelCard card(String slug) {
        return catalog.model(slug);
    }

    private void poll() {
        try {
            CompletableFuture<Void> prepared = CompletableFuture.allOf(catalog.loaded(), cancellations.caughtUp());
            CompletableFuture.anyOf(prepared, closing).join();
            if (!closing.isDone()) {
                loop.subscribe(topics.modelsPattern());
                ready.complete(null);
                loop.run();
            }
            if (!killed) {
                loop.drain();
            }
        } catch (CompletionException e) {
            fatal(e.getCause() == null ? e : e.getCause());
        } catch (RuntimeException e) {
            fatal(e);
        } finally {
            closeConsumer();
            ready.completeExceptionally(new IllegalStateException("the dispatcher stopped before it was ready"));
        }
    }

    private void closeConsumer() {
        try {
            consumer.close(
                    killed
                            ? CloseOptions.timeout(Duration.ZERO)
                                    .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP)
                            : CloseOptions.timeout(CLOSE_LIMIT));
        } catch (WakeupException e) {
            LOGGER.atDebug().log("woken up while closing");
        } catch (RuntimeException e) {
            LOGGER.atWarn().addKeyValue("reason", e.toString()).log("consumer did not close cleanly");
        }
    }

    private void fatal(Throwable error) {
        if (stopped.completeExceptionally(error)) {
            LOGGER.atError()
                    .addKeyValue("reason", error.toString())
                    .setCause(error)
                    .log("dispatcher gave up");
        }
        closing.complete(null);
        loop.close();
    }

    /** As a {@code kill -9} would: no drain, no commit, no goodbye to the group. For tests. */
    void kill() {
        killed = true;
        loop.abandon();
        close();
    }

    /** Takes nothing more, waits for calls in flight up to the drain timeout, commits, leaves the group. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        closing.complete(null);
        loop.close();
        if (pollThread.isAlive()) {
            join(settings.drainTimeout().plus(CLOSE_LIMIT).plus(CLOSE_LIMIT));
        } else if (pollThread.getState() == Thread.State.NEW) {
            closeConsumer();
        }
        publisher.close(killed ? Duration.ZERO : CLOSE_LIMIT);
        cancellations.close();
        catalog.close();
        threads.close();
        stopped.complete(null);
    }

    private void join(Duration limit) {
        try {
            pollThread.join(limit.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
