package io.penstock.app.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.BudgetUse;
import io.penstock.event.Candidate;
import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Dispatch;
import io.penstock.event.ExperimentUse;
import io.penstock.event.Lane;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.PolicyRole;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.PolicyUse;
import io.penstock.event.Trial;
import io.penstock.learner.Choice;
import io.penstock.schema.Identity;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every check on a log that keeps its promise, and on logs that break it in one planted way each. */
class ChecksTest {
    private static final Identity ANN = new Identity("acme", "ann");
    private static final Identity BOB = new Identity("acme", "bob");

    private final Findings findings = new Findings();

    private AuditReport report() {
        return findings.report(Map.of());
    }

    private void assertClean(Invariant invariant, long checked) {
        assertThat(report().violations()).isEmpty();
        assertThat(report().row(invariant).checked()).isEqualTo(checked);
        assertThat(report().isClean()).isTrue();
    }

    private void assertViolation(Invariant invariant, String subject, String what) {
        assertThat(report().violations()).singleElement().satisfies(found -> {
            assertThat(found.invariant()).isEqualTo(invariant);
            assertThat(found.subject()).contains(subject);
            assertThat(found.what()).contains(what);
        });
        assertThat(report().isClean()).isFalse();
    }

    private static Place at(long offset) {
        return new Place("penstock.requests.online.acme", 0, offset);
    }

    @Nested
    class Conservation {
        private ConservationCheck check = new ConservationCheck(true);

        @Test
        void shouldAcceptOneResponseEachWhateverIsRepeatedOrDead() {
            // Given
            check.request(at(0), ANN, false);
            check.request(at(1), ANN, false);
            check.request(at(2), BOB, false);
            check.unreadableRequest(at(3), false);
            check.deadLetter(at(2));
            check.deadLetter(at(3));
            check.deadLetter(ANN, "id_conflict");
            check.response(ANN);

            // When
            check.finish(findings);

            // Then
            assertClean(Invariant.I1, 2);
        }

        @Test
        void shouldFindARequestWithoutResponse() {
            // Given
            check.request(at(0), ANN, false);

            // When
            check.finish(findings);

            // Then
            assertViolation(Invariant.I1, "acme/ann", "no response");
        }

        @Test
        void shouldCallItOpenWhileTheSystemIsAtWork() {
            // Given
            check = new ConservationCheck(false);
            check.request(at(0), ANN, false);
            check.unreadableRequest(at(1), false);

            // When
            check.finish(findings);

            // Then
            assertThat(report().isClean()).isTrue();
            assertThat(report().row(Invariant.I1).open()).isEqualTo(2);
        }

        @Test
        void shouldFindTwoResponsesEvenOfADeadRequest() {
            // Given
            check.request(at(0), ANN, false);
            check.deadLetter(at(0));
            check.response(ANN);
            check.response(ANN);

            // When
            check.finish(findings);

            // Then
            assertViolation(Invariant.I1, "acme/ann", "2 responses");
        }

        @Test
        void shouldFindAResponseThatNobodyAskedFor() {
            // Given
            check.response(BOB);

            // When
            check.finish(findings);

            // Then
            assertViolation(Invariant.I1, "acme/bob", "no request");
        }

        @Test
        void shouldNotMissTheResponseOfARequestThatCameWhileReading() {
            // Given
            check.request(at(0), ANN, true);

            // When
            check.finish(findings);

            // Then
            assertClean(Invariant.I1, 1);
        }

        @Test
        void shouldFindUnreadableBytesThatVanished() {
            // Given
            check.unreadableRequest(at(7), false);

            // When
            check.finish(findings);

            // Then
            assertViolation(Invariant.I1, "penstock.requests.online.acme-0@7", "not among the dead letters");
        }
    }

    @Nested
    class Decisions {
        private final DecisionCheck check = new DecisionCheck();

        @Test
        void shouldAcceptDecisionsThatFollowFromWhatTheyRecorded() {
            // Given
            for (int i = 0; i < 50; i++) {
                Decision decision = decision("r" + i, i * 7919L);
                check.decision(decision, false);
                check.dispatch(Lane.ONLINE, decision.getModel(), dispatch(decision));
            }

            // When
            check.finish(findings);

            // Then
            assertClean(Invariant.I2, 50);
        }

        @Test
        void shouldFindAChoiceThatDoesNotFollow() {
            assertPlanted(
                    decision -> decision.setModel(decision.getModel().equals("a") ? "b" : "a"),
                    dispatch -> {},
                    "its probabilities and seed give");
        }

        @Test
        void shouldFindAPropensityThatIsNotTheProbability() {
            assertPlanted(decision -> decision.setPropensity(0.9999), dispatch -> {}, "propensity 0.9999");
        }

        @Test
        void shouldFindAPropensityOfZero() {
            assertPlanted(decision -> decision.setPropensity(0), dispatch -> {}, "propensity 0.0");
        }

        @Test
        void shouldFindProbabilitiesThatAreNoDistribution() {
            assertPlanted(
                    decision -> decision.getCandidates().forEach(one -> one.setProbability(0.9)),
                    dispatch -> {},
                    "no distribution");
        }

        @Test
        void shouldFindProbabilitiesThatAnExperimentDoesNotMix() {
            assertPlanted(
                    decision -> decision.setExperiments(List.of(ExperimentUse.newBuilder()
                            .setShare(0.25)
                            .setCurrent(
                                    Collections.nCopies(decision.getCandidates().size(), 0.5))
                            .setVariant(
                                    Collections.nCopies(decision.getCandidates().size(), 0.9))
                            .setTrial(Trial.newBuilder().setExperiment("canary").build())
                            .build())),
                    dispatch -> {},
                    "is not what experiment canary mixes, 0.6");
        }

        @Test
        void shouldFindAPolicyWithoutItsPlace() {
            assertPlanted(
                    decision ->
                            decision.setPolicies(List.of(new PolicyUse("tenant/acme", 0, -1L, 1L, PolicyRole.LEARNS))),
                    dispatch -> {},
                    "without its scope");
        }

        @Test
        void shouldAcceptThatNothingWasLearnedYet() {
            // Given
            Decision decision = decision("r1", 5);
            decision.setPolicies(List.of(new PolicyUse("tenant/acme", -1, -1L, 0L, PolicyRole.LEARNS)));
            check.decision(decision, false);
            check.dispatch(Lane.ONLINE, decision.getModel(), dispatch(decision));

            // When
            check.finish(findings);

            // Then
            assertClean(Invariant.I2, 1);
        }

        @Test
        void shouldFindADispatchOfAnotherAttempt() {
            assertPlanted(decision -> {}, dispatch -> dispatch.setAttempt(2), "but its dispatch");
        }

        private void assertPlanted(Consumer<Decision> wrongDecision, Consumer<Dispatch> wrongDispatch, String what) {
            // Given
            Decision decision = decision("r1", 5);
            wrongDecision.accept(decision);
            Dispatch dispatch = dispatch(decision);
            wrongDispatch.accept(dispatch);
            check.decision(decision, false);
            check.dispatch(Lane.ONLINE, decision.getModel(), dispatch);

            // When
            check.finish(findings);

            // Then
            assertViolation(Invariant.I2, "acme/r1", what);
        }

        @Test
        void shouldFindADecisionWithoutDispatch() {
            // Given
            check.decision(decision("r1", 5), false);
            check.decision(decision("r2", 5), true);

            // When
            check.finish(findings);

            // Then: r2 came while the topics were read, so its dispatch may not have been seen
            assertViolation(Invariant.I2, "acme/r1", "has 0 dispatches");
        }

        @Test
        void shouldFindADispatchThatIsThereTwice() {
            // Given
            Decision decision = decision("r1", 5);
            check.decision(decision, false);
            check.dispatch(Lane.ONLINE, decision.getModel(), dispatch(decision));
            check.dispatch(Lane.ONLINE, decision.getModel(), dispatch(decision));

            // When
            check.finish(findings);

            // Then
            assertViolation(Invariant.I2, "acme/r1", "has 2 dispatches");
        }

        @Test
        void shouldFindADispatchThatNobodyDecided() {
            // Given
            Decision decision = decision("r1", 5);
            check.dispatch(Lane.ONLINE, decision.getModel(), dispatch(decision));

            // When
            check.finish(findings);

            // Then
            assertViolation(Invariant.I2, "acme/r1", "never made");
        }

        @Test
        void shouldFindASecondDecisionOfAnAttemptUnlessItIsVoided() {
            // Given
            Decision one = decision("r1", 5);
            Decision two = decision("r1", 5);
            two.setDecisionId("another");
            Decision three = decision("r2", 5);
            Decision four = decision("r2", 5);
            four.setDecisionId("voided");
            for (Decision decision : List.of(one, two, three, four)) {
                check.decision(decision, false);
                check.dispatch(Lane.ONLINE, decision.getModel(), dispatch(decision));
            }
            check.cancelled("voided");

            // When
            check.finish(findings);

            // Then
            assertViolation(Invariant.I2, "acme/r1#1", "2 dispatch decisions");
        }
    }

    private static Decision decision(String requestId, long seed) {
        double[] probabilities = {0.25, 0.75};
        int choice = Choice.pick(probabilities, seed);
        List<String> models = List.of("a", "b");
        return Decision.newBuilder()
                .setDecisionId("d-" + requestId)
                .setKind(DecisionKind.DISPATCH)
                .setTenant("acme")
                .setRequestId(requestId)
                .setAttempt(1)
                .setSeed(seed)
                .setModel(models.get(choice))
                .setPropensity(probabilities[choice])
                .setPolicies(List.of(new PolicyUse("tenant/acme", 0, 3L, 1L, PolicyRole.LEARNS)))
                .setCandidates(List.of(
                        Candidate.newBuilder().setModel("x").setFilter("tenant").build(),
                        Candidate.newBuilder()
                                .setModel("a")
                                .setProbability(0.25)
                                .build(),
                        Candidate.newBuilder()
                                .setModel("b")
                                .setProbability(0.75)
                                .build()))
                .build();
    }

    private static Dispatch dispatch(Decision decision) {
        return Dispatch.newBuilder()
                .setDecisionId(decision.getDecisionId())
                .setTenant(decision.getTenant())
                .setRequestId(decision.getRequestId())
                .setAttempt(decision.getAttempt())
                .setModel(decision.getModel())
                .build();
    }

    @Nested
    class FeedbackOnce {
        private final FeedbackCheck check = new FeedbackCheck(findings);

        @Test
        void shouldAcceptAVerdictAndItsCorrections() {
            // When
            check.outcome(at(0), verdict("f1", OutcomeKind.JUDGED, null, 0.5));
            check.outcome(at(1), verdict("f2", OutcomeKind.JUDGED, null, 0.5));
            check.outcome(at(2), verdict("f1", OutcomeKind.CORRECTED, 0.5, 1.0));
            check.outcome(at(3), verdict("f1", OutcomeKind.CORRECTED, 1.0, 0.0));

            // Then
            assertClean(Invariant.I3, 4);
        }

        @Test
        void shouldFindAVerdictJudgedTwice() {
            // When
            check.outcome(at(0), verdict("f1", OutcomeKind.JUDGED, null, 0.5));
            check.outcome(at(1), verdict("f1", OutcomeKind.JUDGED, null, 0.5));

            // Then
            assertViolation(Invariant.I3, "acme/r1 feedback user:f1", "second time");
        }

        @Test
        void shouldFindACorrectionOfAnotherValue() {
            // When
            check.outcome(at(0), verdict("f1", OutcomeKind.JUDGED, null, 0.5));
            check.outcome(at(1), verdict("f1", OutcomeKind.CORRECTED, 0.25, 1.0));

            // Then
            assertViolation(Invariant.I3, "acme/r1", "from 0.25, but was 0.5");
        }

        @Test
        void shouldFindACorrectionOfNothing() {
            // When
            check.outcome(at(1), verdict("f1", OutcomeKind.CORRECTED, 0.25, 1.0));

            // Then
            assertViolation(Invariant.I3, "acme/r1", "never judged");
        }

        @Test
        void shouldFindAQualityOutOfRange() {
            // When
            check.outcome(at(1), verdict("f1", OutcomeKind.JUDGED, null, 1.5));

            // Then
            assertViolation(Invariant.I3, "acme/r1", "quality 1.5");
        }
    }

    private static Outcome verdict(String feedbackId, OutcomeKind kind, Double replaced, double quality) {
        return Outcome.newBuilder()
                .setTenant("acme")
                .setRequestId("r1")
                .setSource("user")
                .setFeedbackId(feedbackId)
                .setKind(kind)
                .setReplacedQuality(replaced)
                .setQuality(quality)
                .build();
    }

    @Nested
    class Versions {
        private final VersionCheck check = new VersionCheck(findings);

        @Test
        void shouldAcceptVersionsThatGoUpPerKey() {
            // When
            check.policy(at(0), "tenant/acme/a/0/e", policy("a", 3));
            check.policy(at(1), "tenant/acme/b/0/e", policy("b", 2));
            check.policy(at(2), "tenant/acme/a/0/e", policy("a", 4));

            // Then
            assertClean(Invariant.I4, 3);
        }

        @Test
        void shouldFindAVersionThatComesAgain() {
            // When
            check.policy(at(0), "tenant/acme/a/0/e", policy("a", 3));
            check.policy(at(1), "tenant/acme/a/0/e", policy("a", 3));

            // Then
            assertViolation(Invariant.I4, "tenant/acme/a/0/e", "version 3 after 3");
        }

        @Test
        void shouldFindAPolicyUnderAnothersKey() {
            // When
            check.policy(at(0), "tenant/acme/b/0/e", policy("a", 3));

            // Then
            assertViolation(Invariant.I4, "tenant/acme/b/0/e", "holds the policy of tenant/acme/a/0/e");
        }
    }

    private static PolicySnapshot policy(String model, long version) {
        return PolicySnapshot.newBuilder()
                .setScope("tenant/acme")
                .setModel(model)
                .setShard(0)
                .setExtractor("e")
                .setVersion(version)
                .build();
    }

    @Nested
    class SessionOrder {
        private final SessionOrderCheck check = new SessionOrderCheck(findings);

        @Test
        void shouldAcceptDecisionsInTheOrderOfTheirRequestsHoweverTheyAreRead() {
            // When
            check.decision(inSession("r2", "s", 20, 2));
            check.decision(inSession("r1", "s", 10, 1));
            check.decision(inSession("q1", null, 5, 3));
            check.finish();

            // Then
            assertClean(Invariant.I6, 3);
        }

        @Test
        void shouldFindARequestRoutedBeforeAnEarlierOne() {
            // When
            check.decision(inSession("r1", "s", 10, 7));
            check.decision(inSession("r2", "s", 20, 6));
            check.finish();

            // Then
            assertViolation(Invariant.I6, "acme/r2", "came after r1");
        }

        @Test
        void shouldFindAPlaceThatIsTakenTwice() {
            // When
            check.decision(inSession("r1", "s", 10, 7));
            check.decision(inSession("r2", "t", 20, 7));
            check.finish();

            // Then
            assertViolation(Invariant.I6, "acme/r2", "route sequence 7");
        }
    }

    private static Decision inSession(String requestId, String session, long offset, long sequence) {
        Decision decision = decision(requestId, 1);
        decision.setSessionId(session);
        decision.setSourceTopic("penstock.requests.online.acme");
        decision.setSourcePartition(0);
        decision.setSourceOffset(offset);
        decision.setRoutePartition(0);
        decision.setRouteSequence(sequence);
        return decision;
    }

    @Nested
    class Money {
        private final MoneyCheck check = new MoneyCheck(findings);

        private Decision decision(String id, long granted, long before, long reserved) {
            return Decision.newBuilder()
                    .setDecisionId(id)
                    .setKind(DecisionKind.DISPATCH)
                    .setTenant("acme")
                    .setRequestId(id)
                    .setReservedCostNanos(reserved)
                    .setBudget(BudgetUse.newBuilder()
                            .setOwner("acme")
                            .setPeriod("2026-06-01T00:00:00Z/P1D")
                            .setCapNanos(100)
                            .setGrantedNanos(granted)
                            .setReservedNanos(before)
                            .build())
                    .build();
        }

        private Completion completion(String id, long cost, boolean inDoubt) {
            return Completion.newBuilder()
                    .setDecisionId(id)
                    .setCostNanos(cost)
                    .setInDoubt(inDoubt)
                    .build();
        }

        @Test
        void shouldAcceptReservationsAboveTheCapOfWhichEnoughSettledForLess() {
            // Given
            check.decision(decision("a", 80, 0, 80));
            check.decision(decision("b", 150, 80, 70));

            // When
            check.completion(completion("a", 30, false));
            check.completion(completion("a", 30, false));
            check.finish();

            // Then
            assertClean(Invariant.M1, 2);
            assertThat(report().row(Invariant.M1).open()).isEqualTo(1);
        }

        @Test
        void shouldCountWhatIsInDoubtAtItsWorst() {
            // Given
            check.decision(decision("a", 80, 0, 80));
            check.decision(decision("b", 150, 80, 70));

            // When
            check.completion(completion("a", 0, true));
            check.finish();

            // Then
            assertViolation(Invariant.M1, "acme/2026-06-01T00:00:00Z/P1D", "150 nano-dollars, but its cap is 100");
        }

        @Test
        void shouldFindATaskThatReservedMoreThanItWasGranted() {
            // When
            check.decision(decision("a", 50, 20, 31));
            check.finish();

            // Then
            assertViolation(Invariant.M1, "acme/a", "reserved 51 nano-dollars");
        }
    }
}
