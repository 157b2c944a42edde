package io.penstock.topology.route;

/** The reasons for which route itself rejects; enrich has its own for what it cannot accept. */
public final class RejectReasons {
    /** The request's time was over before it could be decided; its terminal event is EXPIRED. */
    public static final String EXPIRED = "expired";

    /** The profile allows no further attempt; the request fails with the error of its last one. */
    static final String ATTEMPTS_EXHAUSTED = "attempts_exhausted";

    static final String DISPATCH_TOO_LARGE = "dispatch_too_large";
    /** The owner of the budget is at its cap. */
    static final String BUDGET_EXHAUSTED = "budget_exhausted";

    /** The session is at its cap. */
    static final String SESSION_BUDGET_EXHAUSTED = "session_budget_exhausted";

    static final String TOO_MANY_CANDIDATES = "too_many_candidates";

    private RejectReasons() {}
}
