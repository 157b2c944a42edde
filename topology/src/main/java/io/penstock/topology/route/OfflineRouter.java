package io.penstock.topology.route;

import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.ModelCard;
import io.penstock.event.ModelPhase;
import io.penstock.event.RoutingProfile;
import io.penstock.feature.FeatureVector;
import io.penstock.feature.LexicalSignals;
import io.penstock.feature.Signals;
import io.penstock.learner.Estimates;
import io.penstock.learner.LayerFit;
import io.penstock.learner.Objective;
import io.penstock.learner.Policies;
import io.penstock.learner.Policy;
import io.penstock.schema.Identity;
import io.penstock.topology.catalog.ModelEntry;
import io.penstock.topology.enrich.Prompts;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The decision of a first attempt as {@link RouteStage} makes it in deterministic mode, without a topology around it: the
 * same filters, scores, draws and seeds, for evaluations. Used by one thread; make one for each.
 */
public final class OfflineRouter {
    private final List<ModelEntry> models;
    private final RoutingProfile profile;
    private final Objective objective;
    private final Policy policy;
    private final SeedSource seeds;
    private final String tenant;

    /**
     * @param cards the models, all taken as active
     * @param serverKey as the router's: decides the draws
     * @param tenant of all requests
     */
    public OfflineRouter(Collection<ModelCard> cards, RoutingProfile profile, Bytes serverKey, String tenant) {
        Map<String, ModelEntry> sorted = new TreeMap<>();
        cards.forEach(card -> sorted.put(card.getSlug(), new ModelEntry(card, ModelPhase.ACTIVE)));
        this.models = List.copyOf(sorted.values());
        this.profile = profile;
        this.objective = Router.objective(profile.getWeights(), profile);
        this.policy = Policies.byName(profile.getPolicy(), profile.getPolicyOptions());
        this.seeds = new SeedSource(serverKey);
        this.tenant = tenant;
    }

    /** What route knows of a request before it decides; made once, for any number of decisions. */
    public record Asked(
            InferenceRequest request, FeatureVector features, Map<String, Double> signals, int inputTokens) {}

    /** Reads the signals of a request whose features are known. */
    public static Asked read(InferenceRequest request, FeatureVector features) {
        Signals signals = new LexicalSignals().of(Prompts.of(request));
        return new Asked(request, features, signals.present(), Router.tokens(signals));
    }

    /**
     * Decides.
     *
     * @return the slug of the chosen model
     * @throws IllegalStateException if every model was filtered out
     */
    public String decide(Asked asked, Estimates estimates) {
        return decide(asked, estimates, null);
    }

    /**
     * Decides.
     *
     * @param layer how the tenant differs from what the estimates are of; null = not known to
     * @return the slug of the chosen model
     * @throws IllegalStateException if every model was filtered out
     */
    public String decide(Asked asked, Estimates estimates, @Nullable LayerFit layer) {
        String id = asked.request().getRequestId();
        Identity identity = new Identity(tenant, id);
        SeedSource.Draw draw = seeds.draw(identity, Lane.ONLINE, id, 1);
        RouteRequest attempt = new RouteRequest(
                identity,
                Lane.ONLINE,
                asked.request(),
                asked.features(),
                asked.signals(),
                asked.inputTokens(),
                1,
                Set.of(),
                Set.of(),
                0,
                profile.getRequestTimeoutMs());
        ModelChooser.Basis basis = new ModelChooser.Basis(
                new Beliefs(estimates, null, layer),
                null,
                objective,
                policy,
                model -> 0,
                model -> 1,
                model -> null,
                null,
                null,
                List.of());
        Selection selection = ModelChooser.choose(attempt, models, basis, null, draw.seed());
        if (selection instanceof Selection.Chosen chosen) {
            return chosen.card().getSlug();
        }
        throw new IllegalStateException(
                "no model is left for request " + id + ": " + ((Selection.Refused) selection).detail());
    }
}
