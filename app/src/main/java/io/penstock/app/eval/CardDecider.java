package io.penstock.app.eval;

import io.penstock.app.replay.ReplayCatalog;
import io.penstock.app.replay.ReplaySession;
import io.penstock.app.replay.Workload;
import io.penstock.event.RoutingProfile;
import io.penstock.learner.Estimates;
import io.penstock.learner.LayerFit;
import io.penstock.learner.ModelPrior;
import io.penstock.topology.route.OfflineRouter;
import java.util.HexFormat;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** The router's own decisions: it knows the models' cards, and with them prices and reference lines. */
final class CardDecider implements Decider {
    private final EvalPool pool;
    private final Workload workload;
    private final OfflineRouter router;

    CardDecider(EvalPool pool, Workload workload, EvalSettings settings, double lambda, long seed) {
        this.pool = pool;
        this.workload = workload;
        RoutingProfile profile =
                ReplayCatalog.profile(pool.outcomes(), settings.replay(lambda, seed), settings.options());
        Bytes key = Bytes.wrap(HexFormat.of().parseHex(ReplaySession.serverKey(seed)));
        this.router = new OfflineRouter(pool.cards(), profile, key, Workload.TENANT);
    }

    @Override
    public Map<String, ModelPrior> priors() {
        return pool.priors();
    }

    @Override
    public int choose(int request, int place, Estimates estimates) {
        return choose(request, place, estimates, null);
    }

    /** @param layer how the request's tenant differs from what the estimates are of; null = not known to */
    int choose(int request, int place, Estimates estimates, @Nullable LayerFit layer) {
        String slug = router.decide(pool.asked(place, workload.request(request)), estimates, layer);
        return pool.outcomes()
                .arm(slug)
                .orElseThrow(() -> new IllegalStateException("the router chose " + slug + ", which is no arm"));
    }

    /** Nothing: the cards say what an answer takes. */
    @Override
    public void completed(int arm, double amount) {}
}
