package io.penstock.app.models;

import io.penstock.app.node.CatalogWriter;
import io.penstock.connector.recorded.RecordedArm;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.event.CatalogEntry;
import io.penstock.event.ObjectiveWeights;
import io.penstock.event.RoutingProfile;
import java.util.ArrayList;
import java.util.List;

/** The catalog of a node that nobody has given models: those of the bundled sample, which answer its prompts only. */
public final class SampleModels {
    private static final double COST_WEIGHT = 0.05;
    private static final double NANOS_PER_USD = 1e9;

    private SampleModels() {}

    public static List<CatalogEntry> entries(RecordedOutcomes outcomes) {
        List<CatalogEntry> entries = new ArrayList<>();
        for (RecordedArm arm : outcomes.arms()) {
            entries.add(CatalogWriter.of(arm.card()));
        }
        entries.add(CatalogWriter.of(
                "default",
                RoutingProfile.newBuilder()
                        .setWeights(new ObjectiveWeights(1.0, COST_WEIGHT, 0.0, 0.0))
                        .setCostReferenceNanos(Math.max(1, Math.round(outcomes.reference() * NANOS_PER_USD)))
                        .build()));
        return entries;
    }
}
