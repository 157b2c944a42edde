package io.penstock.app.crash;

import static org.awaitility.Awaitility.await;

import io.penstock.app.audit.Audit;
import io.penstock.app.audit.AuditOptions;
import io.penstock.app.audit.AuditOutput;
import io.penstock.app.audit.AuditReport;
import io.penstock.app.models.SampleModels;
import io.penstock.app.node.Node;
import io.penstock.app.node.NodeOptions;
import io.penstock.app.replay.SampleData;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.event.Budget;
import io.penstock.event.CatalogEntry;
import io.penstock.event.ModelCard;
import io.penstock.event.RoutingProfile;
import io.penstock.topology.PenstockConfig;
import io.penstock.topology.policy.WarmStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Penstock as processes: a broker with its registry that lives through the test, and others that may die. Topics, two
 * tenants and the models of the bundled sample are there once it is built. Logs lie in {@code target/crash/NAME}.
 */
final class CrashCluster implements AutoCloseable {
    static final List<String> TENANTS = List.of("acme", "globex");

    /**
     * How requests are served.
     *
     * @param maxInFlight calls a model may have at once
     * @param callTimeoutMs of every model
     * @param startWithinMs from the decision to the start of the call
     * @param callMillis how long a call takes at least
     * @param callMoreMillis and how much longer at most
     */
    record Service(int maxInFlight, long callTimeoutMs, long startWithinMs, int callMillis, int callMoreMillis) {}

    private final Path run;
    private final Service service;
    private final Map<String, String> settings = new HashMap<>();
    private final Map<String, Child> children = new LinkedHashMap<>();
    private final RecordedOutcomes sample = SampleData.load();
    private final Thread lastResort = new Thread(this::killAll);
    private final Node client;

    /** @param more settings of the routers, the learner and the dispatcher */
    CrashCluster(String name, Service service, Map<String, String> more) throws IOException {
        this.run = Path.of("target", "crash", name).toAbsolutePath();
        this.service = service;
        delete(run);
        Files.createDirectories(run);
        Runtime.getRuntime().addShutdownHook(lastResort);
        String prefix = name.toLowerCase(java.util.Locale.ROOT) + '.';
        settings.put(PenstockConfig.PREFIX, prefix);
        Child broker = new Child("broker", run, Map.of(PenstockConfig.PREFIX, prefix));
        children.put(broker.name(), broker);
        broker.start().awaitReady();
        List<String> address = Files.readAllLines(broker.folder().resolve("address"));
        settings.put(CrashNode.MODELS, Integer.toString(sample.arms().size()));
        settings.put(CrashNode.CALL_MILLIS, Integer.toString(service.callMillis()));
        settings.put(CrashNode.CALL_MORE_MILLIS, Integer.toString(service.callMoreMillis()));
        settings.put(PenstockConfig.SERVER_KEY, "00112233445566778899aabbccddeeff");
        settings.put(PenstockConfig.TRANSACTION_TIMEOUT, "10000");
        // Feedback is an orphan only after this, so it must outlast the longest time that a partition has no router: on
        // a
        // busy machine a restarted one needs half a minute.
        settings.put(PenstockConfig.PARKING, "100000");
        settings.putAll(more);
        this.client = Node.start(
                new NodeOptions(
                        Set.of(),
                        run.resolve("data").resolve("client"),
                        0,
                        0,
                        0,
                        address.get(0),
                        address.get(1),
                        Map.of(PenstockConfig.PREFIX, prefix),
                        Map.of()),
                step -> {});
        settings.put(PenstockConfig.BOOTSTRAP_SERVERS, address.get(0));
        settings.put(PenstockConfig.SCHEMA_REGISTRY_URL, address.get(1));
        TENANTS.forEach(client::addTenant);
        client.applyCatalog(catalog());
    }

    private List<CatalogEntry> catalog() {
        List<CatalogEntry> entries = new ArrayList<>();
        for (CatalogEntry entry : SampleModels.entries(sample)) {
            if (entry.getBody() instanceof ModelCard card) {
                card.setMaxInFlight(service.maxInFlight());
                card.setCallTimeoutMs(service.callTimeoutMs());
            } else if (entry.getBody() instanceof RoutingProfile profile) {
                profile.setStartWithinMs(service.startWithinMs());
            }
            entries.add(entry);
        }
        return entries;
    }

    /** Gives a tenant a budget of more than the load can cost, so that money is counted and nobody has to wait for long. */
    void setBudget() {
        client.applyCatalog(List.of(CatalogEntry.newBuilder()
                .setKind("budget")
                .setId(TENANTS.get(0))
                .setBody(budget())
                .build()));
    }

    private static Budget budget() {
        return Budget.newBuilder()
                .setOwner(TENANTS.get(0))
                .setPeriod("P1D")
                .setCapNanos(1_000_000_000_000L)
                .setAtCap("hold")
                .setSessionCapNanos(100_000_000_000L)
                .build();
    }

    /** Starts processes and waits until all of them work. */
    void start(String... names) {
        for (String name : names) {
            children.computeIfAbsent(name, n -> new Child(n, run, settings)).start();
        }
        for (String name : names) {
            child(name).awaitReady();
        }
    }

    Child child(String name) {
        return children.get(name);
    }

    Node client() {
        return client;
    }

    RecordedOutcomes sample() {
        return sample;
    }

    Service service() {
        return service;
    }

    String setting(String key) {
        return settings.get(key);
    }

    /** Stops all but the broker, cleanly; tells which did not stop by themselves. */
    List<String> stopAll() {
        return children.values().stream()
                .filter(child -> !child.name().equals("broker"))
                .parallel()
                .filter(child -> !child.stop())
                .map(Child::name)
                .toList();
    }

    AuditReport audit() {
        return audit(null);
    }

    /** @param warm the warm model that the routers use; null = none */
    AuditReport audit(@Nullable WarmStart warm) {
        AuditReport report = Audit.run(
                new AuditOptions(
                        client.bootstrapServers(),
                        client.registryUrl(),
                        setting(PenstockConfig.PREFIX),
                        Map.of(),
                        new AuditOptions.Scope(true, warm)),
                step -> {});
        System.out.println(AuditOutput.text(report));
        return report;
    }

    /** What a reader of a failure needs: the ends of all logs. */
    void explain() {
        children.values().forEach(child -> System.out.println("==== " + child.name() + "\n" + child.tail()));
    }

    private void killAll() {
        children.values().stream().filter(Child::alive).forEach(Child::kill);
    }

    @Override
    public void close() throws IOException {
        try {
            client.close();
        } finally {
            killAll();
            Runtime.getRuntime().removeShutdownHook(lastResort);
            delete(run.resolve("data"));
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }

    /** Waits for a condition that outlives restarts: minutes, not seconds, on a busy machine. */
    static void awaitLong(String what, java.util.concurrent.Callable<Boolean> condition) {
        await(what)
                .pollInterval(Duration.ofMillis(250))
                .atMost(Duration.ofSeconds(150))
                .until(condition);
    }
}
