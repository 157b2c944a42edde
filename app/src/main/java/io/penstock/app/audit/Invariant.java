package io.penstock.app.audit;

/** What an audit checks; the numbers are those of design.md §4; M1 is of money. */
public enum Invariant {
    I1("each accepted request has exactly one response"),
    I2("one dispatch decision per attempt, with its dispatch, and the choice follows from what it recorded"),
    I3("each feedback moves a policy at most once, and every policy equals the refold of its outcomes"),
    I4("the versions of a policy only go up"),
    I6("a session's requests are routed in order, and no place in the order is taken twice"),
    M1("no owner spends more than its cap of a period, and no route task more than it was granted");

    private final String promise;

    Invariant(String promise) {
        this.promise = promise;
    }

    public String promise() {
        return promise;
    }
}
