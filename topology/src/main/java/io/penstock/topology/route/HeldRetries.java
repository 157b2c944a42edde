package io.penstock.topology.route;

import io.penstock.topology.money.BudgetView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** Decides when requests that wait for money are tried again, in order. Used by one thread. */
final class HeldRetries {
    // Also without any news: time may have run out, or a new period begun.
    private static final long IDLE_MILLIS = 1_000;
    // Of one tenant, and in one go: the others would fare alike.
    private static final int MOST_IN_VAIN = 16;

    private final HeldRequests held;
    private final OpenRequests open;
    private final BudgetView budgets;
    private final Consumer<OpenRequest> decide;
    private long news;
    private long triedAt;
    private boolean settled;

    /** @param decide tries a request; it is not held any more afterwards if that came to anything */
    HeldRetries(HeldRequests held, OpenRequests open, BudgetView budgets, Consumer<OpenRequest> decide) {
        this.held = held;
        this.open = open;
        this.budgets = budgets;
        this.decide = decide;
    }

    /** Money may have come back. */
    void settled() {
        settled = true;
    }

    void run(long now) {
        if (!isDue(now)) {
            return;
        }
        news = budgets.changes();
        triedAt = now;
        settled = false;
        Set<String> waitingSessions = new HashSet<>();
        Map<String, Integer> inVain = new HashMap<>();
        for (String identity : held.identities()) {
            OpenRequest request = Objects.requireNonNull(open.find(identity), "what is held is open");
            String tenant = request.identity().tenant();
            boolean hopeless = inVain.getOrDefault(tenant, 0) >= MOST_IN_VAIN && now < request.expiresAt();
            if (!hopeless && !isBehind(request, waitingSessions)) {
                decide.accept(request);
            }
            if (held.contains(request)) {
                inVain.merge(tenant, 1, Integer::sum);
                if (request.attempt() == 0) {
                    waitingSessions.add(HeldRequests.session(request));
                }
            }
        }
    }

    private boolean isDue(long now) {
        return !held.isEmpty() && (settled || budgets.changes() != news || now >= triedAt + IDLE_MILLIS);
    }

    private static boolean isBehind(OpenRequest request, Set<String> waitingSessions) {
        return request.attempt() == 0 && waitingSessions.contains(HeldRequests.session(request));
    }
}
