package io.penstock.topology.join;

import io.penstock.event.Decision;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the response hands back to the client as it came. The attributes are the client's text: never printed. */
record Reply(@Nullable String replyTo, @Nullable String batchId, Map<String, String> attributes) {
    Reply {
        attributes = Map.copyOf(attributes);
    }

    static Reply of(Decision decision) {
        return new Reply(decision.getReplyTo(), decision.getBatchId(), decision.getAttributes());
    }

    @Override
    public String toString() {
        return "Reply[" + replyTo + ", " + batchId + "]";
    }
}
