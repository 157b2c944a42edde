package io.penstock.app.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A replay's report as JSON, the form for programs. */
public final class ReplayJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ReplayJson() {}

    /** One object, indented, with a line break at its end. */
    public static String write(ReplayReport report) {
        ObjectNode root = MAPPER.createObjectNode();
        settings(root, report);
        counts(root, report.counts());
        root.put("mean_reward", report.policy().reward());
        root.put("mean_quality", report.policy().quality());
        root.put("mean_cost_usd", report.policy().costUsd());
        root.put("mean_objective", report.policy().amount());
        root.put("wall_s", report.wallSeconds());
        root.put("requests_per_s", report.counts().requests() / Math.max(1e-9, report.wallSeconds()));
        root.put("arm_entropy", report.entropy());
        root.put("gap_covered", report.gapCovered());
        models(root.putObject("per_model"), report);
        controls(root.putObject("controls"), report);
        if (report.digest() != null) {
            root.put("digest", report.digest());
        }
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of numbers and strings can always be written", e);
        }
    }

    private static void settings(ObjectNode root, ReplayReport report) {
        ReplaySettings settings = report.settings();
        root.put("pool", report.pool());
        root.put("objective", report.objective().id());
        root.put("objective_reference", report.reference());
        root.put("policy", settings.policy());
        root.put("lambda", settings.lambda());
        root.put("seed", settings.seed());
        root.put("in_flight", settings.inFlight());
        root.put("partitions", settings.partitions());
        root.put("deterministic", settings.deterministic());
    }

    private static void counts(ObjectNode root, Counts counts) {
        root.put("requests", counts.requests());
        root.put("responses", counts.responses());
        root.put("decisions", counts.decisions());
        root.put("lost", counts.lost());
        root.put("duplicated", counts.duplicated());
        root.put("duplicated_decisions", counts.duplicatedDecisions());
        root.put("unanswered", counts.unanswered());
    }

    private static void models(ObjectNode node, ReplayReport report) {
        for (ModelRow model : report.models()) {
            ObjectNode row = node.putObject(model.name());
            row.put("slug", model.slug());
            row.put("requests", model.requests());
            row.put("share", model.share());
            row.put("mean_reward", model.reward());
            row.put("mean_quality", model.quality());
            row.put("mean_cost_usd", model.costUsd());
            score(row.putObject("alone"), model.fixed());
        }
    }

    private static void controls(ObjectNode node, ReplayReport report) {
        score(node.putObject("oracle"), report.oracle());
        ObjectNode best = node.putObject("best_fixed");
        best.put("model", report.bestFixed().name());
        score(best, report.bestFixed().fixed());
        score(node.putObject("random"), report.random());
        Controls.Shuffled shuffled = report.shuffled();
        ObjectNode shares = node.putObject("shuffled");
        shares.put("reward", shuffled.reward());
        shares.put("sd", shuffled.deviation());
        shares.put("permutations", Controls.PERMUTATIONS);
        shares.put("mean_cost_usd", shuffled.costUsd());
        shares.put("paired_difference", shuffled.pairedDifference());
        shares.put("paired_standard_error", shuffled.pairedError());
        ObjectNode matched = node.putObject("cost_matched_shuffled");
        matched.put("reward", shuffled.matchedReward());
        matched.put("sd", shuffled.matchedDeviation());
        matched.put("permutations", Controls.PERMUTATIONS);
    }

    private static void score(ObjectNode node, Controls.Score score) {
        node.put("reward", score.reward());
        node.put("quality", score.quality());
        node.put("cost_usd", score.costUsd());
        node.put("objective", score.amount());
    }
}
