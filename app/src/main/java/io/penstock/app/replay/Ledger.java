package io.penstock.app.replay;

import io.penstock.connector.recorded.Objective;
import io.penstock.connector.recorded.RecordedOutcome;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.schema.Money;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;

/** What became of each request of a workload, from the decisions and responses that were committed. */
final class Ledger {
    /** The arm of a request that no model answered. */
    static final int NONE = -1;

    private final Workload workload;
    private final Scoring scoring;
    private final boolean[] decided;
    private final boolean[] responded;
    private final int[] arms;
    private final double[] qualities;
    private final double[] rewards;
    private final double[] amounts;
    private final long[] costNanos;
    private final Set<String> attempts = new HashSet<>();
    private final int[] order;
    private int settled;
    private int submitted;
    private int decisions;
    private int duplicatedDecisions;
    private int responses;
    private int duplicated;
    private int unanswered;

    Ledger(Workload workload, Scoring scoring) {
        this.workload = workload;
        this.scoring = scoring;
        int size = workload.size();
        this.decided = new boolean[size];
        this.responded = new boolean[size];
        this.arms = new int[size];
        this.qualities = new double[size];
        this.rewards = new double[size];
        this.amounts = new double[size];
        this.costNanos = new long[size];
        this.order = new int[size];
        Arrays.fill(arms, NONE);
    }

    void submitted() {
        submitted++;
    }

    void decided(Decision decision) {
        OptionalInt index = workload.index(decision.getRequestId());
        if (index.isEmpty() || decision.getKind() == DecisionKind.ACCEPTED) {
            return;
        }
        if (attempts.add(decision.getRequestId() + '/' + decision.getAttempt())) {
            decisions++;
        } else {
            duplicatedDecisions++;
        }
        decided[index.getAsInt()] = true;
    }

    /** Takes the terminal event of a request; empty if it is the second one or of another's request. */
    OptionalInt responded(Response response) {
        OptionalInt found = workload.index(response.getRequestId());
        if (found.isEmpty()) {
            return found;
        }
        responses++;
        int index = found.getAsInt();
        if (responded[index]) {
            duplicated++;
            return OptionalInt.empty();
        }
        responded[index] = true;
        order[settled++] = index;
        settle(index, response);
        return found;
    }

    private void settle(int index, Response response) {
        costNanos[index] = response.getSettledCostNanos();
        String model = response.getModel();
        OptionalInt arm =
                model == null ? OptionalInt.empty() : workload.outcomes().arm(model);
        if (response.getKind() == ResponseKind.ANSWERED && arm.isPresent()) {
            RecordedOutcome outcome = workload.prompt(index).outcomes().get(arm.getAsInt());
            arms[index] = arm.getAsInt();
            qualities[index] = outcome.quality();
            amounts[index] = scoring.amount(outcome, response.getSettledCostNanos());
        } else {
            unanswered++;
            amounts[index] = scoring.objective() == Objective.COST_USD ? costUsd(index) : 0;
        }
        rewards[index] = scoring.reward(qualities[index], amounts[index]);
    }

    Workload workload() {
        return workload;
    }

    Scoring scoring() {
        return scoring;
    }

    boolean isDecided(int index) {
        return decided[Objects.checkIndex(index, decided.length)];
    }

    boolean hasResponse(int index) {
        return responded[index];
    }

    /** How many requests have a response. */
    int settled() {
        return settled;
    }

    /** The request whose response came n-th, n from 0 to below {@link #settled}. */
    int settledAt(int n) {
        return order[Objects.checkIndex(n, settled)];
    }

    /** The arm that answered, or {@link #NONE}. */
    int arm(int index) {
        return arms[index];
    }

    double quality(int index) {
        return qualities[index];
    }

    double reward(int index) {
        return rewards[index];
    }

    double amount(int index) {
        return amounts[index];
    }

    double costUsd(int index) {
        return Money.usd(costNanos[index]);
    }

    Counts counts() {
        int distinct = responses - duplicated;
        return new Counts(
                submitted, responses, decisions, submitted - distinct, duplicated, duplicatedDecisions, unanswered);
    }
}
