package io.penstock.topology.route;

import io.penstock.event.RoutingProfile;
import java.util.Map;

/**
 * Which policy a request reads and teaches: its tenant's own, or that of a group, or of all, that the tenant shares on purpose;
 * and where its profile lists the task that it names, that task's own within it. The two never learn from each other. What
 * follows an answer that was passed over has a scope of its own below: such requests are harder, and what models earn on them
 * must neither be expected of all nor be learned from it.
 */
final class Scopes {
    /** The attribute of a request that names its task. */
    static final String TASK = "task";

    private static final String ESCALATED = "/escalated";

    private Scopes() {}

    /** Of the same requests, after an answer that was passed over. */
    static String escalated(String scope) {
        return scope + ESCALATED;
    }

    /** E.g. {@code tenant/acme} or {@code group/law/task-sql}. */
    static String of(RoutingProfile profile, String tenant, Map<String, String> attributes) {
        String shared = switch (profile.getPooling()) {
            case "isolated" -> "tenant/" + tenant;
            case "global" -> "global";
            default -> "group/" + profile.getPooling();
        };
        String task = attributes.get(TASK);
        // The prefix keeps tasks apart from what else lies below a scope: the residuals of warm models.
        return task != null && profile.getTasks().contains(task) ? shared + "/task-" + task : shared;
    }

    /** Whether a request names a task that its profile does not list although it lists some. */
    static boolean isOfUnknownTask(RoutingProfile profile, Map<String, String> attributes) {
        String task = attributes.get(TASK);
        return task != null
                && !profile.getTasks().isEmpty()
                && !profile.getTasks().contains(task);
    }
}
