package io.penstock.topology;

import io.penstock.event.Lane;
import io.penstock.topology.catalog.CatalogStage;
import io.penstock.topology.enrich.EnrichSettings;
import io.penstock.topology.enrich.EnrichStage;
import io.penstock.topology.enrich.Ingress;
import io.penstock.topology.experiment.ExperimentStage;
import io.penstock.topology.join.JoinSettings;
import io.penstock.topology.join.JoinStage;
import io.penstock.topology.money.BudgetStage;
import io.penstock.topology.observe.ModelStateStage;
import io.penstock.topology.policy.PolicyStage;
import io.penstock.topology.progress.TimerGate;
import io.penstock.topology.route.RouteSettings;
import io.penstock.topology.route.RouteStage;
import io.penstock.topology.route.RouteViews;
import io.penstock.topology.signals.SignalStage;
import org.apache.kafka.streams.Topology;

/** The router: requests → enrich → route → (a dispatcher) → join → responses and outcomes. */
public final class RouterTopology {

    /** The settings of its stages. */
    public record Settings(EnrichSettings enrich, RouteSettings route, JoinSettings join) {}

    private RouterTopology() {}

    /**
     * Builds the graph.
     *
     * @param ingress codec, engine and readiness shared by the stages of this process
     * @param views what route reads; filled by the global stages added here
     * @param gate keeps timers from firing before the log has been read
     */
    public static Topology build(Settings settings, Ingress ingress, RouteViews views, TimerGate gate) {
        Topology topology = new Topology();
        var topics = ingress.topics();
        var codec = ingress.codec();
        var metrics = ingress.metrics();

        CatalogStage.addGlobalTo(topology, topics, codec, views.catalog(), metrics);
        PolicyStage.addGlobalTo(topology, topics, codec, views.policies(), metrics);
        ModelStateStage.addGlobalTo(topology, topics, codec, views.load(), metrics);
        BudgetStage.addGlobalTo(topology, topics, codec, views.budgets(), metrics);
        ExperimentStage.addGlobalTo(topology, topics, codec, views.experiments(), metrics);

        RouteStage.Parts route = new RouteStage.Parts(topics, codec, views, settings.route(), metrics);
        // Lanes are separate sub-topologies of the same code, so that batch never delays online.
        for (Lane lane : Lane.values()) {
            EnrichStage.addTo(topology, lane, ingress, settings.enrich());
            RouteStage.addTo(topology, lane, route);
        }
        SignalStage.addTo(topology, ingress);
        JoinStage.addTo(topology, settings.join(), topics, codec, gate, metrics);
        return topology;
    }
}
