package io.penstock.connector.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.schema.Keys;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** One pool of pools.json with the models of models.json behind its arms. */
record RecordedCatalog(Objective objective, List<String> sources, List<RecordedArm> arms) {
    private static final double NANOS_PER_USD = 1e9;

    static RecordedCatalog read(RecordedSource source, String pool) throws IOException {
        JsonNode pools = file(source, "pools.json");
        JsonNode models = file(source, "models.json");
        JsonNode node = pools.get(pool);
        if (node == null) {
            TreeSet<String> names = new TreeSet<>();
            pools.fieldNames().forEachRemaining(names::add);
            throw new RecordedDataException("pools.json of " + source.describe() + " has no pool '" + pool
                    + "'; it has " + String.join(", ", names));
        }
        String where = "pools.json, pool '" + pool + "'";
        Objective objective = Objective.parse(Json.text(node, "objective", where), where);
        List<String> sources = new ArrayList<>();
        Json.field(node, "sources", where).forEach(name -> sources.add(name.asText()));
        List<RecordedArm> arms = new ArrayList<>();
        for (Map.Entry<String, JsonNode> arm : Json.field(node, "arms", where).properties()) {
            arms.add(arm(arm.getKey(), arm.getValue(), sources, models, where));
        }
        requireUsable(sources, arms, where);
        return new RecordedCatalog(objective, List.copyOf(sources), List.copyOf(arms));
    }

    static List<String> pools(RecordedSource source) throws IOException {
        List<String> names = new ArrayList<>();
        file(source, "pools.json").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static JsonNode file(RecordedSource source, String name) throws IOException {
        try (InputStream in = source.require(name)) {
            return Json.parse(in, name);
        }
    }

    private static RecordedArm arm(String name, JsonNode node, List<String> sources, JsonNode models, String where) {
        String armWhere = where + ", arm '" + name + "'";
        Map<String, RecordedModel> bySource = new HashMap<>();
        for (String source : sources) {
            String model = Json.text(node, source, armWhere);
            bySource.put(source, model(model, models, armWhere));
        }
        return new RecordedArm(Keys.slugOf(name), name, bySource);
    }

    private static RecordedModel model(String name, JsonNode models, String armWhere) {
        JsonNode node = models.get(name);
        if (node == null) {
            throw new RecordedDataException(armWhere + ": models.json has no model '" + name + "'");
        }
        String where = "models.json, model '" + name + "'";
        JsonNode latency = node.get("latency_reference");
        JsonNode energy = node.get("energy_reference");
        return new RecordedModel(
                name,
                node.path("family").asText(""),
                node.path("provider").asText(""),
                nanosPerMillion(Json.number(node, "usd_per_1m_input", where)),
                nanosPerMillion(Json.number(node, "usd_per_1m_output", where)),
                node.path("context_window").asInt(0),
                Json.numberOrNull(latency, "first_token_ms", where),
                Json.numberOrNull(latency, "ms_per_output_token", where),
                Json.numberOrNull(energy, "j_per_output_token", where));
    }

    private static long nanosPerMillion(double usdPerMillion) {
        return Math.round(usdPerMillion * NANOS_PER_USD);
    }

    private static void requireUsable(List<String> sources, List<RecordedArm> arms, String where) {
        if (sources.isEmpty() || arms.isEmpty()) {
            throw new RecordedDataException(where + " needs at least one source and one arm");
        }
        Map<String, String> nameBySlug = new HashMap<>();
        for (RecordedArm arm : arms) {
            String other = nameBySlug.put(arm.slug(), arm.name());
            if (other != null) {
                throw new RecordedDataException(where + ": arms '" + other + "' and '" + arm.name()
                        + "' would share the slug '" + arm.slug() + "'; rename one");
            }
        }
    }
}
