package io.penstock.topology.policy;

import io.penstock.learner.LearnerSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The learned state as this router sees it: one immutable snapshot per (scope, extractor), replaced as a whole when a
 * record arrives. Written by one thread (the global one), read by any number. All of it stays in memory:
 * {@link io.penstock.learner.ModelStatistics#sizeInBytes} (36 KB at 64 features) for each scope, model and shard.
 */
public final class PolicyViews {
    private final LearnerSettings settings;
    private final Map<String, Integer> dimensions;
    private final @Nullable WarmStart warm;
    private final Map<ViewKey, View> views = new ConcurrentHashMap<>();
    private final Map<SumKey, Sum> sums = new ConcurrentHashMap<>();
    private final Map<String, Integer> records = new ConcurrentHashMap<>();
    private final Map<ShardKey, Long> covered = new ConcurrentHashMap<>();

    /** Views that learn the dimension of an extractor from the first record of each scope. */
    public PolicyViews(LearnerSettings settings) {
        this(settings, Map.of());
    }

    /**
     * @param dimensions by extractor hash: records of a listed extractor must have this dimension; those of others are
     *     kept apart, for whoever asks for that extractor
     */
    public PolicyViews(LearnerSettings settings, Map<String, Integer> dimensions) {
        this(settings, dimensions, null);
    }

    /**
     * @param dimensions as above, residuals not counted
     * @param warm what was trained before the first request; null = nothing
     */
    public PolicyViews(LearnerSettings settings, Map<String, Integer> dimensions, @Nullable WarmStart warm) {
        Map<String, Integer> known = new HashMap<>(dimensions);
        known.put(WarmStart.RESIDUALS, WarmStart.DIMENSION);
        this.settings = settings;
        this.dimensions = Map.copyOf(known);
        this.warm = warm;
    }

    public @Nullable WarmStart warm() {
        return warm;
    }

    /**
     * The newest policy of a scope for a listed extractor, or one that has learned something.
     *
     * @throws IllegalArgumentException if the extractor's dimension is not known
     */
    public ScopePolicy current(String scope, String extractor, PriorSource priors) {
        View view = view(scope, extractor);
        int dimension = dimensions.getOrDefault(extractor, view.snapshot.dimension());
        if (dimension == 0) {
            throw new IllegalArgumentException("nothing is learned with extractor " + extractor + " in scope " + scope
                    + ", so its dimension must be given");
        }
        return current(List.of(scope), extractor, dimension, priors);
    }

    /**
     * The newest policy of a scope; empty, resting on priors alone, before anything is learned. The same object as long as
     * neither the learned state nor the priors change, so its estimates are fitted once.
     *
     * @param dimension of the extractor's features
     */
    public ScopePolicy current(String scope, String extractor, int dimension, PriorSource priors) {
        return current(List.of(scope), extractor, dimension, priors);
    }

    /** The sum of the newest policies of several scopes; the same object as long as none of them changes. */
    public ScopePolicy current(List<String> scopes, String extractor, int dimension, PriorSource priors) {
        SumKey key = new SumKey(scopes, extractor);
        Sum known = sums.get(key);
        // A scope without a record is remembered too, or its priors would be fitted again for every request.
        Sum sum = known != null ? known : sums.computeIfAbsent(key, this::sum);
        return sum.policy(dimension, priors, settings);
    }

    private Sum sum(SumKey key) {
        return new Sum(
                key.scopes(),
                key.scopes().stream().map(scope -> view(scope, key.extractor())).toList());
    }

    /** How many keys and shards have a record in a scope, its residuals included. */
    public int records(String scope) {
        return records.getOrDefault(scope, 0);
    }

    private View view(String scope, String extractor) {
        ViewKey key = new ViewKey(scope, extractor);
        View known = views.get(key);
        return known != null ? known : views.computeIfAbsent(key, missing -> new View());
    }

    /**
     * Makes a validated record part of its scope's view. One thread at a time.
     *
     * @param partition of the policies topic
     * @param offset likewise
     * @throws PolicyRejectedException if it does not fit what is there; the view stays as it is
     */
    public void apply(ShardStatistics statistics, int partition, long offset) {
        LearnedKey key = statistics.key();
        View view = view(key.scope(), key.extractor());
        requireDimension(view.snapshot, statistics);
        ShardStatistics last = view.snapshot.shard(key.model(), statistics.shard());
        if (last != null && statistics.version() <= last.version()) {
            throw new PolicyRejectedException(
                    PolicyRejection.OLD_VERSION,
                    "version must be above " + last.version() + ", but is " + statistics.version());
        }
        view.snapshot = view.snapshot.with(statistics, partition, offset);
        if (last == null) {
            records.merge(WarmStart.base(key.scope()), 1, Integer::sum);
        }
        covered.merge(new ShardKey(key.scope(), statistics.shard()), statistics.version(), Math::max);
    }

    private void requireDimension(ScopeSnapshot snapshot, ShardStatistics statistics) {
        int known = dimensions.getOrDefault(statistics.key().extractor(), snapshot.dimension());
        int actual = statistics.statistics().dimension();
        if (known != 0 && known != actual) {
            throw new PolicyRejectedException(
                    PolicyRejection.WRONG_DIMENSION,
                    "dimension must be " + known + " as for the extractor, but is " + actual);
        }
    }

    /**
     * How far a shard's outcomes are in the scope's current policy: every outcome of this scope and shard with a smaller
     * offset is in it, since a learner publishes all it has, oldest first. 0 = nothing yet.
     */
    public long coveredOffset(String scope, int shard) {
        return covered.getOrDefault(new ShardKey(scope, shard), 0L);
    }

    /** By shard, how far the furthest scope is; exact where all outcomes are of one scope. */
    public Map<Integer, Long> covered() {
        SortedMap<Integer, Long> result = new TreeMap<>();
        covered.forEach((key, version) -> result.merge(key.shard(), version, Math::max));
        return result;
    }

    private record ViewKey(String scope, String extractor) {}

    private record ShardKey(String scope, int shard) {}

    private record SumKey(List<String> scopes, String extractor) {
        SumKey {
            scopes = List.copyOf(scopes);
        }
    }

    private static final class View {
        private volatile ScopeSnapshot snapshot = ScopeSnapshot.EMPTY;
    }

    private static final class Sum {
        private final List<String> scopes;
        private final List<View> parts;
        private volatile @Nullable ScopePolicy memo;

        private Sum(List<String> scopes, List<View> parts) {
            this.scopes = scopes;
            this.parts = parts;
        }

        ScopePolicy policy(int dimension, PriorSource priors, LearnerSettings settings) {
            List<ScopeSnapshot> newest = newest();
            ScopePolicy known = memo;
            if (known != null && known.isOf(newest, dimension, priors.version())) {
                return known;
            }
            return renew(dimension, priors, settings);
        }

        private List<ScopeSnapshot> newest() {
            return parts.size() == 1
                    ? List.of(parts.get(0).snapshot)
                    : parts.stream().map(part -> part.snapshot).toList();
        }

        /** Synchronized so that threads that see the same change share one policy, and one fit. */
        private synchronized ScopePolicy renew(int dimension, PriorSource priors, LearnerSettings settings) {
            ScopePolicy known = memo;
            List<ScopeSnapshot> newest = newest();
            if (known == null || !known.isOf(newest, dimension, priors.version())) {
                known = new ScopePolicy(scopes, dimension, newest, priors, settings);
                memo = known;
            }
            return known;
        }
    }
}
