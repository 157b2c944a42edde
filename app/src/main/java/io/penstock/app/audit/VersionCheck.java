package io.penstock.app.audit;

import io.penstock.event.PolicySnapshot;
import io.penstock.schema.Keys;
import java.util.HashMap;
import java.util.Map;

/** I4: versions of a key strictly go up in the order of the policies topic. Fed in the order of each partition. */
final class VersionCheck {
    private final Findings findings;
    private final Map<String, Long> latest = new HashMap<>();

    VersionCheck(Findings findings) {
        this.findings = findings;
    }

    void policy(Place place, String key, PolicySnapshot policy) {
        findings.checked(Invariant.I4);
        String own = Keys.policyKey(policy.getScope(), policy.getModel(), policy.getShard(), policy.getExtractor());
        if (!own.equals(key)) {
            findings.violation(Invariant.I4, key, "holds the policy of " + own + " at " + place);
        }
        Long before = latest.put(key, policy.getVersion());
        if (before != null && policy.getVersion() <= before) {
            findings.violation(
                    Invariant.I4, key, "has version " + policy.getVersion() + " after " + before + " at " + place);
        }
    }
}
