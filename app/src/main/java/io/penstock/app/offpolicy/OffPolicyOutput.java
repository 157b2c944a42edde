package io.penstock.app.offpolicy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.app.plot.TextTable;
import io.penstock.learner.offpolicy.Estimate;
import io.penstock.learner.offpolicy.OffPolicyEstimates;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A report in words and as JSON. */
public final class OffPolicyOutput {
    /** Effective decisions below which the tests of the intervals say nothing. */
    private static final int FEW = 80;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private OffPolicyOutput() {}

    /** For people. */
    public static String text(OffPolicyReport report) {
        TextTable table = new TextTable(
                "policy",
                "IPS",
                "\u00b1",
                "SNIPS",
                "\u00b1",
                "DR",
                "low",
                "high",
                "adaptive",
                "low",
                "high",
                "effective",
                "unsupported");
        report.rows().forEach(row -> row(table, row));
        OffPolicyReport.Counts counts = report.counts();
        Estimate logged = report.rows().get(0).estimates().logged();
        StringBuilder text = new StringBuilder(table.toString());
        text.append("logged mean ")
                .append(number(logged.value()))
                .append(" [")
                .append(number(logged.low()))
                .append(", ")
                .append(number(logged.high()))
                .append("] of ")
                .append(counts.used())
                .append(" decisions; ")
                .append(counts.leftOut())
                .append('\n');
        List<String> few = report.rows().stream()
                .filter(row -> row.estimates().effectiveSampleSize() < FEW)
                .map(OffPolicyReport.Row::policy)
                .toList();
        if (!few.isEmpty()) {
            text.append("note: fewer than " + FEW + " effective decisions, so intervals may be too narrow: ")
                    .append(String.join(", ", few))
                    .append('\n');
        }
        if (counts.sampledUnevenly()) {
            text.append("note: verdicts were sampled at different rates; the estimates are of the judged requests\n");
        }
        return text.toString();
    }

    private static void row(TextTable table, OffPolicyReport.Row row) {
        OffPolicyEstimates estimates = row.estimates();
        Estimate snips = estimates.snips();
        table.row(
                row.policy(),
                number(estimates.ips().value()),
                number(estimates.ips().standardError()),
                snips == null ? "-" : number(snips.value()),
                snips == null ? "-" : number(snips.standardError()),
                number(estimates.dr().value()),
                number(estimates.dr().low()),
                number(estimates.dr().high()),
                number(estimates.adaptive().value()),
                number(estimates.adaptive().low()),
                number(estimates.adaptive().high()),
                String.format(Locale.ROOT, "%.0f", estimates.effectiveSampleSize()),
                String.format(Locale.ROOT, "%.3f", estimates.unsupportedMass()));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    /** For programs; ends with a line break. */
    public static String json(OffPolicyReport report) {
        ObjectNode root = MAPPER.createObjectNode();
        OffPolicyReport.Counts counts = report.counts();
        root.putObject("decisions")
                .put("used", counts.used())
                .put("without_verdict", counts.withoutVerdict())
                .put("without_completion", counts.withoutCompletion())
                .put("unusable", counts.unusable())
                .put("unreadable_records", counts.unreadable())
                .put("sampled_unevenly", counts.sampledUnevenly());
        estimate(root, "logged", report.rows().get(0).estimates().logged());
        ArrayNode policies = root.putArray("policies");
        for (OffPolicyReport.Row row : report.rows()) {
            OffPolicyEstimates estimates = row.estimates();
            ObjectNode node = policies.addObject().put("policy", row.policy());
            estimate(node, "ips", estimates.ips());
            estimate(node, "snips", estimates.snips());
            estimate(node, "dr", estimates.dr());
            estimate(node, "adaptive", estimates.adaptive());
            node.put("effective_sample_size", estimates.effectiveSampleSize());
            node.put("unsupported_mass", estimates.unsupportedMass());
        }
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of numbers and strings can always be written", e);
        }
    }

    private static void estimate(ObjectNode node, String name, @Nullable Estimate estimate) {
        if (estimate == null) {
            node.putNull(name);
            return;
        }
        node.putObject(name)
                .put("value", estimate.value())
                .put("standard_error", estimate.standardError())
                .put("low", estimate.low())
                .put("high", estimate.high());
    }
}
