package io.penstock.topology;

import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.catalog.CatalogStage;
import io.penstock.topology.catalog.CatalogView;
import io.penstock.topology.experiment.ExperimentStage;
import io.penstock.topology.learn.LearnSettings;
import io.penstock.topology.learn.LearnStage;
import io.penstock.topology.money.MoneyStage;
import io.penstock.topology.observe.ObserveSettings;
import io.penstock.topology.observe.ObserveStage;
import org.apache.kafka.streams.Topology;

/** The learner: outcomes → learn → policies, outcomes → experiments, decisions and completions → observe → model-state, spend-by-owner → money → budgets. */
public final class LearnerTopology {

    /** The settings of its stages. */
    public record Settings(LearnSettings learn, ObserveSettings observe) {}

    private LearnerTopology() {}

    /** Builds the graph. */
    public static Topology build(Settings settings, Topics topics, EventCodec codec, StageMetrics metrics) {
        Topology topology = new Topology();
        LearnStage.addTo(topology, settings.learn(), topics, codec, metrics);
        CatalogView catalog = new CatalogView();
        CatalogStage.addGlobalTo(topology, topics, codec, catalog, metrics);
        ExperimentStage.addTo(topology, catalog, settings.observe().publishInterval(), topics, codec, metrics);
        ObserveStage.addTo(topology, settings.observe(), topics, codec, metrics);
        if (settings.observe().enabled()) {
            MoneyStage.addTo(topology, settings.observe().publishInterval(), topics, codec, metrics);
        }
        return topology;
    }
}
