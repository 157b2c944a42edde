package io.penstock.app.gateway;

import io.penstock.app.node.Clients;
import io.penstock.app.node.Pause;
import io.penstock.connector.CatalogReader;
import io.penstock.schema.EventCodec;
import io.penstock.schema.ReplySlot;
import io.penstock.schema.Topics;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.PartitionInfo;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An OpenAI-compatible HTTP server over a cluster's topics: publishes each call to {@code requests.online.<tenant>} and waits
 * for its terminal event on a slot of {@code replies}. Any number may run; they keep nothing that outlives them.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Gateway.class);
    private static final Duration CATALOG_LIMIT = Duration.ofSeconds(30);
    private static final long CHECK_MS = 250;
    private static final int CHECKS_PER_COMMENT = 60;
    private static final long WRITE_LIMIT_MS = 2_000;
    private static final int THREADS = 256;

    private final GatewaySettings settings;
    private final OpenRequests open;
    private final Producer<String, byte[]> producer;
    private final ReplyFollower follower;
    private final QueuedThreadPool threads = new QueuedThreadPool(THREADS);
    private final GatewayServer server;
    private final ScheduledExecutorService checks =
            Executors.newSingleThreadScheduledExecutor(work -> daemon(work, "penstock-gateway-checks"));
    private int check;

    private Gateway(GatewaySettings settings, Access access) {
        this.settings = settings;
        ApiKeys keys = settings.keys() == null ? ApiKeys.none() : ApiKeys.read(settings.keys());
        this.open = new OpenRequests(settings.maxInFlight());
        RequestLookup lookup = new RequestLookup(access.clients(), access.codec(), access.topics());
        Consumer<byte[], byte[]> consumer = access.clients().consumer(null, "latest");
        ReplySlot slot;
        try {
            slot = slot(consumer, access.topics(), keys, lookup);
            this.follower = new ReplyFollower(consumer, access.topics().replies(), slot, access.codec(), open);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
        this.producer = access.clients()
                .producer(Map.of(
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000));
        InstantSource clock = InstantSource.system();
        threads.setName("penstock-http");
        threads.setDaemon(true);
        Parts parts = new Parts(
                keys,
                new Models(access.catalog()),
                open,
                new RequestPublisher(producer, access.codec(), access.topics(), clock),
                lookup,
                new RequestIds(clock, new SecureRandom()),
                slot,
                settings.timeout(),
                clock,
                threads);
        this.server =
                new GatewayServer(settings, parts, new GatewayServer.Health(follower::isAlive, this::isReady), threads);
    }

    /**
     * What a gateway reaches its cluster by; all stay the caller's to close.
     *
     * @param codec writes what tenants write
     * @param catalog says which models there are
     */
    public record Access(Clients clients, EventCodec codec, Topics topics, CatalogReader catalog) {}

    /**
     * Starts a gateway; returns when it serves.
     *
     * @throws IllegalStateException in one sentence, if a topic is missing or the port is taken
     * @throws IllegalArgumentException in one sentence, if the key file is wrong
     */
    public static Gateway start(GatewaySettings settings, Access access) {
        access.catalog()
                .loaded()
                .orTimeout(CATALOG_LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
        Gateway gateway = new Gateway(settings, access);
        try {
            gateway.run();
            return gateway;
        } catch (RuntimeException e) {
            gateway.release();
            throw new IllegalStateException(
                    "the gateway cannot listen on " + settings.host() + ":" + settings.port()
                            + "; name another port with --gateway-port (up) or --port (gateway)",
                    e);
        }
    }

    private void run() {
        follower.start();
        server.start();
        var unused = checks.scheduleWithFixedDelay(this::check, CHECK_MS, CHECK_MS, TimeUnit.MILLISECONDS);
    }

    private static ReplySlot slot(
            Consumer<byte[], byte[]> consumer, Topics topics, ApiKeys keys, RequestLookup lookup) {
        for (String tenant : keys.tenants()) {
            for (String topic : lookup.topicsOf(tenant)) {
                require(consumer, topic, "'penstock tenant add " + tenant + "' makes the topics of a tenant");
            }
        }
        List<PartitionInfo> slots =
                require(consumer, topics.replies(), "a node of this version makes it when it starts: 'penstock up'");
        return new ReplySlot(
                new SecureRandom().nextInt(slots.size()), UUID.randomUUID().toString());
    }

    private static List<PartitionInfo> require(Consumer<byte[], byte[]> consumer, String topic, String remedy) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            throw new IllegalStateException("There is no topic " + topic + "; " + remedy + ".");
        }
        return partitions;
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    private void check() {
        try {
            long now = System.nanoTime();
            boolean comment = ++check % CHECKS_PER_COMMENT == 0;
            for (OpenRequests.Open one : open.all()) {
                one.check(now);
                SseAnswer stream = one.stream();
                if (comment && stream != null) {
                    threads.execute(stream::keepAlive);
                }
            }
        } catch (RuntimeException e) {
            // The next run may do better; without this there would be none.
            LOGGER.atError().addKeyValue("reason", e.toString()).log("Waiting calls could not be checked");
        }
    }

    private boolean isReady() {
        return !open.isStopping() && follower.isHealthy();
    }

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    /** Where it answers, e.g. {@code http://127.0.0.1:18080}. */
    public String url() {
        return "http://" + settings.host() + ":" + port();
    }

    /**
     * Takes no new calls, waits the drain time for the answers of those that wait, and tells the rest where theirs can be
     * fetched. A second call does nothing.
     */
    @Override
    public void close() {
        if (open.isStopping()) {
            return;
        }
        open.stop();
        awaitNoneOpen(settings.drain().toMillis());
        open.all().forEach(one -> one.end(OpenRequests.End.STOPPING));
        awaitNoneOpen(WRITE_LIMIT_MS);
        release();
    }

    private void awaitNoneOpen(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (open.size() > 0 && System.nanoTime() < end) {
            Pause.millis(20);
        }
    }

    private void release() {
        checks.shutdownNow();
        server.close();
        follower.close();
        producer.close(Duration.ofSeconds(2));
    }
}
