package io.penstock.topology.observe;

import io.penstock.event.Availability;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Of what dispatchers say, what has to be published now: what is new, and, for as long as a model is not available, that. */
final class HealthNews {
    /** How long routers believe that a model is not available, should nothing more be heard from here. */
    static final long VALID_MS = 7_000;

    private static final long RENEW_MS = 2_000;

    private final DispatcherView view;
    private final Map<String, Published> published = new HashMap<>();

    private record Published(ModelHealth health, long at) {}

    HealthNews(DispatcherView view) {
        this.view = view;
    }

    /** @param now epoch milliseconds */
    Map<String, ModelHealth> take(long now) {
        Set<String> models = new TreeSet<>(published.keySet());
        models.addAll(view.models());
        Map<String, ModelHealth> news = new TreeMap<>();
        for (String model : models) {
            ModelHealth health = view.health(model, now);
            Published before = published.get(model);
            boolean renew =
                    health.availability() != Availability.AVAILABLE && before != null && now - before.at() >= RENEW_MS;
            if (before == null || !before.health().equals(health) || renew) {
                news.put(model, health);
                published.put(model, new Published(health, now));
            }
        }
        return news;
    }

    ModelHealth of(String model) {
        Published last = published.get(model);
        return last == null ? ModelHealth.UNKNOWN : last.health();
    }
}
