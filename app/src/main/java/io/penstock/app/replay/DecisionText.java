package io.penstock.app.replay;

import io.penstock.app.plot.TextTable;
import io.penstock.event.Candidate;
import io.penstock.event.Decision;
import io.penstock.event.PolicyUse;
import io.penstock.schema.Money;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** One decision in words: what was considered, how each model scored, and why this one was taken. */
public final class DecisionText {
    private DecisionText() {}

    /** Several lines; holds no text of the prompt. */
    public static String write(Decision decision) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "Request %s/%s (attempt %d): %s with probability %.3f, by policy %s, seed %d%n",
                decision.getTenant(),
                decision.getRequestId(),
                decision.getAttempt(),
                decision.getModel(),
                decision.getPropensity(),
                decision.getPolicy(),
                decision.getSeed()));
        text.append(table(decision));
        for (Candidate dropped : decision.getCandidates()) {
            if (dropped.getFilter() != null) {
                text.append(String.format(
                        Locale.ROOT,
                        "%s was dropped by filter %s: %s%n",
                        dropped.getModel(),
                        dropped.getFilter(),
                        dropped.getFilterDetail()));
            }
        }
        for (PolicyUse use : decision.getPolicies()) {
            text.append(String.format(
                    Locale.ROOT,
                    "Learned from scope %s, as of record %d of policies-%d (checksum %08x)%n",
                    use.getScope(),
                    use.getOffset(),
                    use.getPartition(),
                    use.getChecksum()));
        }
        return text.toString();
    }

    private static String table(Decision decision) {
        TextTable table = new TextTable(
                "model",
                "quality",
                "\u00b1",
                "evidence",
                "tokens",
                "cost",
                "utility",
                "= quality",
                "+ cost",
                "+ latency",
                "+ energy",
                "probability");
        List<Candidate> scored = decision.getCandidates().stream()
                .filter(candidate -> candidate.getFilter() == null)
                .sorted(Comparator.comparingDouble(Candidate::getUtility).reversed())
                .toList();
        for (Candidate candidate : scored) {
            table.row(
                    candidate.getModel().equals(decision.getModel())
                            ? "> " + candidate.getModel()
                            : "  " + candidate.getModel(),
                    number(candidate.getPredictedQuality()),
                    number(candidate.getQualityWidth()),
                    String.format(Locale.ROOT, "%.1f", candidate.getEvidence()),
                    String.format(Locale.ROOT, "%.0f", candidate.getPredictedOutputTokens()),
                    String.format(Locale.ROOT, "$%.6f", Money.usd(candidate.getPredictedCostNanos())),
                    number(candidate.getUtility()),
                    number(candidate.getQualityScore()),
                    number(candidate.getCostScore()),
                    number(candidate.getLatencyScore()),
                    number(candidate.getEnergyScore()),
                    number(candidate.getProbability()));
        }
        return table.toString();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
