package io.penstock.app.train;

import io.penstock.event.FeatureVector;
import io.penstock.event.Outcome;
import io.penstock.feature.Prompt;
import io.penstock.learner.Features;
import io.penstock.learner.warm.LoggedOutcomes;
import io.penstock.schema.Identity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The judged attempts of one scope: what was chosen, how likely that was, and the newest verdict on it. Outcomes must come in
 * the order of their partitions. Not thread-safe.
 */
public final class TrainingLog {
    private final String scope;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private long unusable;

    private static final class Entry {
        private @Nullable Outcome completed;
        private @Nullable Outcome verdict;
    }

    /**
     * Rows of one extractor.
     *
     * @param extractor hash of what made their features
     * @param leftOut judged attempts that are not among the rows
     */
    public record Rows(String extractor, LoggedOutcomes outcomes, long leftOut) {}

    /** @param scope whose outcomes count, e.g. tenant/default */
    public TrainingLog(String scope) {
        this.scope = scope;
    }

    /** Takes an outcome; one of other scopes changes nothing. */
    public void add(Outcome outcome) {
        if (!outcome.getScopes().contains(scope)) {
            return;
        }
        Entry entry = entries.computeIfAbsent(outcome.getDecisionId(), missing -> new Entry());
        switch (outcome.getKind()) {
            case COMPLETED -> entry.completed = outcome;
            case JUDGED, CORRECTED -> entry.verdict = outcome;
            case CENSORED -> {
                // Feedback that did not come in time: no verdict.
            }
        }
    }

    /** Counts a record that could not be decoded. */
    public void unreadable() {
        unusable++;
    }

    /** Who asked. */
    public Set<String> tenants() {
        Set<String> tenants = new TreeSet<>();
        judged().forEach(entry -> tenants.add(verdict(entry).getTenant()));
        return tenants;
    }

    /**
     * Attempts with the vectors of record, which their decisions saw.
     *
     * @throws IllegalArgumentException if no attempt was judged, or what was judged is not as outcomes are
     */
    public Rows recorded() {
        SortedMap<String, Integer> extractors = new TreeMap<>();
        judged().forEach(entry -> {
            FeatureVector vector = verdict(entry).getFeatures();
            if (vector != null && !vector.getDegraded()) {
                extractors.merge(vector.getExtractor(), 1, Integer::sum);
            }
        });
        String most = extractors.entrySet().stream()
                .max(Comparator.comparingInt(Map.Entry::getValue))
                .map(Map.Entry::getKey)
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no outcome with a verdict in scope " + scope + "; is the scope right?"));
        return rows(most, verdict -> {
            FeatureVector vector = verdict.getFeatures();
            return vector == null
                            || vector.getDegraded()
                            || !vector.getExtractor().equals(most)
                    ? null
                    : Features.fromBytes(vector.getValues().duplicate());
        });
    }

    /**
     * Attempts seen through other features.
     *
     * @param extractor its hash
     * @param contexts features by identity; attempts of others are left out
     */
    public Rows seenThrough(String extractor, Map<Identity, Features> contexts) {
        return rows(extractor, verdict -> contexts.get(new Identity(verdict.getTenant(), verdict.getRequestId())));
    }

    private Rows rows(String extractor, Function<Outcome, @Nullable Features> contexts) {
        List<LoggedOutcomes.Row> rows = new ArrayList<>();
        long leftOut = unusable;
        for (Entry entry : judged()) {
            Outcome verdict = verdict(entry);
            Features context = contexts.apply(verdict);
            Double quality = verdict.getQuality();
            if (context == null || quality == null || entry.completed == null) {
                leftOut++;
                continue;
            }
            rows.add(new LoggedOutcomes.Row(
                    verdict.getModel(),
                    context,
                    quality,
                    entry.completed.getOutputTokens(),
                    verdict.getWeight(),
                    verdict.getPropensity()));
        }
        return new Rows(extractor, LoggedOutcomes.of(rows), leftOut);
    }

    /** In the order of their decisions, so that the same topics give the same bits whichever partition is read first. */
    private List<Entry> judged() {
        return entries.values().stream()
                .filter(entry -> entry.verdict != null)
                .sorted(Comparator.comparing((Entry entry) -> verdict(entry).getDecisionTime())
                        .thenComparing(entry -> verdict(entry).getDecisionId()))
                .toList();
    }

    private static Outcome verdict(Entry entry) {
        if (entry.verdict == null) {
            throw new IllegalStateException("only judged attempts are asked for their verdict");
        }
        return entry.verdict;
    }

    /** Features of each prompt. */
    public static Map<Identity, Features> features(
            Map<Identity, Prompt> prompts, Function<List<Prompt>, List<Features>> extractor) {
        List<Features> vectors = extractor.apply(List.copyOf(prompts.values()));
        Map<Identity, Features> features = new LinkedHashMap<>();
        int next = 0;
        for (Identity identity : prompts.keySet()) {
            features.put(identity, vectors.get(next++));
        }
        return features;
    }
}
