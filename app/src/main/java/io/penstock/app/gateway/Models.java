package io.penstock.app.gateway;

import io.penstock.connector.CatalogReader;
import io.penstock.event.CatalogEntry;
import io.penstock.event.ModelCard;
import io.penstock.event.ModelPhase;
import io.penstock.event.ModelStatus;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The models that a tenant may ask for, by slug or by the name that their endpoints use. */
final class Models {
    /** Leaves the choice to the router. */
    static final String AUTO = "penstock/auto";

    private final Supplier<? extends Collection<CatalogEntry>> catalog;

    Models(CatalogReader catalog) {
        this(() -> catalog.entries().values());
    }

    Models(Supplier<? extends Collection<CatalogEntry>> catalog) {
        this.catalog = catalog;
    }

    /** Cards of the models that can be chosen for a tenant now, by slug. */
    List<ModelCard> active(String tenant) {
        Collection<CatalogEntry> entries = catalog.get();
        List<String> ready = entries.stream()
                .map(entry -> entry.getBody() instanceof ModelStatus status && status.getPhase() == ModelPhase.ACTIVE
                        ? status.getSlug()
                        : null)
                .filter(Objects::nonNull)
                .toList();
        return entries.stream()
                .map(entry -> entry.getBody() instanceof ModelCard card ? card : null)
                .filter(Objects::nonNull)
                .filter(card -> card.getEnabled() && ready.contains(card.getSlug()))
                .filter(card -> card.getTenants().isEmpty() || card.getTenants().contains(tenant))
                .sorted(Comparator.comparing(ModelCard::getSlug))
                .toList();
    }

    /** The slug of a model that can be chosen now, given its slug or name; null if there is none. */
    @Nullable
    String slugOf(String given, String tenant) {
        String byName = null;
        for (ModelCard card : active(tenant)) {
            if (card.getSlug().equals(given)) {
                return given;
            }
            if (card.getName().equals(given) && byName == null) {
                byName = card.getSlug();
            }
        }
        return byName;
    }
}
