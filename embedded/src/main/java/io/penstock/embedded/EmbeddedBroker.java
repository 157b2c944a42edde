package io.penstock.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka broker and controller (KRaft) in this process, for clients on this machine.
 *
 * <p>Listens on 127.0.0.1 only, without authentication. Data outlives a restart: topics, records, offsets, transactional
 * state. A fatal fault inside Kafka does not end the process: it completes {@link #failure()}, is logged once at error
 * level, and leaves a broker that can only be closed. Threads: all methods may be called from any thread.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final long START_LIMIT_S = 60;
    private static final long STOP_LIMIT_S = 10;

    private final BrokerSettings settings;
    private final DataFolder folder;
    private final BrokerSockets sockets;
    private final FaultWatch faults;
    private final KafkaNode node;
    private final int port;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedBroker(
            BrokerSettings settings, DataFolder folder, BrokerSockets sockets, FaultWatch faults, KafkaNode node) {
        this.settings = settings;
        this.folder = folder;
        this.sockets = sockets;
        this.faults = faults;
        this.node = node;
        this.port = sockets.brokerPort();
    }

    /**
     * Starts a broker and returns when clients can use it, usually after 2 to 3 seconds.
     *
     * @throws StartupException when the folder or a port cannot be used, or Kafka cannot read its data
     */
    public static EmbeddedBroker start(BrokerSettings settings) {
        long begin = System.nanoTime();
        DataFolder folder = DataFolder.open(settings.dataDirectory());
        BrokerSockets sockets;
        try {
            sockets = BrokerSockets.bind(settings.brokerPort(), settings.controllerPort());
        } catch (StartupException e) {
            folder.close();
            throw e;
        }
        FaultWatch faults = FaultWatch.open();
        boolean started = false;
        try {
            DataFolder.Content content = folder.prepare(sockets.controllerPort());
            EmbeddedBroker broker = new EmbeddedBroker(
                    settings, folder, sockets, faults, startNode(settings, folder, sockets, faults, content));
            started = true;
            LOGGER.atInfo()
                    .addKeyValue("bootstrapServers", broker.bootstrapServers())
                    .addKeyValue("folder", settings.dataDirectory())
                    .addKeyValue("tookMs", (System.nanoTime() - begin) / 1_000_000)
                    .log("embedded broker is ready");
            return broker;
        } finally {
            if (!started) {
                sockets.close();
                faults.close();
                folder.close();
            }
        }
    }

    /** A broker on free ports in a temporary folder that is removed on close; for tests. */
    public static EmbeddedBroker temporary() {
        return temporary(Map.of());
    }

    /** As {@link #temporary()}, with Kafka broker settings that replace the module's own. */
    public static EmbeddedBroker temporary(Map<String, String> overrides) {
        try {
            Path folder = Files.createTempDirectory("penstock-broker-");
            return start(new BrokerSettings(folder, 0, 0, true, overrides));
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary folder for a broker", e);
        }
    }

    private static KafkaNode startNode(
            BrokerSettings settings,
            DataFolder folder,
            BrokerSockets sockets,
            FaultWatch faults,
            DataFolder.Content content) {
        Properties properties = BrokerConfig.of(settings, sockets, folder.kafka(), content);
        CompletableFuture<KafkaNode> made = new CompletableFuture<>();
        CompletableFuture<Void> ready = inThread("penstock-broker-start", () -> {
            KafkaNode node = new KafkaNode(properties, sockets, faults);
            made.complete(node);
            node.startup();
        });
        CompletableFuture<Void> failed = faults.failure().thenCompose(CompletableFuture::failedFuture);
        try {
            CompletableFuture.anyOf(ready, failed).get(START_LIMIT_S, TimeUnit.SECONDS);
            return made.join();
        } catch (ExecutionException | TimeoutException e) {
            Throwable why = faults.failure().getNow(e instanceof ExecutionException x ? x.getCause() : e);
            stopIfMade(made);
            boolean dataIsSuspect = content != DataFolder.Content.NEW
                    && !(why instanceof ConfigException)
                    && !(e instanceof TimeoutException);
            throw dataIsSuspect ? folder.corrupt(Sentences.of(why), why) : cannotStart(Sentences.of(why), why);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopIfMade(made);
            throw cannotStart("interrupted", e);
        }
    }

    private static void stopIfMade(CompletableFuture<KafkaNode> made) {
        if (made.isDone()) {
            stop(made.join());
        }
    }

    private static StartupException cannotStart(String why, Throwable cause) {
        return new StartupException("The embedded broker could not start: " + why + ".", cause);
    }

    /** What a Kafka client takes as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return Ports.HOST + ":" + port;
    }

    /** The port for clients on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** Completes when a fatal fault made this broker unusable; never completes in a normal life. */
    public CompletableFuture<Throwable> failure() {
        return faults.failure().copy();
    }

    /** Stops in order, within a second or so when all is well; a second call does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        stop(node);
        sockets.close();
        faults.close();
        if (settings.deleteOnClose()) {
            folder.delete();
        }
        folder.close();
    }

    /** Bounded, because a broken Kafka may never finish stopping. */
    private static void stop(KafkaNode node) {
        try {
            inThread("penstock-broker-stop", node::shutdown).get(STOP_LIMIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.atWarn().setCause(e).log("the embedded broker did not stop in order");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static CompletableFuture<Void> inThread(String name, Runnable work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                        done.complete(null);
                    } catch (Throwable e) {
                        done.completeExceptionally(e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return done;
    }
}
