package io.penstock.app.batch;

import io.penstock.event.InferenceRequest;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known of a batch from the tenant's requests and responses alone, whoever submitted it and from where. */
public final class BatchState {
    /** Attribute of a request: the caller's name for it. */
    public static final String CUSTOM_ID = "penstock.batch-custom-id";

    private final String id;
    private final Map<String, String> open = new LinkedHashMap<>();
    private final Map<String, Doubt> inDoubt = new LinkedHashMap<>();
    private final Map<String, Integer> models = new TreeMap<>();
    private final Map<ResponseKind, Integer> ended = new java.util.EnumMap<>(ResponseKind.class);
    private final java.util.Set<String> endedIds = new java.util.HashSet<>();
    private long costNanos;
    private @Nullable Instant last;

    /**
     * A request that may have cost more than is settled.
     *
     * @param nanos at most
     */
    public record Doubt(String customId, long nanos) {}

    public BatchState(String id) {
        this.id = id;
    }

    /** Reads what has come since the last call. */
    public void update(BatchTopics topics) {
        topics.requests(this::sent);
        topics.responses(this::ended);
    }

    /** A request of the lane, of any batch; again changes nothing. */
    void sent(InferenceRequest request) {
        if (id.equals(request.getBatchId()) && !endedIds.contains(request.getRequestId())) {
            open.putIfAbsent(request.getRequestId(), customId(request.getAttributes(), request.getRequestId()));
        }
    }

    /** A terminal event of the tenant, of any batch. */
    void ended(Response response) {
        if (!id.equals(response.getBatchId()) || !endedIds.add(response.getRequestId())) {
            return;
        }
        open.remove(response.getRequestId());
        ended.merge(response.getKind(), 1, Integer::sum);
        costNanos += response.getSettledCostNanos();
        if (response.getInDoubtCostNanos() > 0) {
            inDoubt.put(
                    response.getRequestId(),
                    new Doubt(
                            customId(response.getAttributes(), response.getRequestId()),
                            response.getInDoubtCostNanos()));
        }
        if (response.getKind() == ResponseKind.ANSWERED && response.getModel() != null) {
            models.merge(response.getModel(), 1, Integer::sum);
        }
        if (last == null || response.getFinishedAt().isAfter(last)) {
            last = response.getFinishedAt();
        }
    }

    private static String customId(Map<String, String> attributes, String requestId) {
        return attributes.getOrDefault(CUSTOM_ID, requestId);
    }

    public String id() {
        return id;
    }

    /** Whether the request was sent, now or earlier. */
    boolean knows(String requestId) {
        return open.containsKey(requestId) || endedIds.contains(requestId);
    }

    /** Custom ids of requests without a terminal event, by request id. */
    public Map<String, String> open() {
        return open;
    }

    public int sent() {
        return open.size() + endedIds.size();
    }

    public int ended() {
        return endedIds.size();
    }

    public int answered() {
        return ended.getOrDefault(ResponseKind.ANSWERED, 0);
    }

    /** Requests by how they ended. */
    public Map<ResponseKind, Integer> kinds() {
        return ended;
    }

    /** What is settled, nano-dollars. */
    public long costNanos() {
        return costNanos;
    }

    /** By request id, those that may have cost more. */
    public Map<String, Doubt> inDoubt() {
        return inDoubt;
    }

    /** Answers by model. */
    public Map<String, Integer> models() {
        return models;
    }

    /** When the latest one ended; null if none has. */
    public @Nullable Instant last() {
        return last;
    }
}
