package io.penstock.app.audit;

import io.penstock.event.Candidate;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Dispatch;
import io.penstock.event.ExperimentUse;
import io.penstock.event.Lane;
import io.penstock.event.PolicyUse;
import io.penstock.learner.Choice;
import io.penstock.schema.Identity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * I2: one dispatch decision per (identity, attempt), exactly one dispatch that matches it, a propensity above 0 that is
 * the probability recorded for the chosen model, and a choice that follows from the recorded probabilities and seed.
 * A decision that was voided, that is, cancelled by its own id because its request id was taken under another session or
 * lane, does not count as a second one.
 */
final class DecisionCheck {
    private static final double TOLERANCE = 1e-12;

    /** An attempt as a decision or a dispatch describes it. */
    private record Attempt(String identity, int number, Lane lane, String model) {}

    private record Made(Attempt attempt, boolean late) {}

    private final Map<String, List<String>> idsByAttempt = new HashMap<>();
    private final Map<String, Made> madeById = new HashMap<>();
    private final Map<String, List<Attempt>> dispatches = new HashMap<>();
    private final List<Violation> mismatches = new ArrayList<>();
    private final Set<String> cancelled = new HashSet<>();

    /** @param late read only to know of it: its dispatch may not be readable yet */
    void decision(Decision decision, boolean late) {
        if (decision.getKind() != DecisionKind.DISPATCH) {
            return;
        }
        String identity = identity(decision.getTenant(), decision.getRequestId());
        String id = decision.getDecisionId();
        idsByAttempt
                .computeIfAbsent(identity + '#' + decision.getAttempt(), key -> new ArrayList<>(1))
                .add(id);
        String model = decision.getModel();
        if (model == null) {
            mismatch(identity, "decision " + id + " dispatches to no model");
            return;
        }
        madeById.put(id, new Made(new Attempt(identity, decision.getAttempt(), decision.getLane(), model), late));
        redecide(decision, identity, model);
        namesPolicies(decision, identity);
    }

    private void redecide(Decision decision, String identity, String model) {
        List<Candidate> scored = decision.getCandidates().stream()
                .filter(candidate -> candidate.getFilter() == null)
                .toList();
        double[] probabilities =
                scored.stream().mapToDouble(Candidate::getProbability).toArray();
        int again;
        try {
            again = Choice.pick(probabilities, decision.getSeed());
        } catch (IllegalArgumentException e) {
            mismatch(identity, "the recorded probabilities are no distribution: " + e.getMessage());
            return;
        }
        if (scored.isEmpty() || !scored.get(again).getModel().equals(model)) {
            mismatch(
                    identity,
                    "chose " + model + ", but its probabilities and seed give "
                            + (scored.isEmpty() ? "nothing" : scored.get(again).getModel()));
            return;
        }
        mixes(decision, probabilities, identity);
        double propensity = decision.getPropensity();
        if (!(propensity > 0) || Math.abs(propensity - probabilities[again]) > TOLERANCE) {
            mismatch(
                    identity,
                    "propensity " + propensity + " is not the probability " + probabilities[again] + " of " + model
                            + ", or not above 0");
        }
    }

    /** With an experiment that decides a share, the probabilities are those of the mixture it records. */
    private void mixes(Decision decision, double[] probabilities, String identity) {
        for (ExperimentUse use : decision.getExperiments()) {
            double share = use.getShare();
            for (int i = 0; share > 0 && i < probabilities.length; i++) {
                boolean known =
                        i < use.getCurrent().size() && i < use.getVariant().size();
                double mixed = known
                        ? (1 - share) * use.getCurrent().get(i)
                                + share * use.getVariant().get(i)
                        : Double.NaN;
                if (!(Math.abs(mixed - probabilities[i]) <= TOLERANCE)) {
                    mismatch(
                            identity,
                            "probability " + probabilities[i] + " is not what experiment "
                                    + use.getTrial().getExperiment() + " mixes, " + mixed);
                    return;
                }
            }
        }
    }

    private void namesPolicies(Decision decision, String identity) {
        for (PolicyUse use : decision.getPolicies()) {
            // Before anything was learned there is no record to name: then both are -1.
            if (use.getScope().isEmpty() || use.getPartition() < 0 != use.getOffset() < 0) {
                mismatch(identity, "names a policy without its scope, partition or offset");
            }
        }
    }

    /** @param slug of the topic the dispatch lies in */
    void dispatch(Lane lane, String slug, Dispatch dispatch) {
        String identity = identity(dispatch.getTenant(), dispatch.getRequestId());
        if (!slug.equals(dispatch.getModel())) {
            mismatch(identity, "a dispatch for " + dispatch.getModel() + " lies in the topic of " + slug);
        }
        dispatches
                .computeIfAbsent(dispatch.getDecisionId(), id -> new ArrayList<>(1))
                .add(new Attempt(identity, dispatch.getAttempt(), lane, slug));
    }

    void cancelled(String decisionId) {
        cancelled.add(decisionId);
    }

    private void mismatch(String identity, String what) {
        mismatches.add(new Violation(Invariant.I2, identity, what));
    }

    void finish(Findings findings) {
        mismatches.forEach(found -> findings.violation(found.invariant(), found.subject(), found.what()));
        idsByAttempt.forEach((attempt, ids) -> {
            findings.checked(Invariant.I2);
            long valid = ids.stream().filter(id -> !cancelled.contains(id)).count();
            if (ids.size() > 1 && (valid > 1 || new HashSet<>(ids).size() < ids.size())) {
                findings.violation(Invariant.I2, attempt, "has " + ids.size() + " dispatch decisions: " + ids);
            }
        });
        madeById.forEach((id, made) -> {
            int count = dispatches.getOrDefault(id, List.of()).size();
            if (count > 1 || (count == 0 && !made.late())) {
                findings.violation(
                        Invariant.I2,
                        made.attempt().identity(),
                        "decision " + id + " has " + count + " dispatches, not one");
            }
        });
        dispatches.forEach((id, sent) -> finish(findings, id, sent.get(0)));
    }

    private void finish(Findings findings, String id, Attempt sent) {
        Made made = madeById.get(id);
        if (made == null) {
            findings.violation(
                    Invariant.I2, sent.identity(), "has a dispatch of decision " + id + ", which was never made");
        } else if (!made.attempt().equals(sent)) {
            findings.violation(
                    Invariant.I2,
                    sent.identity(),
                    "decision " + id + " says " + made.attempt() + ", but its dispatch " + sent);
        }
    }

    private static String identity(String tenant, String requestId) {
        return new Identity(tenant, requestId).key();
    }
}
