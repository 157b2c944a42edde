package io.penstock.topology.catalog;

import io.penstock.event.CatalogEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds the newest catalog. Written by one thread, read by any number: take {@link #current} once for each decision. */
public final class CatalogView {
    private volatile Catalog catalog = Catalog.EMPTY;

    public Catalog current() {
        return catalog;
    }

    /**
     * Takes a record of the catalog topic. One thread at a time. A record at or below the current version has been here
     * before and changes nothing.
     *
     * @param entry null removes what the key names
     * @return what is wrong with it; if anything is, the catalog stays as it was
     */
    public List<String> apply(@Nullable String key, @Nullable CatalogEntry entry, long offset) {
        Catalog before = catalog;
        if (offset <= before.version()) {
            return List.of();
        }
        if (entry == null) {
            return remove(before, key, offset);
        }
        List<String> problems = CatalogCheck.problems(key, entry);
        if (problems.isEmpty() && key != null) {
            catalog = before.with(offset, key, entry);
        }
        return problems;
    }

    private List<String> remove(Catalog before, @Nullable String key, long offset) {
        if (key == null || !before.entries().containsKey(key)) {
            return List.of("there is no entry '" + key + "' to remove");
        }
        catalog = before.without(offset, key);
        return List.of();
    }
}
