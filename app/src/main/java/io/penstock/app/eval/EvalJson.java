package io.penstock.app.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Rows for programs. */
public final class EvalJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private EvalJson() {}

    /** One object, indented, with a line break at its end: the settings, and the rows as an array of objects. */
    public static String write(EvalSettings settings, List<EvalRow> rows) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("policy", settings.policy());
        ObjectNode options = root.putObject("policy_options");
        settings.options().forEach(options::put);
        root.put("seeds", settings.seeds());
        root.put("in_flight", settings.inFlight());
        root.put("delay", settings.delay());
        root.put("missing", settings.missing());
        root.put("aptitude", settings.aptitude());
        ArrayNode list = root.putArray("rows");
        rows.forEach(row -> row(list.addObject(), row));
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of numbers and strings can be written", e);
        }
    }

    private static void row(ObjectNode node, EvalRow row) {
        node.put("pool", row.pool());
        node.put("lambda", row.lambda());
        node.put("prompts", row.prompts());
        node.put("oracle", row.oracle());
        node.put("best_fixed", row.bestFixed());
        node.put("best_fixed_model", row.bestModel());
        node.put("random", row.random());
        node.put("knn", row.knn());
        node.put("ridge", row.ridge());
        node.put("logistic", row.logistic());
        node.put("cold_mean", row.coldMean());
        node.put("cold_se", row.coldSe());
        node.put("last_fifth", row.lastFifth());
        node.put("frozen_mean", row.frozenMean());
        node.put("warm_mean", row.warmMean());
        node.put("warm_se", row.warmSe());
        node.put("arm_entropy", row.armEntropy());
        node.put("top_share", row.topShare());
        node.put("shuffled", row.shuffled());
    }
}
