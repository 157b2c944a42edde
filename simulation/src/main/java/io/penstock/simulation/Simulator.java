package io.penstock.simulation;

import io.penstock.feature.EngineMetrics;
import io.penstock.feature.EngineSettings;
import io.penstock.feature.FeatureEngine;
import io.penstock.feature.FeatureExtractors;
import io.penstock.feature.FeatureSettings;
import io.penstock.schema.EventCodec;
import io.penstock.topology.enrich.SchemaResolver;
import java.util.List;
import java.util.Map;

/** Runs policies through scenarios, with the features that routers have by default. Thread-safe. */
public final class Simulator implements AutoCloseable {
    private final EventCodec codec = EventCodec.local();
    private final SchemaResolver resolver = new SchemaResolver(codec);
    private final FeatureEngine engine = new FeatureEngine(
            FeatureExtractors.byName(FeatureSettings.defaults()),
            EngineSettings.from(FeatureSettings.defaults()),
            EngineMetrics.NONE);

    /**
     * Runs one policy, with its default options, through one scenario.
     *
     * @param seed of arrivals, delays and the policy's own draws
     * @throws IllegalArgumentException if there is no such policy
     */
    public Result run(World world, Scenario scenario, String policy, long seed) {
        try (Cluster cluster = new Cluster(codec, engine, resolver, scenario.judging(), seed)) {
            return new Run(new DisturbedWorld(world, scenario, seed), policy, cluster, seed).run();
        }
    }

    /** Runs every policy through every scenario, at once as far as there are processors; in the order of the report. */
    public List<Result> runAll(World world, List<Scenario> scenarios, List<String> policies, long seed) {
        return scenarios.stream()
                .flatMap(scenario -> policies.stream().map(policy -> Map.entry(scenario, policy)))
                .toList()
                .parallelStream()
                .map(pair -> run(world, pair.getKey(), pair.getValue(), seed))
                .toList();
    }

    @Override
    public void close() {
        resolver.close();
        engine.close();
    }
}
