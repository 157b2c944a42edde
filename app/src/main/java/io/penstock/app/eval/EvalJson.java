package io.penstock.app.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.connector.recorded.Objective;
import java.util.List;
import java.util.Map;

/** Results for programs. */
public final class EvalJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private EvalJson() {}

    /**
     * One object, indented, with a line break at its end: the settings, the rows of all pools as an array of objects, and
     * what there is to say of each pool as another.
     */
    public static String write(EvalSettings settings, List<PoolResult> results) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("policy", settings.policy());
        ObjectNode options = root.putObject("policy_options");
        settings.options().forEach(options::put);
        root.put("seeds", settings.seeds());
        root.put("in_flight", settings.inFlight());
        root.put("delay", settings.delay());
        root.put("missing", settings.missing());
        root.put("aptitude", settings.aptitude());
        ArrayNode rows = root.putArray("rows");
        ArrayNode pools = root.putArray("pools");
        for (PoolResult result : results) {
            result.rows().forEach(row -> row(rows.addObject(), row));
            pool(pools.addObject(), result);
        }
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
        node.put("oracle", row.yardsticks().oracle());
        node.put("best_fixed", row.yardsticks().bestFixed());
        node.put("best_fixed_model", row.yardsticks().bestModel());
        node.put("random", row.yardsticks().random());
        node.put("knn", row.yardsticks().knn());
        node.put("ridge", row.yardsticks().ridge());
        node.put("logistic", row.yardsticks().logistic());
        // The names without a prefix are cold's.
        node.put("last_fifth", row.cold().lastFifth());
        node.put("arm_entropy", row.cold().entropy());
        node.put("top_share", row.cold().topShare());
        node.put("shuffled", row.cold().shuffled());
        earned(node, "cold", row.cold());
        earned(node, "blind", row.blind());
        earned(node, "own_log", row.ownLog());
        earned(node, "frozen", row.frozen());
        earned(node, "warm", row.warm());
    }

    private static void earned(ObjectNode node, String name, Earned earned) {
        node.put(name + "_mean", earned.mean());
        node.put(name + "_se", earned.error());
        node.put(name + "_last_fifth", earned.lastFifth());
        node.put(name + "_quality", earned.quality());
        node.put(name + "_amount", earned.amount());
        node.put(name + "_entropy", earned.entropy());
        node.put(name + "_top_share", earned.topShare());
        node.put(name + "_shuffled", earned.shuffled());
        node.put(name + "_shuffled_at_its_cost", earned.matched());
    }

    private static void pool(ObjectNode node, PoolResult result) {
        PoolReport pool = result.report();
        node.put("pool", pool.pool());
        node.put("objective", pool.objective().id());
        node.put("c_ref", pool.reference());
        ObjectNode failure = node.putObject("co_failure");
        failure.put("prompts", pool.coFailure().prompts());
        failure.put("failed", pool.coFailure().failed());
        failure.put("share", pool.coFailure().share());
        failure.put("low", pool.coFailure().low());
        failure.put("high", pool.coFailure().high());
        ObjectNode match = node.putObject("at_best_single_quality");
        match.put("cost_ratio", pool.match().ratio());
        match.put("quality_gap", pool.match().qualityGap());
        match.put("cost_ratio_in_hindsight", pool.match().hindsight());
        ArrayNode singles = node.putArray("models");
        for (PoolReport.Single single : pool.singles()) {
            ObjectNode one = singles.addObject();
            one.put("name", single.name());
            one.put("quality", single.quality());
            one.put("amount", single.amount());
            if (pool.objective() == Objective.ENERGY_J) {
                one.put("quality_per_joule", single.quality() / single.amount());
            }
        }
        ObjectNode frontiers = node.putObject("frontiers");
        pool.frontiers().forEach((name, frontier) -> {
            ObjectNode one = frontiers.putObject(name);
            one.put("aiq", pool.aiq(name));
            ArrayNode hull = one.putArray("hull");
            frontier.hull().forEach(point -> hull.addArray().add(point.amount()).add(point.quality()));
        });
        ArrayNode regret = node.putArray("regret");
        result.curves().forEach(curves -> regret(regret.addObject(), curves));
    }

    private static void regret(ObjectNode node, RegretCurves curves) {
        node.put("lambda", curves.lambda());
        ArrayNode at = node.putArray("requests");
        curves.at().forEach(at::add);
        curves(node.putObject("against_oracle"), curves.againstOracle());
        curves(node.putObject("against_best_fixed"), curves.againstFixed());
    }

    private static void curves(ObjectNode node, Map<String, RegretCurves.Curve> curves) {
        curves.forEach((router, curve) -> {
            ObjectNode one = node.putObject(router);
            ArrayNode mean = one.putArray("mean");
            curve.mean().forEach(mean::add);
            ArrayNode error = one.putArray("se");
            curve.error().forEach(error::add);
        });
    }
}
