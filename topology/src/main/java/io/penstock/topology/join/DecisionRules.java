package io.penstock.topology.join;

import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.ResponseKind;
import io.penstock.event.RouteEventKind;
import io.penstock.topology.Hash64;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a decision of route does: begins or continues a life, rejects it, or is void because its identity is taken by
 * another request.
 */
final class DecisionRules {
    static final String DUPLICATE_IDENTITY = "duplicate_identity";

    private DecisionRules() {}

    static void apply(Step step, Decision decision) {
        if (step.state() instanceof State.Unknown unknown) {
            begin(step, unknown, decision);
        } else if (step.state() instanceof State.Open open) {
            next(step, open, decision);
        } else if (step.state() instanceof Closed closed) {
            late(step, closed, decision);
        }
    }

    private static void begin(Step step, State.Unknown unknown, Decision decision) {
        OpenRequest request = OpenRequest.of(decision);
        switch (decision.getKind()) {
            case ACCEPTED -> step.become(unknown.toHeld(request));
            case DISPATCH -> step.become(unknown.toInFlight(request, Attempt.of(decision, step.settings())));
            case REJECT -> {
                State.Held held = unknown.toHeld(request);
                step.become(held);
                reject(step, held, decision);
            }
        }
    }

    private static void next(Step step, State.Open open, Decision decision) {
        OpenRequest request = open.request();
        boolean sameAddress = request.address().hash() == Address.of(decision).hash();
        boolean held = decision.getKind() == DecisionKind.ACCEPTED;
        if (request.attempt(decision.getDecisionId()) != null || (sameAddress && held)) {
            step.count("join.duplicate-decision");
        } else if (!sameAddress || request.hasNumber(decision.getAttempt())) {
            List<Voided> all = new ArrayList<>(request.voided());
            makeVoid(step, decision, all, !sameAddress);
            step.become(open.with(request.withVoided(all)));
        } else if (decision.getAttempt() < request.lastNumber()) {
            outOfOrder(step, open, decision);
        } else if (decision.getKind() == DecisionKind.REJECT) {
            reject(step, open, decision);
        } else {
            step.become(open.toInFlight(Attempt.of(decision, step.settings())));
        }
    }

    // Its lease is watched by nobody, but its completion may come and win.
    private static void outOfOrder(Step step, State.Open open, Decision decision) {
        step.count("join.decision-out-of-order");
        if (decision.getKind() == DecisionKind.DISPATCH) {
            Attempt attempt = Attempt.of(decision, step.settings()).with(Attempt.Progress.IN_DOUBT);
            step.become(open.with(open.request().add(attempt)));
        }
    }

    private static void reject(Step step, State.Open open, Decision decision) {
        String reason = Objects.requireNonNullElse(decision.getRejectReason(), "rejected");
        String detail = Texts.brief(decision.getRejectDetail());
        if (decision.getAttempt() <= 1 && open.request().attempts().isEmpty()) {
            // Route decides a request whose time is over as a rejection; to its client it expired.
            ResponseKind kind = reason.equals(EndRules.EXPIRED) ? ResponseKind.EXPIRED : ResponseKind.REJECTED;
            EndRules.end(step, open, new EndRules.End(kind, reason, detail, decision.getDecisionId()));
            return;
        }
        // No candidate is left: what the client needs to know is why the attempts failed.
        String error = open.request().lastError();
        EndRules.end(
                step,
                open,
                new EndRules.End(
                        ResponseKind.FAILED,
                        error == null ? reason : error,
                        "no further attempt: " + reason + (detail.isEmpty() ? "" : " (" + detail + ")"),
                        null));
    }

    private static void late(Step step, Closed closed, Decision decision) {
        Address address = Address.of(decision);
        boolean sameAddress = closed.addressHash() == address.hash();
        if (closed.attempt(decision.getDecisionId()) != null) {
            step.count("join.duplicate-decision");
        } else if (!sameAddress || closed.hasNumber(decision.getAttempt())) {
            List<Voided> all = new ArrayList<>(closed.voided());
            makeVoid(step, decision, all, true);
            Closed next = closed.withVoided(all);
            if (next.fits()) {
                step.become(next);
            } else {
                step.count("join.voided-forgotten");
            }
        } else if (decision.getKind() == DecisionKind.DISPATCH) {
            // Route decided again before it heard of the end.
            step.count("join.dispatch-after-end");
            step.emit(Records.cancel(address, decision.getDecisionId(), "ended", step.now()));
            step.become(closed.add(Attempt.of(decision, step.settings()), address));
        } else {
            step.count("join.decision-after-end");
        }
    }

    private static void makeVoid(Step step, Decision decision, List<Voided> voided, boolean closeLater) {
        Address address = Address.of(decision);
        step.count("join.voided");
        if (decision.getKind() == DecisionKind.DISPATCH) {
            Voided added = new Voided(Hash64.of(decision.getDecisionId()), address);
            if (voided.contains(added)) {
                step.count("join.duplicate-decision");
                return;
            }
            voided.add(added);
            step.emit(Records.cancel(address, decision.getDecisionId(), DUPLICATE_IDENTITY, step.now()));
        }
        if (closeLater) {
            step.emit(address.event(RouteEventKind.CLOSE, decision.getAttempt(), DUPLICATE_IDENTITY, null, 0, null));
        }
        step.emit(new Effect.DeadLetterOut(
                new Event.DecisionSeen(decision),
                DUPLICATE_IDENTITY,
                "another request has this identity already; void is " + address));
    }
}
