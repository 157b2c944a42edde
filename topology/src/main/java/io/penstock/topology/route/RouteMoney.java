package io.penstock.topology.route;

import io.penstock.event.Budget;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.OwnerSpend;
import io.penstock.event.RouteEvent;
import io.penstock.schema.Identity;
import io.penstock.topology.RecentStore;
import io.penstock.topology.catalog.Catalog;
import io.penstock.topology.enrich.RouteNames;
import io.penstock.topology.money.Allowance;
import io.penstock.topology.money.Purses;
import io.penstock.topology.money.Sessions;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** What one route task knows and does about money: owners' purses, sessions' charges, and who waits. Used by one thread. */
final class RouteMoney {
    // A task that many wait in asks for several at once, but not for a whole budget.
    private static final int MOST_ASKED_FOR = 64;

    private final Purses purses;
    private final Sessions sessions;
    private final HeldRequests held;
    private final Consumer<OwnerSpend> out;

    RouteMoney(Purses purses, Sessions sessions, HeldRequests held, Consumer<OwnerSpend> out) {
        this.purses = purses;
        this.sessions = sessions;
        this.held = held;
        this.out = out;
    }

    /** That of a task, from its stores. */
    static RouteMoney of(
            ProcessorContext<Object, Object> context, Lane lane, RouteProcessor.Shared shared, OpenRequests open) {
        RouteNames names = new RouteNames(lane);
        Purses purses = new Purses(
                context.getStateStore(names.purseStore()),
                lane,
                context.taskId().partition(),
                shared.views().budgets());
        Sessions sessions = new Sessions(new RecentStore(
                context.getStateStore(names.sessionStore()), shared.settings().deduplicationHorizon()));
        HeldRequests held = new HeldRequests(context.getStateStore(names.heldStore()), open::find);
        Consumer<OwnerSpend> out = spend -> {
            Outgoing outgoing = new Outgoing(
                    shared.topics().spendByOwner(), Bytes.wrap(shared.codec().encode(spend)));
            long now = Math.max(0, context.currentSystemTimeMs());
            context.forward(new Record<>(spend.getOwner(), outgoing, now), names.spendSink());
        };
        return new RouteMoney(purses, sessions, held, out);
    }

    HeldRequests held() {
        return held;
    }

    /** What the budget that pays for a request allows now; null if none pays. */
    @Nullable
    Allowance allowance(Catalog catalog, OpenRequest open, InferenceRequest request, long now) {
        Budget budget = catalog.budget(open.identity().tenant(), request.getAttributes());
        if (budget == null) {
            return null;
        }
        String session = request.getSessionId();
        long charged = session == null || budget.getSessionCapNanos() == 0
                ? 0
                : sessions.nanos(open.identity().tenant(), session, now);
        // A byte is at least what a token holds, and the request's framing is more than a template adds.
        long inputBound = open.raw().get().length;
        return purses.allowance(budget, now, inputBound, charged, catalog.version());
    }

    /** Reserves what a dispatch may cost. */
    void reserve(Allowance allowance, Identity identity, InferenceRequest request, Selection.Chosen chosen, long now) {
        allowance.reserve(chosen.reservedCostNanos(), chosen.predictedCostNanos());
        String session = request.getSessionId();
        if (session != null && allowance.budget().getSessionCapNanos() > 0) {
            sessions.reserve(identity, session, chosen.reservedCostNanos(), now);
        }
    }

    /**
     * Charges a session what join has found out.
     *
     * @param open null if the request is closed
     */
    void settle(Catalog catalog, RouteEvent event, @Nullable OpenRequest open, long now) {
        String session = event.getSessionId();
        if (session == null || !catalog.limitsSessions()) {
            return;
        }
        // Join may not have heard of the latest attempt yet.
        boolean whole = open == null || event.getAttempt() >= open.attempt();
        sessions.settle(
                new Identity(event.getTenant(), event.getRequestId()),
                session,
                event.getSettledCostNanos(),
                whole ? event.getInDoubtCostNanos() : null,
                now);
    }

    /** Asks for what would have been needed. */
    void missed(Allowance allowance, long nanos) {
        allowance.missed(nanos * Math.min(MOST_ASKED_FOR, 1 + held.size()));
        purses.ask(allowance, out);
    }

    void tick(long now) {
        purses.tick(now, out);
    }

    void persist() {
        purses.persist();
    }

    void keepOffset(long now) {
        sessions.keepOffset(now);
    }
}
