package io.penstock.topology.catalog;

import io.penstock.event.ModelCard;
import io.penstock.event.ModelPhase;

/**
 * A model of the catalog.
 *
 * @param card as written by people; must not be changed
 * @param phase as written by the lifecycle controller; CREATING before it has said anything
 */
public record ModelEntry(ModelCard card, ModelPhase phase) {
    /** Whether requests may be sent to it. */
    public boolean isRoutable() {
        return phase == ModelPhase.ACTIVE && card.getEnabled();
    }
}
