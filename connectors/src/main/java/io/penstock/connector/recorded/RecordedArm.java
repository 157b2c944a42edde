package io.penstock.connector.recorded;

import io.penstock.event.ModelCard;
import java.util.Map;

/**
 * One model of a pool.
 *
 * @param slug names its topics, made from the name
 * @param name as in pools.json; may have slashes
 * @param modelBySource what each source's file calls it
 */
public record RecordedArm(String slug, String name, Map<String, RecordedModel> modelBySource) {

    public RecordedArm {
        modelBySource = Map.copyOf(modelBySource);
    }

    RecordedModel model(String source) {
        RecordedModel model = modelBySource.get(source);
        if (model == null) {
            throw new IllegalArgumentException("arm '" + name + "' has no model in source '" + source + "'");
        }
        return model;
    }

    /** The card this arm has in the catalog; a new object each time. Prices are the dearest over its sources. */
    public ModelCard card() {
        return RecordedCards.card(this);
    }
}
