package io.penstock.topology.catalog;

import io.penstock.event.Budget;
import io.penstock.event.CatalogEntry;
import io.penstock.event.Experiment;
import io.penstock.event.ModelCard;
import io.penstock.event.ModelStatus;
import io.penstock.event.RoutingProfile;
import io.penstock.event.RuleSet;
import io.penstock.event.ScopeControl;
import org.jspecify.annotations.Nullable;

/** The kinds of catalog entries: the first part of an entry's key, and the record its body must be. */
enum CatalogKind {
    MODEL("model", ModelCard.class),
    MODEL_STATUS("model-status", ModelStatus.class),
    PROFILE("profile", RoutingProfile.class),
    RULES("rules", RuleSet.class),
    BUDGET("budget", Budget.class),
    EXPERIMENT("experiment", Experiment.class),
    POLICY("policy", ScopeControl.class);

    private final String text;
    private final Class<?> body;

    CatalogKind(String text, Class<?> body) {
        this.text = text;
        this.body = body;
    }

    String text() {
        return text;
    }

    Class<?> body() {
        return body;
    }

    /** What the entry says: its body, but for kinds that came after the union of bodies was closed. */
    @Nullable
    Object content(CatalogEntry entry) {
        return this == POLICY ? entry.getControl() : entry.getBody();
    }

    static @Nullable CatalogKind of(String text) {
        for (CatalogKind kind : values()) {
            if (kind.text.equals(text)) {
                return kind;
            }
        }
        return null;
    }
}
