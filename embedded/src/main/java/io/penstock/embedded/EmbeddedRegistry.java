package io.penstock.embedded;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema registry for Avro that Confluent's clients and serializers of any language can use.
 *
 * <p>Listens on 127.0.0.1 only, without authentication, and keeps everything in one compacted Kafka topic in Confluent's
 * record format, so ids outlive a restart. One registry at a time may write to a topic. Not supported: JSON Schema and
 * Protobuf, contexts, metadata and rules, import mode; asking for them is answered with an error. Threads: all methods
 * may be called from any thread.
 */
public final class EmbeddedRegistry implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedRegistry.class);
    private static final int THREADS = 4;
    private static final int BACKLOG = 50;

    private final HttpServer server;
    private final ExecutorService workers;
    private final SchemaRegistry registry;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedRegistry(HttpServer server, SchemaRegistry registry) {
        this.server = server;
        this.registry = registry;
        AtomicInteger number = new AtomicInteger();
        workers = Executors.newFixedThreadPool(THREADS, work -> {
            Thread thread = new Thread(work, "penstock-registry-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(workers);
        server.createContext("/", new RegistryHttp(new RegistryRoutes(registry)));
        server.start();
    }

    /**
     * Starts a registry and returns when it answers.
     *
     * @throws StartupException when the port is used, Kafka does not answer or the topic is unfit
     */
    public static EmbeddedRegistry start(RegistrySettings settings) {
        HttpServer server = bind(settings.port());
        SchemaState state = new SchemaState();
        SchemaLog log;
        try {
            log = SchemaLog.open(settings, state);
        } catch (RuntimeException e) {
            server.stop(0);
            throw e;
        }
        EmbeddedRegistry registry = new EmbeddedRegistry(server, new SchemaRegistry(log, state));
        LOGGER.atInfo()
                .addKeyValue("url", registry.url())
                .addKeyValue("topic", settings.topic())
                .addKeyValue("highestId", state.maxId())
                .log("schema registry is ready");
        return registry;
    }

    private static HttpServer bind(int port) {
        // Read once, by the JDK's first server. Without it each answer on a kept connection waits 40 ms for an
        // acknowledgement, because headers and body are two packets.
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
        try {
            return HttpServer.create(Ports.loopback(port), BACKLOG);
        } catch (IOException e) {
            throw Ports.unavailable(port, "--registry-port", e);
        }
    }

    /** What a client takes as {@code schema.registry.url}. */
    public String url() {
        return "http://" + Ports.HOST + ":" + port();
    }

    /** The HTTP port on 127.0.0.1. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops answering; a request under way gets no answer but is either stored or not. A second call does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            server.stop(0);
            workers.shutdown();
            registry.close();
        }
    }
}
