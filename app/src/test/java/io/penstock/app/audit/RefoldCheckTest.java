package io.penstock.app.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.FeatureVector;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.PolicySnapshot;
import io.penstock.learner.Decay;
import io.penstock.learner.ModelStatistics;
import io.penstock.topology.learn.Refold;
import io.penstock.topology.policy.LearnedKey;
import io.penstock.topology.policy.PolicyFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RefoldCheckTest {
    private static final LearnedKey KEY = new LearnedKey("tenant/acme", "a", "e");
    private static final int SHARD = 2;

    private final Findings findings = new Findings();

    private AuditReport report() {
        return findings.report(Map.of());
    }

    private static Outcome outcome(double quality, float feature) {
        ByteBuffer values = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(1)
                .putFloat(feature);
        return Outcome.newBuilder()
                .setScopes(List.of("tenant/acme"))
                .setTenant("acme")
                .setRequestId("r")
                .setModel("a")
                .setKind(OutcomeKind.JUDGED)
                .setQuality(quality)
                .setFeatures(new FeatureVector("e", 2, values.flip(), false))
                .build();
    }

    private static final List<Outcome> OUTCOMES = List.of(outcome(0.5, 0.25f), outcome(1, -0.5f), outcome(0, 0.75f));

    /** The policy after the first outcomes, whose offsets are 0, 10, 20. */
    private static PolicySnapshot after(int count) {
        return PolicyFormat.encode(
                KEY,
                SHARD,
                10L * (count - 1) + 1,
                Refold.of(SHARD, OUTCOMES.subList(0, count)).get(KEY.policyKey(SHARD)),
                Instant.EPOCH);
    }

    private void audit(boolean expectIdle, PolicySnapshot... policies) {
        RefoldCheck check = new RefoldCheck(findings, expectIdle, null);
        for (PolicySnapshot policy : policies) {
            check.policy(policy);
        }
        for (int i = 0; i < OUTCOMES.size(); i++) {
            check.outcome(SHARD, 10L * i, 0, OUTCOMES.get(i));
        }
        check.finish();
    }

    @Test
    void shouldAcceptAPolicyThatEqualsItsOutcomes() {
        // When
        audit(true, after(1), after(3));

        // Then
        assertThat(report().violations()).isEmpty();
        assertThat(report().row(Invariant.I3).checked()).isOne();
    }

    @Test
    void shouldForgetAsTheStatisticsSayTheyDo() {
        // Given
        Refold refold = new Refold(key -> new Decay(3_600_000), null);
        OUTCOMES.forEach(outcome -> refold.add(SHARD, outcome, 0));
        ModelStatistics sums = Objects.requireNonNull(refold.sums().get(KEY.policyKey(SHARD)));

        // When
        audit(true, PolicyFormat.encode(KEY, SHARD, 21, sums, Instant.EPOCH));

        // Then
        assertThat(report().violations()).isEmpty();
        assertThat(report().row(Invariant.I3).checked()).isOne();
    }

    @Test
    void shouldCompareAtTheVersionThatThePolicyStates() {
        // When
        audit(false, after(2));

        // Then: the third outcome is not folded in yet, which is no fault while the learner is at work
        assertThat(report().violations()).isEmpty();
        assertThat(report().row(Invariant.I3).open()).isOne();
    }

    @Test
    void shouldFindAPolicyThatStaysBehindWhenAllShouldBeLearned() {
        // When
        audit(true, after(2));

        // Then
        assertThat(report().violations())
                .singleElement()
                .satisfies(found -> assertThat(found.what()).contains("after all outcomes"));
    }

    @Test
    void shouldHoldAFrozenCopyToWhatItIsACopyOf() {
        // When
        audit(true, frozen(after(2), "copy of tenant/acme"), after(3));

        // Then
        assertThat(report().violations()).isEmpty();
        assertThat(report().row(Invariant.I3).checked()).isEqualTo(2);
    }

    @Test
    void shouldFindAFrozenCopyThatIsNone() {
        // Given
        PolicySnapshot wrong = frozen(after(3), "copy of tenant/acme");
        wrong.setVersion(11);

        // When
        audit(true, wrong, after(3));

        // Then
        assertThat(report().violations()).singleElement().satisfies(found -> {
            assertThat(found.subject()).isEqualTo("tenant/acme@base-1/a/2/e");
            assertThat(found.what()).contains("differs from its refold");
        });
    }

    @Test
    void shouldLeaveAFrozenSumOpen() {
        // When
        audit(true, frozen(after(2), "sum of base and generation"), after(3));

        // Then
        assertThat(report().violations()).isEmpty();
        assertThat(report().row(Invariant.I3).open()).isOne();
    }

    private static PolicySnapshot frozen(PolicySnapshot snapshot, String provenance) {
        PolicySnapshot copy = PolicySnapshot.newBuilder(snapshot).build();
        copy.setScope("tenant/acme@base-1");
        copy.setProvenance(provenance);
        return copy;
    }

    @Test
    void shouldFindAnOutcomeThatWasFoldedTwice() {
        // Given
        List<Outcome> twice = List.of(OUTCOMES.get(0), OUTCOMES.get(0), OUTCOMES.get(1), OUTCOMES.get(2));
        PolicySnapshot policy =
                PolicyFormat.encode(KEY, SHARD, 21, Refold.of(SHARD, twice).get(KEY.policyKey(SHARD)), Instant.EPOCH);

        // When
        audit(false, policy);

        // Then
        assertThat(report().violations()).first().satisfies(found -> {
            assertThat(found.subject()).isEqualTo("tenant/acme/a/2/e");
            assertThat(found.what()).contains("differs from its refold", "counts", "version 21");
        });
    }

    @Test
    void shouldSeeADifferenceOfAMillionthAndForgiveRounding() {
        // Given
        PolicySnapshot wrong = after(3);
        PolicySnapshot rounded = after(3);

        // When
        String problem = RefoldCheck.difference(nudged(wrong, 1e-6), refolded());
        String none = RefoldCheck.difference(nudged(rounded, 1e-11), refolded());

        // Then
        assertThat(problem).contains("differs from its refold in 1 places, first number 0");
        assertThat(none).isNull();
    }

    private static ModelStatistics refolded() {
        return Refold.of(SHARD, OUTCOMES).get(KEY.policyKey(SHARD));
    }

    private static PolicySnapshot nudged(PolicySnapshot policy, double relative) {
        ByteBuffer bytes = policy.getStatistics().order(ByteOrder.LITTLE_ENDIAN);
        bytes.putDouble(32, bytes.getDouble(32) * (1 + relative));
        return policy;
    }

    @Test
    void shouldFindAPolicyAheadOfTheLog() {
        // Given
        PolicySnapshot ahead = after(3);
        ahead.setVersion(500);

        // When
        audit(false, ahead);

        // Then
        assertThat(report().violations())
                .singleElement()
                .satisfies(found -> assertThat(found.what()).contains("states version 500", "ends at 21"));
    }

    @Test
    void shouldFindOutcomesThatNoPolicyHolds() {
        // When
        audit(true);

        // Then
        assertThat(report().violations())
                .singleElement()
                .satisfies(found -> assertThat(found.what()).contains("has outcomes but no policy"));
    }

    @Test
    void shouldFindAPolicyWithoutOutcomes() {
        // Given
        PolicySnapshot invented = after(1);
        invented.setModel("ghost");

        // When
        audit(false, after(3), invented);

        // Then
        assertThat(report().violations())
                .singleElement()
                .satisfies(found -> assertThat(found.what()).contains("no outcome before it"));
    }
}
