package io.penstock.app.node;

import io.penstock.connector.CatalogReader;
import io.penstock.event.CatalogEntry;
import io.penstock.event.ModelCard;
import io.penstock.event.ModelPhase;
import io.penstock.event.ModelStatus;
import io.penstock.schema.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the dispatch topics of every model card and alone writes {@code model-status}: a model is active when its
 * topics are there and a dispatcher reads them, draining when its card is gone or switched off, retired when nothing is
 * left to read. Any number may run; the one that the group protocol gives the catalog's partition leads.
 */
final class LifecycleController implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(LifecycleController.class);
    private static final Duration INTERVAL = Duration.ofMillis(300);

    private final Topics topics;
    private final Cluster cluster;
    private final DispatchGroup dispatchers;
    private final CatalogReader catalog;
    private final CatalogWriter writer;
    private final Consumer<byte[], byte[]> leadership;
    private final Thread thread;
    private volatile boolean closed;

    LifecycleController(
            Topics topics,
            Cluster cluster,
            DispatchGroup dispatchers,
            CatalogReader catalog,
            CatalogWriter writer,
            Consumer<byte[], byte[]> leadership) {
        this.topics = topics;
        this.cluster = cluster;
        this.dispatchers = dispatchers;
        this.catalog = catalog;
        this.writer = writer;
        this.leadership = leadership;
        this.thread = new Thread(this::run, "penstock-lifecycle");
        thread.setDaemon(true);
    }

    LifecycleController start() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            catalog.loaded().join();
            leadership.subscribe(List.of(topics.catalog()));
            while (!closed) {
                // What it reads does not matter: holding the partition is what makes it the leader.
                leadership.poll(INTERVAL);
                if (!leadership.assignment().isEmpty()) {
                    leadOnce();
                }
            }
        } catch (WakeupException e) {
            LOGGER.atDebug().log("Lifecycle controller stops");
        } finally {
            leadership.close();
        }
    }

    private void leadOnce() {
        try {
            List<CatalogEntry> changed = new ArrayList<>();
            Map<String, CatalogEntry> entries = catalog.entries();
            Set<String> existing = cluster.names();
            Set<String> served = dispatchers.assignedTopics();
            for (CatalogEntry entry : entries.values()) {
                if (entry.getBody() instanceof ModelCard card && card.getEnabled()) {
                    bringUp(card.getSlug(), existing, served, changed);
                } else if (entry.getBody() instanceof ModelStatus status) {
                    takeDown(status, changed);
                }
            }
            if (!changed.isEmpty()) {
                writer.write(changed);
            }
        } catch (RuntimeException e) {
            if (!closed) {
                LOGGER.atWarn()
                        .addKeyValue("reason", e.toString())
                        .log("Model lifecycle could not be advanced; trying again");
            }
        }
    }

    private void bringUp(String slug, Set<String> existing, Set<String> served, List<CatalogEntry> changed) {
        ModelStatus status = status(slug);
        if (status != null && status.getPhase() == ModelPhase.ACTIVE) {
            return;
        }
        List<String> needed = List.of(
                topics.models(io.penstock.event.Lane.ONLINE, slug), topics.models(io.penstock.event.Lane.BATCH, slug));
        String missing = "";
        if (!existing.containsAll(needed)) {
            missing = create(slug);
        }
        if (missing.isEmpty() && !served.containsAll(needed)) {
            missing = "no dispatcher reads its topics yet";
        }
        ModelPhase phase = missing.isEmpty() ? ModelPhase.ACTIVE : ModelPhase.CREATING;
        if (status == null || status.getPhase() != phase || !status.getDetail().equals(missing)) {
            changed.add(entry(slug, phase, missing));
        }
    }

    private String create(String slug) {
        try {
            cluster.ensureModel(slug);
            return "";
        } catch (IllegalStateException e) {
            // Where we may not create topics, somebody else will: we look again.
            return e.getMessage() == null ? e.toString() : e.getMessage();
        }
    }

    private void takeDown(ModelStatus status, List<CatalogEntry> changed) {
        ModelCard card = catalog.model(status.getSlug());
        if (card != null && card.getEnabled()) {
            return;
        }
        if (status.getPhase() == ModelPhase.ACTIVE || status.getPhase() == ModelPhase.CREATING) {
            changed.add(entry(status.getSlug(), ModelPhase.DRAINING, "its card is gone or switched off"));
        } else if (status.getPhase() == ModelPhase.DRAINING && dispatchers.isDrained(status.getSlug())) {
            changed.add(entry(status.getSlug(), ModelPhase.RETIRED, ""));
        }
    }

    private static CatalogEntry entry(String slug, ModelPhase phase, String detail) {
        LOGGER.atInfo()
                .addKeyValue("model", slug)
                .addKeyValue("phase", phase)
                .addKeyValue("detail", detail)
                .log("Model phase changes");
        return CatalogWriter.of(ModelStatus.newBuilder()
                .setSlug(slug)
                .setPhase(phase)
                .setDetail(detail)
                .setSince(Instant.now())
                .build());
    }

    private @org.jspecify.annotations.Nullable ModelStatus status(String slug) {
        CatalogEntry entry = catalog.entry("model-status", slug);
        return entry != null && entry.getBody() instanceof ModelStatus status ? status : null;
    }

    @Override
    public void close() {
        closed = true;
        leadership.wakeup();
        try {
            thread.join(3_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
