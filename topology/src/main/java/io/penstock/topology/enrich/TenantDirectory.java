package io.penstock.topology.enrich;

import io.penstock.event.Lane;
import io.penstock.schema.Topics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from the cluster which tenants have all their topics. A tenant that is ready stays so; one that is not is looked
 * up again by its next record. Look-ups happen on a thread of its own and are repeated while the cluster does not answer.
 */
public final class TenantDirectory implements TenantReadiness, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(TenantDirectory.class);
    private static final long RETRY_MILLIS = 500;
    private static final long TIMEOUT_SECONDS = 10;
    private static final CompletableFuture<Boolean> READY = CompletableFuture.completedFuture(true);

    private final Admin admin;
    private final Topics topics;
    private final Set<String> ready = ConcurrentHashMap.newKeySet();
    private final ConcurrentMap<String, CompletableFuture<Boolean>> asked = new ConcurrentHashMap<>();
    private final ExecutorService thread;

    private TenantDirectory(Admin admin, Topics topics) {
        this.admin = admin;
        this.topics = topics;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread worker = new Thread(task, "penstock-tenants");
            worker.setDaemon(true);
            return worker;
        });
    }

    /** Asks the cluster that the configuration of an admin client names. */
    public static TenantDirectory of(Map<String, Object> adminConfig, Topics topics) {
        return new TenantDirectory(Admin.create(adminConfig), topics);
    }

    @Override
    public CompletableFuture<Boolean> ready(String tenant) {
        if (ready.contains(tenant)) {
            return READY;
        }
        return asked.computeIfAbsent(tenant, missing -> {
            CompletableFuture<Boolean> answer = new CompletableFuture<>();
            thread.execute(() -> ask(missing, answer));
            return answer;
        });
    }

    private void ask(String tenant, CompletableFuture<Boolean> answer) {
        try {
            Set<String> existing = admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            boolean complete = existing.containsAll(needed(tenant));
            if (complete) {
                ready.add(tenant);
            }
            asked.remove(tenant);
            answer.complete(complete);
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.atWarn()
                    .addKeyValue("tenant", tenant)
                    .addKeyValue("reason", e.toString())
                    .log("Topics could not be listed; requests of this tenant wait");
            CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, thread)
                    .execute(() -> ask(tenant, answer));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> needed(String tenant) {
        return List.of(
                topics.requests(Lane.ONLINE, tenant),
                topics.requests(Lane.BATCH, tenant),
                topics.responses(tenant),
                topics.feedback(tenant),
                topics.commands(tenant));
    }

    @Override
    public void close() {
        thread.shutdownNow();
        admin.close(java.time.Duration.ofSeconds(1));
    }
}
