package io.penstock.app.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.penstock.event.Experiment;
import io.penstock.event.ExperimentState;
import io.penstock.event.ExperimentStatus;
import io.penstock.event.PolicyEvent;
import io.penstock.event.PolicyEventKind;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.ScopeControl;
import io.penstock.learner.Features;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import io.penstock.topology.policy.LearnedKey;
import io.penstock.topology.policy.PolicyFormat;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointsTest {
    private static final String SCOPE = "tenant/acme";
    private static final Instant NINE = Instant.parse("2026-06-01T09:00:00Z");
    private static final Instant TEN = Instant.parse("2026-06-01T10:00:00Z");
    private static final Instant ELEVEN = Instant.parse("2026-06-01T11:00:00Z");
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

    private final PolicyLog log = new PolicyLog();
    private final Checkpoints checkpoints = new Checkpoints(log, SCOPE);

    @Test
    void shouldTakeOfEachShardTheNewestCheckpointByThen() {
        // Given
        checkpoint(NINE, snapshot(SCOPE, "a", 0, 3));
        checkpoint(TEN, snapshot(SCOPE, "a", 0, 5));
        checkpoint(TEN.plusMillis(200), snapshot(SCOPE, "a", 1, 2));
        checkpoint(ELEVEN, snapshot(SCOPE, "a", 1, 9));
        checkpoint(TEN, snapshot("tenant/acme/warm-0123456789abcdef", "a", 0, 4));

        // When
        List<PolicySnapshot> frozen = checkpoints.freeze(1, TEN.plusSeconds(1), NOON);

        // Then
        assertThat(frozen)
                .extracting(one -> one.getScope() + ' ' + one.getShard() + ' ' + judged(one) + ' ' + one.getVersion())
                .containsExactlyInAnyOrder(
                        "tenant/acme@base-1 0 5 5",
                        "tenant/acme@base-1 1 2 2",
                        "tenant/acme@base-1/warm-0123456789abcdef 0 4 4");
        assertThat(frozen).extracting(PolicySnapshot::getProvenance).contains("copy of tenant/acme");
        // Readers take it: key, checksum and all.
        assertThat(frozen).allSatisfy(one -> assertThat(judged(one)).isPositive());
    }

    @Test
    void shouldAddTheBaseOfTheGenerationThatWasLearningThen() {
        // Given
        checkpoint(NINE, snapshot(SCOPE, "a", 0, 3));
        publish(snapshot("tenant/acme@base-1", "a", 0, 3));
        rolledBack(TEN, 1);
        checkpoint(ELEVEN, snapshot("tenant/acme@1", "a", 0, 4));

        // When
        List<PolicySnapshot> before = checkpoints.freeze(2, TEN.minusSeconds(1), NOON);
        List<PolicySnapshot> between = checkpoints.freeze(2, TEN.plusSeconds(1), NOON);
        List<PolicySnapshot> after = checkpoints.freeze(2, NOON, NOON);

        // Then
        assertThat(before)
                .singleElement()
                .satisfies(one -> assertThat(judged(one)).isEqualTo(3));
        assertThat(between)
                .singleElement()
                .satisfies(one -> assertThat(judged(one)).isEqualTo(3));
        assertThat(after).singleElement().satisfies(one -> {
            assertThat(judged(one)).isEqualTo(7);
            assertThat(one.getScope()).isEqualTo("tenant/acme@base-2");
            assertThat(one.getProvenance()).isEqualTo("sum of base and generation");
        });
    }

    @Test
    void shouldSayWhereTheHistoryBegins() {
        // Given
        checkpoint(TEN, snapshot(SCOPE, "a", 0, 5));

        // When
        // Then
        assertThatIllegalStateException()
                .isThrownBy(() -> checkpoints.freeze(1, NINE, NOON))
                .withMessage(
                        "nothing is recorded of tenant/acme at or before 2026-06-01T09:00:00Z; its first checkpoint"
                                + " is of 2026-06-01T10:00:00Z");
    }

    @Test
    void shouldKnowWhatAGuardHasRolledBackUntilALaterDecisionByHand() {
        // Given
        publish(snapshot("tenant/acme@base-3", "a", 0, 3));
        log.statuses().put("watch", status(3));

        // When
        ScopeControl control = log.control(SCOPE);

        // Then
        assertThat(control.getGeneration()).isEqualTo(3);
        assertThat(control.getBaseRecords()).isOne();
        assertThat(log.nextNumber(SCOPE)).isEqualTo(4);
    }

    @Test
    void shouldRefuseAPromotionWithTheNumbers() {
        // Given
        Experiment experiment = Experiment.newBuilder()
                .setName("cooler")
                .setMinOutcomes(100)
                .setMargin(0.05)
                .build();
        ExperimentStatus status = ExperimentStatus.newBuilder()
                .setOutcomes(42)
                .setMean(0.0123)
                .setLower(-0.31)
                .build();

        // When
        String refusal = PolicyOperations.refusal(experiment, status);

        // Then
        assertThat(refusal)
                .isEqualTo("experiment cooler cannot be promoted: it is running; after 42 verdicts the utility of its"
                        + " variant less that in use is 0.012, at least -0.31; needed are 100 verdicts and a difference"
                        + " of at least -0.05 with confidence 0.95 (--force promotes it anyway)");
    }

    private static ExperimentStatus status(int generation) {
        return ExperimentStatus.newBuilder()
                .setExperiment("watch")
                .setScope(SCOPE)
                .setGeneration(generation)
                .setState(ExperimentState.ROLLED_BACK)
                .build();
    }

    private void checkpoint(Instant at, PolicySnapshot snapshot) {
        log.events()
                .add(PolicyEvent.newBuilder()
                        .setKind(PolicyEventKind.CHECKPOINT)
                        .setScope(SCOPE)
                        .setAt(at)
                        .setSnapshot(snapshot)
                        .build());
    }

    private void rolledBack(Instant at, int generation) {
        log.events()
                .add(PolicyEvent.newBuilder()
                        .setKind(PolicyEventKind.ROLLED_BACK)
                        .setScope(SCOPE)
                        .setAt(at)
                        .setControl(ScopeControl.newBuilder()
                                .setScope(SCOPE)
                                .setGeneration(generation)
                                .build())
                        .build());
    }

    private void publish(PolicySnapshot snapshot) {
        log.snapshots().put(snapshot.getScope() + snapshot.getModel() + snapshot.getShard(), snapshot);
    }

    private static PolicySnapshot snapshot(String scope, String model, int shard, int verdicts) {
        ModelStatistics sums = ModelStatistics.empty(2);
        for (int i = 0; i < verdicts; i++) {
            sums.apply(Features.of(new float[] {1, 0.5f}), new Observation.Judged(1, 0.5));
        }
        return PolicyFormat.encode(new LearnedKey(scope, model, "e"), shard, verdicts, sums, NINE);
    }

    private static long judged(PolicySnapshot snapshot) {
        LearnedKey key = new LearnedKey(snapshot.getScope(), snapshot.getModel(), snapshot.getExtractor());
        return PolicyFormat.decode(key.policyKey(snapshot.getShard()), snapshot)
                .statistics()
                .judged();
    }
}
