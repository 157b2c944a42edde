package io.penstock.app.replay;

import io.penstock.event.Decision;
import io.penstock.event.Outcome;
import io.penstock.event.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was committed about one request of a replay, to be explained. Filled by the loop's thread only. */
public final class Sample {
    private final String requestId;
    private final List<Decision> decisions = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private @Nullable Response response;

    Sample(String requestId) {
        this.requestId = requestId;
    }

    void take(LoopEvent event) {
        if (event instanceof LoopEvent.Decided decided
                && decided.decision().getRequestId().equals(requestId)) {
            decisions.add(decided.decision());
        } else if (event instanceof LoopEvent.Responded responded
                && responded.response().getRequestId().equals(requestId)) {
            response = responded.response();
        } else if (event instanceof LoopEvent.Learnable learnable
                && learnable.outcome().getRequestId().equals(requestId)) {
            outcomes.add(learnable.outcome());
        }
    }

    public String requestId() {
        return requestId;
    }

    public List<Decision> decisions() {
        return List.copyOf(decisions);
    }

    /** Null if there was none. */
    public @Nullable Response response() {
        return response;
    }

    public List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }
}
