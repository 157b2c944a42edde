package io.penstock.topology.catalog;

import io.penstock.event.Budget;
import io.penstock.event.CatalogEntry;
import io.penstock.event.Experiment;
import io.penstock.event.LatencyReference;
import io.penstock.event.ModelCard;
import io.penstock.event.ModelPhase;
import io.penstock.event.ModelStatus;
import io.penstock.event.ObjectiveWeights;
import io.penstock.event.RoutingProfile;
import io.penstock.event.RuleSet;
import io.penstock.event.ScopeControl;
import io.penstock.learner.ModelPrior;
import io.penstock.topology.policy.PriorSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything the catalog topic says, as of one offset. Immutable: what it returns must not be changed either. Entries in it
 * have passed {@link CatalogCheck}.
 */
public final class Catalog implements PriorSource {
    /** Serves tenants without a profile of their own. */
    public static final String DEFAULT_PROFILE = "default";

    /** No entries at all: no models, the built-in profile, no rules. */
    public static final Catalog EMPTY = new Catalog(-1, new TreeMap<>());

    private static final double MILLION = 1e6;
    private static final RoutingProfile BUILT_IN = RoutingProfile.newBuilder()
            .setWeights(ObjectiveWeights.newBuilder().build())
            .build();
    private static final RuleSet NO_RULES = RuleSet.newBuilder().build();

    private final long version;
    private final SortedMap<String, CatalogEntry> entries;
    private volatile @Nullable Derived derived;

    private record Derived(
            SortedMap<String, ModelEntry> models,
            Map<String, ModelPrior> priors,
            List<Budget> budgets,
            Map<String, List<Experiment>> experiments) {}

    private Catalog(long version, SortedMap<String, CatalogEntry> entries) {
        this.version = version;
        this.entries = entries;
    }

    /** Made when first asked for: a restart reads thousands of records and only the last catalog is used. */
    private Derived derived() {
        Derived known = derived;
        if (known == null) {
            SortedMap<String, ModelEntry> models = new TreeMap<>();
            Map<String, ModelPrior> priors = new HashMap<>();
            List<Budget> budgets = new ArrayList<>();
            Map<String, List<Experiment>> experiments = new HashMap<>();
            for (CatalogEntry entry : entries.values()) {
                if (entry.getBody() instanceof ModelCard card) {
                    models.put(card.getSlug(), new ModelEntry(card, phase(card.getSlug())));
                    priors.put(card.getSlug(), prior(card));
                } else if (entry.getBody() instanceof Budget budget) {
                    budgets.add(budget);
                } else if (entry.getBody() instanceof Experiment experiment) {
                    experiments
                            .computeIfAbsent(experiment.getScope(), scope -> new ArrayList<>())
                            .add(experiment);
                }
            }
            // Those for some requests of a tenant come before those for all of them; then by owner.
            budgets.sort(Comparator.comparing((Budget budget) -> budget.getAttributeName() == null)
                    .thenComparing(Budget::getOwner));
            known = new Derived(
                    Collections.unmodifiableSortedMap(models),
                    Collections.unmodifiableMap(priors),
                    List.copyOf(budgets),
                    experiments);
            derived = known;
        }
        return known;
    }

    private ModelPhase phase(String slug) {
        Object status = body(CatalogKind.MODEL_STATUS, slug);
        return status instanceof ModelStatus known ? known.getPhase() : ModelPhase.CREATING;
    }

    /** What a card lets expect of its model. */
    public static ModelPrior prior(ModelCard card) {
        Double quality = card.getPriorQuality();
        boolean claimed = quality != null && card.getPriorObservations() > 0;
        LatencyReference latency = card.getLatencyReference();
        Double energy = card.getEnergyJoulesPerOutputToken();
        String similar = card.getSimilarTo();
        return new ModelPrior(
                card.getInputNanosPerMillionTokens() / MILLION,
                card.getOutputNanosPerMillionTokens() / MILLION,
                ModelPrior.DEFAULT_REFERENCE_TOKENS,
                claimed ? OptionalDouble.of(quality) : OptionalDouble.empty(),
                claimed ? card.getPriorObservations() : 0,
                latency == null ? 0 : latency.getFirstTokenMs(),
                latency == null ? 0 : latency.getMsPerOutputToken(),
                energy == null ? 0 : energy,
                card.getContextWindow(),
                similar == null ? null : new ModelPrior.Similar(similar, card.getSimilarObservations()));
    }

    /** A catalog with the entry, which replaces one of the same key. */
    Catalog with(long newVersion, String key, CatalogEntry entry) {
        SortedMap<String, CatalogEntry> changed = new TreeMap<>(entries);
        changed.put(key, entry);
        return new Catalog(newVersion, changed);
    }

    /** A catalog without the entry. */
    Catalog without(long newVersion, String key) {
        SortedMap<String, CatalogEntry> changed = new TreeMap<>(entries);
        changed.remove(key);
        return new Catalog(newVersion, changed);
    }

    private @Nullable Object body(CatalogKind kind, String id) {
        CatalogEntry entry = entries.get(kind.text() + '/' + id);
        return entry == null ? null : entry.getBody();
    }

    /** Offset of the last record applied, -1 = none. */
    @Override
    public long version() {
        return version;
    }

    /** All models by slug, sorted. */
    public SortedMap<String, ModelEntry> models() {
        return derived().models();
    }

    /** The models that requests may be sent to, by slug. */
    public List<ModelEntry> activeModels() {
        return models().values().stream().filter(ModelEntry::isRoutable).toList();
    }

    /** The tenant's own profile, else the default one, else the built-in one. */
    public RoutingProfile profile(String tenant) {
        if (body(CatalogKind.PROFILE, tenant) instanceof RoutingProfile own) {
            return own;
        }
        return body(CatalogKind.PROFILE, DEFAULT_PROFILE) instanceof RoutingProfile common ? common : BUILT_IN;
    }

    /** The rules in force, empty if there are none. */
    public RuleSet rules() {
        return body(CatalogKind.RULES, "default") instanceof RuleSet rules ? rules : NO_RULES;
    }

    /**
     * The budget that pays for a request: only one whose author has named the tenant, or its owner after it, so that an
     * attribute of the request can choose among a tenant's budgets but never reach another's.
     *
     * @return null if nobody limits it
     */
    public @Nullable Budget budget(String tenant, Map<String, String> attributes) {
        for (Budget budget : derived().budgets()) {
            boolean pays = budget.getTenants().isEmpty()
                    ? budget.getOwner().equals(tenant)
                    : budget.getTenants().contains(tenant);
            String name = budget.getAttributeName();
            if (pays && (name == null || Objects.equals(attributes.get(name), budget.getAttributeValue()))) {
                return budget;
            }
        }
        return null;
    }

    /** Whether any budget limits what a session may cost. */
    public boolean limitsSessions() {
        return derived().budgets().stream().anyMatch(budget -> budget.getSessionCapNanos() > 0);
    }

    /** What is done by hand with the policy of a scope; null = nothing. */
    public @Nullable ScopeControl control(String scope) {
        CatalogEntry entry = entries.get(CatalogKind.POLICY.text() + '/' + scope);
        return entry == null ? null : entry.getControl();
    }

    /** The experiments on a scope, by name. */
    public List<Experiment> experiments(String scope) {
        return derived().experiments().getOrDefault(scope, List.of());
    }

    /** An experiment by its name; null if there is none. */
    public @Nullable Experiment experiment(String name) {
        return body(CatalogKind.EXPERIMENT, name) instanceof Experiment experiment ? experiment : null;
    }

    /** What the cards let expect of each model, by slug. */
    @Override
    public Map<String, ModelPrior> priors() {
        return derived().priors();
    }

    /** The entries themselves by key, sorted; for tools. */
    public SortedMap<String, CatalogEntry> entries() {
        return Collections.unmodifiableSortedMap(entries);
    }
}
