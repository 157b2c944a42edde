package io.penstock.topology.join;

import io.penstock.event.Decision;
import io.penstock.event.Lane;
import io.penstock.event.RouteEvent;
import io.penstock.event.RouteEventKind;
import io.penstock.topology.Hash64;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where route keeps a request: its key and lane, and what route events repeat of it. */
record Address(
        String tenant, String requestId, @Nullable String sessionId, String routingKey, Lane lane, long requestTime) {

    static Address of(Decision decision) {
        return new Address(
                decision.getTenant(),
                decision.getRequestId(),
                decision.getSessionId(),
                decision.getRoutingKey(),
                decision.getLane(),
                decision.getRequestTime().toEpochMilli());
    }

    /** Of the routing key and lane: two requests of one identity with different hashes are different requests. */
    long hash() {
        return Hash64.of(lane.name() + '/' + routingKey);
    }

    /**
     * @param attempt the attempt that ended
     * @param costNanos what has become known of the request's cost since the last event
     * @param inDoubtNanos upper bound of what is not known of it; null = that itself is not known
     */
    Effect.RouteTo event(
            RouteEventKind kind,
            int attempt,
            String reason,
            @Nullable String exclude,
            long costNanos,
            @Nullable Long inDoubtNanos) {
        RouteEvent event = new RouteEvent();
        event.setKind(kind);
        event.setTenant(tenant);
        event.setRequestId(requestId);
        event.setSessionId(sessionId);
        event.setLane(lane);
        event.setAttempt(attempt);
        event.setReason(reason);
        event.setExcludeModel(exclude);
        event.setSettledCostNanos(costNanos);
        event.setInDoubtCostNanos(inDoubtNanos);
        event.setRequestTime(Instant.ofEpochMilli(requestTime));
        return new Effect.RouteTo(routingKey, event);
    }

    /** Asks for a better model than the one that has answered. */
    Effect.RouteTo escalation(int attempt, String model, long costNanos, @Nullable Long inDoubtNanos) {
        Effect.RouteTo asked =
                event(RouteEventKind.REROUTE, attempt, EscalationRules.LOW_CONFIDENCE, model, costNanos, inDoubtNanos);
        asked.event().setEscalate(true);
        return asked;
    }

    @Override
    public String toString() {
        return tenant + '/' + requestId + " (routing key " + routingKey + ", lane " + lane + ")";
    }
}
