package io.penstock.app.policy;

import io.penstock.event.PolicyEvent;
import io.penstock.event.PolicyEventKind;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.ScopeControl;
import io.penstock.learner.ModelStatistics;
import io.penstock.topology.policy.Generations;
import io.penstock.topology.policy.LearnedKey;
import io.penstock.topology.policy.PolicyFormat;
import io.penstock.topology.policy.ShardStatistics;
import io.penstock.topology.policy.WarmStart;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a scope knew at a time, to be frozen: of each key and shard the newest checkpoint by then, added to the base of the
 * generation that was learning then. Sums of shards are added by readers, so shards need not have been written together.
 */
public final class Checkpoints {
    /** Begins the provenance of a snapshot that repeats that of another scope. */
    public static final String COPY_OF = "copy of ";

    private final PolicyLog log;
    private final String scope;

    public Checkpoints(PolicyLog log, String scope) {
        this.log = log;
        this.scope = scope;
    }

    /**
     * The snapshots of a frozen base.
     *
     * @param number of the base
     * @param asOf null = what is published now
     * @throws IllegalStateException if nothing is known as of then
     */
    public List<PolicySnapshot> freeze(int number, @Nullable Instant asOf, Instant now) {
        int generation = generation(asOf);
        String live = Generations.live(scope, generation);
        Map<String, PolicySnapshot> learned = asOf == null ? published(live) : recorded(live, asOf);
        Map<String, PolicySnapshot> base =
                generation == 0 ? Map.of() : published(Generations.frozen(scope, generation));
        if (learned.isEmpty() && base.isEmpty()) {
            throw new IllegalStateException(nothing(asOf));
        }
        Map<String, List<PolicySnapshot>> parts = new TreeMap<>();
        learned.forEach((place, part) ->
                parts.computeIfAbsent(place, p -> new ArrayList<>()).add(part));
        base.forEach((place, part) ->
                parts.computeIfAbsent(place, p -> new ArrayList<>()).add(part));
        List<PolicySnapshot> frozen = new ArrayList<>();
        for (List<PolicySnapshot> part : parts.values()) {
            frozen.add(sum(part, Generations.frozen(scope, number), now));
        }
        return frozen;
    }

    private String nothing(@Nullable Instant asOf) {
        return "nothing is recorded of " + scope + (asOf == null ? "" : " at or before " + asOf + first());
    }

    private String first() {
        return log.events().stream()
                .filter(event -> event.getKind() == PolicyEventKind.CHECKPOINT
                        && event.getScope().equals(scope))
                .map(PolicyEvent::getAt)
                .min(Instant::compareTo)
                .map(at -> "; its first checkpoint is of " + at)
                .orElse("; it has no checkpoint yet (penstock.policy.history.interval.ms)");
    }

    /** What was done with the scope by a time, last; null = nothing, or nothing that is still recorded. */
    public @Nullable ScopeControl control(Instant asOf) {
        ScopeControl last = null;
        for (PolicyEvent event : log.events()) {
            if (event.getScope().equals(scope)
                    && event.getControl() != null
                    && !event.getAt().isAfter(asOf)) {
                last = event.getControl();
            }
        }
        return last;
    }

    private int generation(@Nullable Instant asOf) {
        if (asOf == null) {
            return log.control(scope).getGeneration();
        }
        ScopeControl then = control(asOf);
        return then == null ? 0 : then.getGeneration();
    }

    /** By model, shard and extractor, and whether it is of residuals. */
    private static String place(PolicySnapshot snapshot) {
        String base = WarmStart.base(snapshot.getScope());
        return snapshot.getScope().substring(base.length())
                + ' '
                + snapshot.getModel()
                + ' '
                + snapshot.getShard()
                + ' '
                + snapshot.getExtractor();
    }

    private Map<String, PolicySnapshot> published(String of) {
        Map<String, PolicySnapshot> found = new TreeMap<>();
        log.snapshots().values().stream()
                .filter(snapshot -> WarmStart.base(snapshot.getScope()).equals(of))
                .forEach(snapshot -> found.put(place(snapshot), snapshot));
        return found;
    }

    private Map<String, PolicySnapshot> recorded(String of, Instant asOf) {
        Map<String, PolicySnapshot> found = new TreeMap<>();
        for (PolicyEvent event : log.events()) {
            PolicySnapshot snapshot = event.getSnapshot();
            if (snapshot != null
                    && !event.getAt().isAfter(asOf)
                    && WarmStart.base(snapshot.getScope()).equals(of)) {
                found.merge(place(snapshot), snapshot, (a, b) -> a.getVersion() > b.getVersion() ? a : b);
            }
        }
        return found;
    }

    private static PolicySnapshot sum(List<PolicySnapshot> parts, String base, Instant now) {
        ModelStatistics sum = null;
        long version = 0;
        for (PolicySnapshot part : parts) {
            ShardStatistics checked = PolicyFormat.decode(key(part).policyKey(part.getShard()), part);
            sum = sum == null ? checked.statistics() : sum.plus(checked.statistics());
            version = Math.max(version, checked.version());
        }
        PolicySnapshot first = parts.get(0);
        if (sum == null) {
            throw new IllegalStateException("a place without a part: " + place(first));
        }
        String suffix =
                first.getScope().substring(WarmStart.base(first.getScope()).length());
        LearnedKey key = new LearnedKey(base + suffix, first.getModel(), first.getExtractor());
        PolicySnapshot frozen = PolicyFormat.encode(key, first.getShard(), version, sum, now);
        frozen.setProvenance(parts.size() == 1 ? COPY_OF + first.getScope() : "sum of base and generation");
        return frozen;
    }

    private static LearnedKey key(PolicySnapshot snapshot) {
        return new LearnedKey(snapshot.getScope(), snapshot.getModel(), snapshot.getExtractor());
    }
}
