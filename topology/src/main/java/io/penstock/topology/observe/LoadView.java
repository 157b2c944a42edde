package io.penstock.topology.observe;

import io.penstock.event.ModelState;
import io.penstock.schema.Keys;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The newest model-state of every model, summed over shards. Written by one thread, read by any number. */
public final class LoadView {
    private static final double LARGEST_FACTOR = 10;

    /** Whatever a record says. */
    private static final long LONGEST_VALID_MS = 60_000;

    private final Map<String, Map<Integer, ModelState>> shards = new HashMap<>();
    private final Map<String, ModelLoad> loads = new ConcurrentHashMap<>();
    private final Map<String, Said> healths = new ConcurrentHashMap<>();

    private record Said(ModelHealth health, long until) {}

    /** @param model slug */
    public ModelLoad load(String model) {
        return loads.getOrDefault(model, ModelLoad.NONE);
    }

    /**
     * Whether the model can be called. What was said of it holds for its time only, so that routers do not avoid a model for
     * ever when the learner is gone.
     *
     * @param now epoch milliseconds
     */
    public ModelHealth health(String model, long now) {
        Said said = healths.get(model);
        return said == null || said.until() < now ? ModelHealth.UNKNOWN : said.health();
    }

    /**
     * By how much failures lengthen the time to an answer: the expected number of calls until one succeeds, 1 / (1 − recent
     * failure rate), from 1 for a healthy model to {@value #LARGEST_FACTOR}.
     */
    public double latencyFactor(String model) {
        return Math.min(
                LARGEST_FACTOR, 1 / Math.max(1 / LARGEST_FACTOR, 1 - load(model).failureRate()));
    }

    /**
     * Takes a record of the model-state topic. One thread at a time.
     *
     * @param now epoch milliseconds
     * @throws IllegalArgumentException if it must not be used; the last good one of its key stays
     */
    void apply(@Nullable String key, ModelState state, long now) {
        check(key, state);
        Map<Integer, ModelState> ofModel = shards.computeIfAbsent(state.getModel(), missing -> new HashMap<>());
        ofModel.put(state.getShard(), state);
        loads.put(state.getModel(), sum(ofModel.values()));
        if (state.getShard() == 0) {
            ModelHealth health =
                    new ModelHealth(state.getAvailability(), state.getDispatchers(), state.getDispatchersOpen());
            healths.put(state.getModel(), new Said(health, now + Math.min(LONGEST_VALID_MS, state.getValidForMs())));
        }
    }

    private static void check(@Nullable String key, ModelState state) {
        require(Keys.isSlug(state.getModel()), "model must be a slug [a-z0-9-]{1,80}, but is not");
        require(state.getShard() >= 0, "shard must not be negative, but is " + state.getShard());
        String expected = state.getModel() + '/' + state.getShard();
        require(expected.equals(key), "the key must be " + expected + ", but is another");
        require(state.getCompleted() >= 0, "completed must not be negative, but is " + state.getCompleted());
        require(state.getFailed() >= 0, "failed must not be negative, but is " + state.getFailed());
        require(state.getValidForMs() >= 0, "valid_for_ms must not be negative, but is " + state.getValidForMs());
        double latency = state.getLatencyMs();
        require(latency >= 0 && latency <= 1e9, "latency_ms must be from 0 to 1e9, but is " + latency);
        double failures = state.getFailureRate();
        require(failures >= 0 && failures <= 1, "failure_rate must be from 0 to 1, but is " + failures);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Rates of the shards weigh by how many calls each has seen. */
    private static ModelLoad sum(Collection<ModelState> states) {
        long inFlight = 0;
        long completed = 0;
        long failed = 0;
        long spent = 0;
        double latency = 0;
        double failures = 0;
        for (ModelState state : states) {
            inFlight += Math.max(0, state.getInFlight());
            completed += state.getCompleted();
            failed += state.getFailed();
            spent += state.getSpentNanos();
            latency += state.getLatencyMs() * state.getCompleted();
            failures += state.getFailureRate() * (state.getCompleted() + state.getFailed());
        }
        long calls = completed + failed;
        return new ModelLoad(
                inFlight,
                completed,
                failed,
                completed > 0 ? latency / completed : 0,
                calls > 0 ? failures / calls : 0,
                spent);
    }
}
