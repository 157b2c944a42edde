package io.penstock.app.explain;

import io.penstock.app.plot.TextTable;
import io.penstock.event.BudgetUse;
import io.penstock.event.Candidate;
import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Escalation;
import io.penstock.event.ExperimentUse;
import io.penstock.event.Feedback;
import io.penstock.event.Outcome;
import io.penstock.event.PolicyRole;
import io.penstock.event.PolicyUse;
import io.penstock.event.Response;
import io.penstock.event.Signal;
import io.penstock.event.Trial;
import io.penstock.schema.Money;
import io.penstock.topology.policy.WarmStart;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** An explanation as lines and tables. */
final class ExplanationText {
    private static final int SIGNALS_A_LINE = 4;

    private static final MathContext SHORT = new MathContext(3);

    private final History history;
    private final StringBuilder text = new StringBuilder();

    ExplanationText(History history) {
        this.history = history;
    }

    String write(boolean full) {
        for (Decision decision : history.decisions()) {
            headline(decision);
            if (full) {
                details(decision);
            }
        }
        if (full) {
            history.completions().forEach(this::completion);
        }
        end();
        if (full) {
            history.signals().forEach(this::signal);
            history.outcomes().forEach(this::outcome);
        }
        return text.toString();
    }

    private void headline(Decision decision) {
        long scored = scored(decision).size();
        if (decision.getKind() == DecisionKind.DISPATCH) {
            line(
                    "Attempt %d: %s, drawn with probability %.3f from %d of %d models by policy %s.",
                    decision.getAttempt(),
                    decision.getModel(),
                    decision.getPropensity(),
                    scored,
                    decision.getCandidates().size(),
                    decision.getPolicy());
        } else if (decision.getKind() == DecisionKind.ACCEPTED) {
            line("Accepted, and held.");
        } else {
            line(
                    "Attempt %d: %s, %s (%s).",
                    decision.getAttempt(),
                    decision.getKind().name().toLowerCase(Locale.ROOT),
                    decision.getRejectReason(),
                    decision.getRejectDetail());
        }
    }

    private void details(Decision decision) {
        line(
                "  decision %s, lane %s, routed by partition %d as its number %d",
                decision.getDecisionId(),
                decision.getLane().name().toLowerCase(Locale.ROOT),
                decision.getRoutePartition(),
                decision.getRouteSequence());
        line(
                "  read from %s-%d, record %d",
                decision.getSourceTopic(), decision.getSourcePartition(), decision.getSourceOffset());
        signals(decision);
        money(decision);
        if (decision.getRule() != null) {
            line("  rule %s of rule set %s applied", decision.getRule(), decision.getRuleVersion());
        }
        Escalation escalation = decision.getEscalation();
        if (escalation != null) {
            line(
                    "  an answer whose %s is below %s is passed over for a better model, at most %d time%s",
                    escalation.getSignal(),
                    escalation.getBelow(),
                    escalation.getRungs(),
                    escalation.getRungs() == 1 ? "" : "s");
        }
        candidates(decision);
        for (PolicyUse use : decision.getPolicies()) {
            if (use.getRole() == PolicyRole.UNUSED) {
                line("  scope %s learns from it, but was not read: the scope is pinned", use.getScope());
                continue;
            }
            line(
                    "  %s scope %s%s, as of record %d of policies-%d, checksum %08x",
                    use.getRole() == PolicyRole.FROZEN ? "frozen in" : "learned from",
                    use.getScope(),
                    WarmStart.isResidual(use.getScope()) ? " (what a warm model misses)" : "",
                    use.getOffset(),
                    use.getPartition(),
                    use.getChecksum());
        }
        decision.getExperiments().forEach(this::experiment);
        line("  catalog as of record %d, seed %d", decision.getCatalogVersion(), decision.getSeed());
        String again = switch (Explanation.redecide(decision)) {
            case SAME -> "  decided again from this record: the same model";
            case DIFFERENT -> "  decided again from this record: ANOTHER MODEL, so record or code is wrong";
            case NOT_DRAWN -> "  nothing was drawn";
        };
        line("%s", again);
    }

    private void experiment(ExperimentUse use) {
        Trial trial = use.getTrial();
        line(
                "  experiment %s (%s%s): by itself it would choose %s; a verdict q tells it %.4f + %.4f q",
                trial.getExperiment(),
                use.getMode().name().toLowerCase(Locale.ROOT),
                use.getShare() > 0 ? String.format(Locale.ROOT, ", share %.2f", use.getShare()) : "",
                use.getPick(),
                trial.getIntercept(),
                trial.getSlope());
    }

    private void money(Decision decision) {
        BudgetUse use = decision.getBudget();
        if (use == null) {
            return;
        }
        if (!use.getPeriod().isEmpty()) {
            line(
                    "  paid by %s in %s, cap %s: %s; reserved %s after %s of %s granted, price of money %s",
                    use.getOwner(),
                    use.getPeriod(),
                    Money.format(use.getCapNanos()),
                    verdict(use.getVerdict()),
                    Money.format(decision.getReservedCostNanos()),
                    Money.format(use.getReservedNanos()),
                    Money.format(use.getGrantedNanos()),
                    shortened(use.getPrice()));
        }
        if (use.getSessionCapNanos() > 0) {
            line(
                    "  the session had used %s of %s",
                    Money.format(use.getSessionNanos()), Money.format(use.getSessionCapNanos()));
        }
    }

    private static String verdict(String verdict) {
        return switch (verdict) {
            case "free" -> "free to choose";
            case "cheapest" -> "at the cap, so the cheapest that fits";
            case "wait" -> "waiting for a grant";
            case "hold" -> "at the cap, so held";
            case "reject" -> "at the cap, so rejected";
            default -> verdict;
        };
    }

    private void signals(Decision decision) {
        StringBuilder some = new StringBuilder("  signals: input tokens " + decision.getInputTokens());
        int count = 1;
        for (var signal : new TreeMap<>(decision.getSignals()).entrySet()) {
            some.append(count++ % SIGNALS_A_LINE == 0 ? ",\n    " : ", ")
                    .append(signal.getKey())
                    .append(' ')
                    .append(shortened(signal.getValue()));
        }
        line("%s", some);
        if (decision.getFeatures() != null) {
            line(
                    "  features: %d numbers of extractor %s%s",
                    decision.getFeatures().getDimension(),
                    decision.getFeatures().getExtractor(),
                    decision.getFeatures().getDegraded() ? ", DEGRADED: the extractor failed or was late" : "");
        }
    }

    private static List<Candidate> scored(Decision decision) {
        return decision.getCandidates().stream()
                .filter(candidate -> candidate.getFilter() == null)
                .toList();
    }

    private void candidates(Decision decision) {
        TextTable table = new TextTable(
                "  model",
                "quality",
                "\u00b1",
                "mean \u00b1",
                "evidence",
                "verdicts",
                "their mean",
                "tokens",
                "ms",
                "cost",
                "utility",
                "= quality",
                "+ cost",
                "+ latency",
                "+ energy",
                "probability");
        scored(decision).stream()
                .sorted(Comparator.comparingDouble(Candidate::getUtility).reversed())
                .forEach(candidate -> table.row(
                        (candidate.getModel().equals(decision.getModel()) ? "> " : "  ") + candidate.getModel(),
                        number(candidate.getPredictedQuality()),
                        number(candidate.getQualityWidth()),
                        number(candidate.getMeanWidth()),
                        whole(candidate.getEvidence()),
                        whole(candidate.getVerdicts()),
                        number(candidate.getVerdictMean()),
                        whole(candidate.getPredictedOutputTokens()),
                        whole(candidate.getPredictedLatencyMs()),
                        String.format(Locale.ROOT, "$%.6f", Money.usd(candidate.getPredictedCostNanos())),
                        number(candidate.getUtility()),
                        number(candidate.getQualityScore()),
                        number(candidate.getCostScore()),
                        number(candidate.getLatencyScore()),
                        number(candidate.getEnergyScore()),
                        number(candidate.getProbability())));
        if (!scored(decision).isEmpty()) {
            text.append(table);
        }
        for (Candidate candidate : decision.getCandidates()) {
            if (candidate.getFilter() != null) {
                line(
                        "  %s: dropped by %s (%s)",
                        candidate.getModel(), candidate.getFilter(), candidate.getFilterDetail());
            }
        }
    }

    private void completion(Completion completion) {
        line(
                "Attempt %d ended: %s at %s after %.0f ms, %d + %d tokens, %s%s.",
                completion.getAttempt(),
                completion.getStatus().name().toLowerCase(Locale.ROOT),
                completion.getModel(),
                completion.getLatencyMs(),
                completion.getInputTokens(),
                completion.getOutputTokens(),
                Money.format(completion.getCostNanos()),
                completion.getErrorMessage() == null ? "" : " (" + completion.getErrorMessage() + ")");
        new TreeMap<>(completion.getConfidence())
                .forEach((signal, value) -> line("  confidence: %s %s", signal, number(value)));
    }

    private void end() {
        Response response = history.response();
        if (response == null) {
            line("No response yet.");
            return;
        }
        line(
                "Response: %s%s after %d attempt%s, %.0f ms, %d + %d tokens, cost %s%s.",
                response.getKind().name().toLowerCase(Locale.ROOT),
                response.getReason() == null ? "" : ", " + response.getReason() + " (" + response.getDetail() + ")",
                response.getAttempts(),
                response.getAttempts() == 1 ? "" : "s",
                response.getLatencyMs(),
                response.getInputTokens(),
                response.getOutputTokens(),
                Money.format(response.getSettledCostNanos()),
                response.getInDoubtCostNanos() == 0
                        ? ""
                        : ", up to " + Money.format(response.getInDoubtCostNanos()) + " more in doubt");
    }

    private void signal(Signal signal) {
        if (signal.getBody() instanceof Feedback feedback) {
            line(
                    "Feedback %s from %s: %s %s.",
                    feedback.getFeedbackId(), feedback.getSource(), feedback.getKind(), number(feedback.getValue()));
        } else {
            line("A cancel came.");
        }
    }

    private void outcome(Outcome outcome) {
        line(
                "Learned (%s): %s%s, into scope%s %s.",
                outcome.getKind().name().toLowerCase(Locale.ROOT),
                outcome.getModel(),
                outcome.getQuality() == null
                        ? ", " + outcome.getOutputTokens() + " tokens, " + Money.format(outcome.getCostNanos())
                        : ", quality " + number(outcome.getQuality())
                                + (outcome.getReplacedQuality() == null
                                        ? ""
                                        : " instead of " + number(outcome.getReplacedQuality())),
                outcome.getScopes().size() == 1 ? "" : "s",
                String.join(", ", outcome.getScopes()));
    }

    private static String shortened(double value) {
        return Double.isFinite(value)
                ? new BigDecimal(value, SHORT).stripTrailingZeros().toPlainString()
                : String.valueOf(value);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%.0f", value);
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
