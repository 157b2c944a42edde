package io.penstock.app.node;

import io.penstock.connector.CatalogReader;
import io.penstock.connector.Dispatcher;
import io.penstock.connector.DispatcherSettings;
import io.penstock.embedded.BrokerSettings;
import io.penstock.embedded.EmbeddedBroker;
import io.penstock.embedded.EmbeddedRegistry;
import io.penstock.embedded.RegistrySettings;
import io.penstock.event.CatalogEntry;
import io.penstock.schema.ClusterShape;
import io.penstock.schema.ConfluentRegistry;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.CountingMetrics;
import io.penstock.topology.LearnerApp;
import io.penstock.topology.PenstockConfig;
import io.penstock.topology.RouterApp;
import io.penstock.topology.catalog.Catalog;
import io.penstock.topology.catalog.ModelEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Composes and runs a node: starts what its roles ask for in the order in which they need each other, stops it in reverse.
 * All methods may be called from any thread.
 */
public final class Node implements AutoCloseable {
    /** The tenant that exists from the start. */
    public static final String DEFAULT_TENANT = "default";

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private final Shutdown shutdown;
    private final NodeOptions options;
    private final Consumer<String> progress;
    private final Path data;
    private final String bootstrapServers;
    private final String registryUrl;
    private final PenstockConfig config;
    private final Topics topics;
    private final Clients clients;
    private final Admin admin;
    private final Cluster cluster;
    private final EventCodec codec;
    private final Producer<String, byte[]> producer;
    private final CountingMetrics metrics = new CountingMetrics();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private @Nullable CatalogReader catalog;
    private @Nullable RouterApp router;
    private @Nullable LearnerApp learner;

    private Node(NodeOptions options, Consumer<String> progress, Shutdown shutdown) {
        this.shutdown = shutdown;
        this.options = options;
        this.progress = progress;
        this.data = shutdown.folder(options.dataDirectory());
        this.bootstrapServers = options.roles().contains(Role.BROKER)
                ? startBroker()
                : Objects.requireNonNull(options.bootstrapServers(), "checked by the options");
        this.topics = new Topics(options.config().getOrDefault(PenstockConfig.PREFIX, Topics.DEFAULT_PREFIX));
        this.registryUrl = options.roles().contains(Role.REGISTRY)
                ? startRegistry()
                : Objects.requireNonNull(options.schemaRegistry(), "checked by the options");
        this.config = PenstockConfig.from(settings());
        this.clients = new Clients(bootstrapServers, config.kafka());
        this.admin = shutdown.add(clients.admin());
        this.cluster = new Cluster(
                admin,
                topics,
                new ClusterShape(config.integer(PenstockConfig.PARTITIONS), (short)
                        config.integer(PenstockConfig.REPLICATION_FACTOR)),
                config.flag(PenstockConfig.DETERMINISTIC));
        progress.accept("creating topics");
        cluster.ensureShared();
        this.codec = EventCodec.connect(new ConfluentRegistry(registryUrl, Map.of()), cluster.written());
        this.producer = shutdown.add(clients.producer());
    }

    /**
     * Starts a node; returns when every role runs.
     *
     * @param progress told one line for each step
     * @throws io.penstock.embedded.StartupException in one sentence, when a port or folder cannot be used
     */
    public static Node start(NodeOptions options, Consumer<String> progress) {
        Shutdown shutdown = Shutdown.atExit();
        try {
            Node node = new Node(options, progress, shutdown);
            node.startRoles();
            return node;
        } catch (RuntimeException e) {
            shutdown.run();
            throw e;
        }
    }

    private String startBroker() {
        progress.accept("starting the broker");
        Map<String, String> overrides = new HashMap<>();
        if (Boolean.parseBoolean(options.config().get(PenstockConfig.DETERMINISTIC))) {
            // Replays have a clock of their own, and theirs may be in the future.
            overrides.put("log.message.timestamp.after.max.ms", String.valueOf(Long.MAX_VALUE));
        }
        EmbeddedBroker broker = shutdown.add(EmbeddedBroker.start(new BrokerSettings(
                data.resolve("kafka"), options.brokerPort(), options.controllerPort(), false, overrides)));
        CompletableFuture<?> unused = broker.failure().thenAccept(failure::complete);
        return broker.bootstrapServers();
    }

    private String startRegistry() {
        progress.accept("starting the schema registry");
        return shutdown.add(EmbeddedRegistry.start(
                        new RegistrySettings(bootstrapServers, options.registryPort(), topics.schemas(), Map.of())))
                .url();
    }

    private Map<String, String> settings() {
        Map<String, String> all = new HashMap<>();
        all.put(PenstockConfig.BOOTSTRAP_SERVERS, bootstrapServers);
        all.put(PenstockConfig.SCHEMA_REGISTRY_URL, registryUrl);
        all.put(PenstockConfig.STATE_DIR, data.resolve("state").toString());
        all.putAll(options.config());
        all.computeIfAbsent(PenstockConfig.SERVER_KEY, key -> ServerKey.in(data));
        return all;
    }

    private void startRoles() {
        if (options.roles().contains(Role.CONTROLLER) || options.roles().contains(Role.ROUTER)) {
            addTenant(DEFAULT_TENANT);
        }
        progress.accept("starting " + Role.names(options.roles()));
        CatalogReader reader = shutdown.add(CatalogReader.start(bootstrapServers, config.kafka(), topics, codec));
        catalog = reader;
        // The rest starts and stops side by side: each waits for the broker most of the time.
        Dispatcher dispatcher = null;
        if (options.roles().contains(Role.DISPATCHER)) {
            dispatcher = shutdown.add(dispatcher());
            dispatcher.start();
        }
        if (options.roles().contains(Role.LEARNER)) {
            learner = shutdown.addBeside(LearnerApp.create(config, codec, metrics));
            learner.start();
        }
        if (options.roles().contains(Role.ROUTER)) {
            router = shutdown.addBeside(RouterApp.create(config, codec, metrics));
            router.start();
        }
        if (options.roles().contains(Role.CONTROLLER)) {
            shutdown.addBeside(controller(reader).start());
        }
        awaitRoles(dispatcher);
    }

    private void awaitRoles(@Nullable Dispatcher dispatcher) {
        if (dispatcher != null) {
            dispatcher
                    .ready()
                    .orTimeout(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
        if (router != null) {
            router.streams().awaitRunning(START_TIMEOUT);
        }
        if (learner != null) {
            learner.streams().awaitRunning(START_TIMEOUT);
        }
    }

    private Dispatcher dispatcher() {
        String id = config.text(PenstockConfig.INSTANCE_ID);
        Map<String, Object> kafka = new HashMap<>(config.kafka());
        kafka.put("metadata.max.age.ms", config.millis(PenstockConfig.METADATA_MAX_AGE));
        return new Dispatcher(
                DispatcherSettings.of(bootstrapServers, id.isEmpty() ? dispatcherId() : id)
                        .withGroupId(dispatchGroup())
                        .withDrainTimeout(Duration.ofSeconds(2))
                        .withEventTime(config.flag(PenstockConfig.DETERMINISTIC))
                        .withKafkaConfig(kafka),
                topics,
                codec,
                options.backends(),
                InstantSource.system());
    }

    /** Two that have the same one would contradict each other about their models. */
    private String dispatcherId() {
        return config.flag(PenstockConfig.DETERMINISTIC)
                ? "dispatcher"
                : "dispatcher-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private String dispatchGroup() {
        return topics.prefix() + "dispatcher";
    }

    private LifecycleController controller(CatalogReader reader) {
        return new LifecycleController(
                topics,
                cluster,
                new DispatchGroup(admin, topics, dispatchGroup()),
                reader,
                new CatalogWriter(producer, codec, topics),
                clients.consumer(topics.prefix() + "lifecycle", "latest"));
    }

    /** Completes when a fault made the broker of this process unusable; never completes in a normal life. */
    public CompletableFuture<Throwable> failure() {
        return failure.copy();
    }

    /** Creates the topics of a tenant, if they are not there. */
    public void addTenant(String tenant) {
        cluster.ensureTenant(tenant, codec);
    }

    /** Writes model cards, profiles and rules; the lifecycle controller does the rest. */
    public void applyCatalog(Collection<CatalogEntry> entries) {
        new CatalogWriter(producer, codec, topics).write(entries);
    }

    /**
     * Waits until the router of this process may choose the models.
     *
     * @throws IllegalStateException naming those that are not there in time, and why
     */
    public void awaitActive(Collection<String> slugs, Duration timeout) {
        RouterApp app = router();
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Catalog catalog = app.views().catalog().current();
            List<String> waiting =
                    slugs.stream().filter(slug -> !routable(catalog, slug)).toList();
            if (waiting.isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("models not routable after " + timeout + ": " + waiting);
            }
            Pause.millis(20);
        }
    }

    private static boolean routable(Catalog catalog, String slug) {
        ModelEntry entry = catalog.models().get(slug);
        return entry != null && entry.isRoutable();
    }

    /** The router of this process; only with the router role. */
    public RouterApp router() {
        return Objects.requireNonNull(router, "this node has no router");
    }

    /** The catalog as this node reads it; closed with the node. */
    public CatalogReader catalog() {
        return Objects.requireNonNull(catalog, "set when the roles start");
    }

    /** Closes something that uses this node before anything of the node, also when the process is told to end. */
    public void closeFirst(AutoCloseable user) {
        shutdown.add(user);
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    public String registryUrl() {
        return registryUrl;
    }

    public Topics topics() {
        return topics;
    }

    public EventCodec codec() {
        return codec;
    }

    public Admin admin() {
        return admin;
    }

    public Clients clients() {
        return clients;
    }

    public PenstockConfig config() {
        return config;
    }

    /** What the stages of this process have counted. */
    public CountingMetrics metrics() {
        return metrics;
    }

    /** A producer shared by this node's callers; closed with the node. */
    public Producer<String, byte[]> producer() {
        return producer;
    }

    /** Stops everything in reverse order; a temporary data folder is deleted. A second call does nothing. */
    @Override
    public void close() {
        shutdown.run();
    }
}
