package io.penstock.app.crash;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.penstock.app.node.Clients;
import io.penstock.app.node.Cluster;
import io.penstock.app.node.Node;
import io.penstock.app.node.NodeOptions;
import io.penstock.app.node.Role;
import io.penstock.app.replay.SampleData;
import io.penstock.connector.recorded.RecordedBackend;
import io.penstock.schema.ClusterShape;
import io.penstock.schema.ConfluentRegistry;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.CountingMetrics;
import io.penstock.topology.LearnerApp;
import io.penstock.topology.PenstockConfig;
import io.penstock.topology.RouterApp;
import io.penstock.topology.catalog.ModelEntry;
import io.penstock.topology.progress.TrackingClientSupplier;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.slf4j.LoggerFactory;

/**
 * One role of Penstock as a process of its own: {@code CrashNode ROLE FOLDER}. The folder has {@code node.properties} with
 * {@code penstock.*} settings and the test's own {@code test.*}; the process keeps its state there and writes
 * {@code ready} when it works, {@code metrics-PID} twice a second, and {@code faults.log} when a {@link Faults} marker
 * killed it. SIGTERM stops it cleanly.
 */
final class CrashNode {
    static final String MODELS = "test.models";
    static final String HAND_ON = "test.hand.on";
    static final String CALL_MILLIS = "test.call.millis";
    static final String CALL_MORE_MILLIS = "test.call.more.millis";

    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private final Path folder;
    private final Map<String, String> settings = new HashMap<>();
    private final Map<String, String> test = new HashMap<>();
    private final CountingMetrics metrics = new CountingMetrics();

    private CrashNode(Path folder) throws IOException {
        this.folder = folder;
        Properties all = new Properties();
        try (Reader reader = Files.newBufferedReader(folder.resolve("node.properties"))) {
            all.load(reader);
        }
        for (String key : all.stringPropertyNames()) {
            (key.startsWith("test.") ? test : settings).put(key, all.getProperty(key));
        }
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        ((Logger) LoggerFactory.getLogger("io.penstock")).setLevel(Level.INFO);
        Path folder = Path.of(args[1]);
        CrashNode node = new CrashNode(folder);
        List<AutoCloseable> open = node.start(args[0]);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(open, stopped)));
        Files.createFile(folder.resolve("ready"));
        stopped.await();
    }

    private static void close(List<AutoCloseable> open, CountDownLatch stopped) {
        for (AutoCloseable one : open) {
            try {
                one.close();
            } catch (Exception e) {
                e.printStackTrace();
            }
        }
        stopped.countDown();
    }

    private List<AutoCloseable> start(String role) {
        return switch (role) {
            case "broker" -> broker();
            case "router" -> router();
            case "learner" -> learner();
            case "dispatcher" -> dispatcher();
            case "holder" ->
                List.of(HeldRecords.start(
                        settings.get(PenstockConfig.BOOTSTRAP_SERVERS),
                        settings.get(PenstockConfig.PREFIX),
                        folder.resolve("state"),
                        test.get(HAND_ON)));
            default -> throw new IllegalArgumentException("no role " + role);
        };
    }

    private List<AutoCloseable> broker() {
        Node node = Node.start(
                new NodeOptions(
                        EnumSet.of(Role.BROKER, Role.REGISTRY), folder, 0, 0, 0, null, null, settings, Map.of()),
                CrashNode::say);
        write("address", node.bootstrapServers() + '\n' + node.registryUrl());
        return List.of(node);
    }

    private List<AutoCloseable> dispatcher() {
        LoggedBackend backend = new LoggedBackend(
                new RecordedBackend(SampleData.load()),
                folder.resolve("calls-" + settings.get(PenstockConfig.INSTANCE_ID)),
                Integer.parseInt(test.get(CALL_MILLIS)),
                Integer.parseInt(test.get(CALL_MORE_MILLIS)));
        Map<String, String> own = new HashMap<>(settings);
        String servers = own.remove(PenstockConfig.BOOTSTRAP_SERVERS);
        String registry = own.remove(PenstockConfig.SCHEMA_REGISTRY_URL);
        Node node = Node.start(
                new NodeOptions(
                        EnumSet.of(Role.DISPATCHER, Role.CONTROLLER),
                        folder,
                        0,
                        0,
                        0,
                        servers,
                        registry,
                        own,
                        Map.of(RecordedBackend.NAME, backend)),
                CrashNode::say);
        return List.of(node, backend);
    }

    private List<AutoCloseable> router() {
        PenstockConfig config = config();
        RouterApp router = RouterApp.create(
                config,
                codec(config),
                metrics,
                progress -> new FaultyClients(new TrackingClientSupplier(progress), new Faults(folder)));
        router.start();
        router.streams().awaitRunning(START_LIMIT);
        int models = Integer.parseInt(test.get(MODELS));
        // A router that does not know the models yet refuses what it could serve a moment later.
        while (router.views().catalog().current().models().values().stream()
                        .filter(ModelEntry::isRoutable)
                        .count()
                < models) {
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
        return List.of(reporter(), router);
    }

    private List<AutoCloseable> learner() {
        PenstockConfig config = config();
        LearnerApp learner = LearnerApp.create(
                config,
                codec(config),
                metrics,
                new FaultyClients(new DefaultKafkaClientSupplier(), new Faults(folder)));
        learner.start();
        learner.streams().awaitRunning(START_LIMIT);
        return List.of(reporter(), learner);
    }

    private PenstockConfig config() {
        settings.put(PenstockConfig.STATE_DIR, folder.resolve("state").toString());
        return PenstockConfig.from(settings);
    }

    private static EventCodec codec(PenstockConfig config) {
        try (Admin admin = new Clients(config.text(PenstockConfig.BOOTSTRAP_SERVERS), config.kafka()).admin()) {
            Cluster cluster = new Cluster(
                    admin,
                    new Topics(config.text(PenstockConfig.PREFIX)),
                    new ClusterShape(config.integer(PenstockConfig.PARTITIONS), (short) 1),
                    false);
            return EventCodec.connect(
                    new ConfluentRegistry(config.text(PenstockConfig.SCHEMA_REGISTRY_URL), Map.of()),
                    cluster.written());
        }
    }

    private AutoCloseable reporter() {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        String name = "metrics-" + ProcessHandle.current().pid();
        Runnable report = () -> write(name, text(metrics.values()));
        timer.scheduleAtFixedRate(report, 500, 500, TimeUnit.MILLISECONDS);
        return () -> {
            timer.shutdown();
            report.run();
        };
    }

    private static String text(Map<String, Long> values) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(values)
                .forEach((name, value) ->
                        text.append(name).append('=').append(value).append('\n'));
        return text.toString();
    }

    private void write(String name, String text) {
        try {
            Path half = Files.writeString(folder.resolve(name + ".half"), text);
            Files.move(half, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void say(String step) {
        System.out.println(step);
    }
}
