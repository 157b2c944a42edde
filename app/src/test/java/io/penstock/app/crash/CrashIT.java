package io.penstock.app.crash;

import static io.penstock.app.crash.CrashCluster.awaitLong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.app.TrainedSample;
import io.penstock.app.audit.AuditReport;
import io.penstock.app.audit.Invariant;
import io.penstock.app.replay.SampleData;
import io.penstock.event.Completion;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.schema.Identity;
import io.penstock.topology.PenstockConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults F1 and F2 of the reliability notes: two routers, a learner and a dispatcher, each a process, die by {@code kill
 * -9} again and again under load, at random and between the flush and the end of a transaction. Afterwards every promise
 * of design.md §4 that the topics can prove must hold. {@link NegativeControlIT} shows that this can fail.
 */
@Tag("crash")
class CrashIT {
    private static final long SEED = Long.getLong("crash.seed", 20_261_123);
    private static final int RANDOM_KILLS = Integer.getInteger("crash.kills", 12);
    private static final int REQUESTS_PER_SECOND = 25;
    private static final int LEAST_REQUESTS = Integer.getInteger("crash.requests", 3_000);
    private static final CrashCluster.Service SERVICE = new CrashCluster.Service(8, 30_000, 120_000, 50, 250);
    private static final Duration HALF_LIFE = Duration.ofMinutes(2);

    /** Sums that forget round each verdict and its weight, which is 1 or more, to 2⁻²⁵; one verdict more or less is far more. */
    private static final double ROUNDING = 0x1p-24;

    private static final List<String> MORTALS = List.of("router-a", "router-b", "learner", "dispatcher");

    private final Random random = new Random(SEED);
    private final List<String> kills = new ArrayList<>();
    private CrashCluster cluster;
    private Load load;
    private Evidence evidence;
    private AuditJudge judge;

    @Test
    void shouldKeepEveryPromiseWhenProcessesAreKilledUnderLoad(@TempDir Path folder) throws Exception {
        System.out.println("seed " + SEED);
        TrainedSample trained = TrainedSample.write(SampleData.load(), folder);
        try (CrashCluster started = new CrashCluster("CrashIT", SERVICE, everythingOn(trained))) {
            cluster = started;
            load = new Load(cluster, SEED, REQUESTS_PER_SECOND);
            judge = new AuditJudge(cluster.client());
            evidence = new Evidence(cluster.client());
            try {
                // Given
                cluster.setBudget();
                cluster.start("dispatcher", "router-a", "router-b", "learner");
                Thread sender = new Thread(load, "load");
                sender.start();
                Thread judging = new Thread(judge, "judge");
                judging.start();
                // When
                killUnderLoad();
                awaitLong("the load to be as large as planned", () -> load.requests() >= LEAST_REQUESTS);
                load.stop();
                sender.join();
                settle();
                judge.stop();
                judging.join();
                assertThat(cluster.stopAll())
                        .as("processes that did not stop when asked")
                        .isEmpty();
                // Then
                faultsHappened();
                promisesHold(trained);
            } catch (Throwable e) {
                cluster.explain();
                throw e;
            }
        }
    }

    /** Whatever changes how outcomes are weighed and used, so that none of it may break a promise. */
    private static Map<String, String> everythingOn(TrainedSample trained) {
        Map<String, String> settings = new HashMap<>(trained.settings());
        settings.put(PenstockConfig.LEARNER_COMMIT_INTERVAL, "100");
        settings.put(PenstockConfig.LEARNER_HALF_LIFE, Long.toString(HALF_LIFE.toMillis()));
        settings.put(PenstockConfig.AUDIT_SHARE, "0.2");
        // Never reached by the user, who gives two verdicts of three, but every verdict goes through the books.
        settings.put(PenstockConfig.SOURCE_SHARE, "0.95");
        return settings;
    }

    private void killUnderLoad() throws IOException {
        for (int i = 0; i < RANDOM_KILLS; i++) {
            loadGoesOn(20 + random.nextInt(60));
            // Now and then two at once, among them both routers.
            List<String> victims = victims(random.nextInt(4) == 0 ? 2 : 1);
            victims.forEach(
                    victim -> killed(victim, "kill -9", cluster.child(victim).kill()));
            loadGoesOn(10 + random.nextInt(90));
            load.sendLatestAgain();
            victims.forEach(victim -> cluster.child(victim).start());
            if (i == RANDOM_KILLS / 3) {
                killAt("router-a", Faults.IN_COMMIT);
            } else if (i == RANDOM_KILLS / 2) {
                killAt("learner", Faults.IN_COMMIT);
            } else if (i == RANDOM_KILLS * 2 / 3) {
                killAt("router-b", Faults.BEFORE_DECISION);
            }
        }
    }

    private void loadGoesOn(int requests) {
        int until = load.requests() + requests;
        awaitLong("the load to go on", () -> load.requests() >= until);
    }

    private List<String> victims(int count) {
        awaitLong("something to kill", () -> ready().size() >= count);
        List<String> ready = ready();
        java.util.Collections.shuffle(ready, random);
        return ready.subList(0, count);
    }

    private List<String> ready() {
        return MORTALS.stream()
                .filter(name -> cluster.child(name).ready())
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private void killAt(String victim, String marker) throws IOException {
        cluster.child(victim).awaitReady();
        // The other one may hold all partitions, so that this one has nothing to commit until it gets its share.
        killed(victim, marker, cluster.child(victim).killAt(marker));
        loadGoesOn(10 + random.nextInt(60));
        cluster.child(victim).start();
    }

    private void killed(String victim, String how, int exitCode) {
        assertThat(exitCode).as("exit code of " + victim).isEqualTo(Faults.EXIT_CODE);
        kills.add(victim + ' ' + how + " after " + load.requests() + " requests");
    }

    private void settle() {
        for (String name : MORTALS) {
            cluster.child(name).awaitReady();
        }
        int requests = load.identities().size();
        awaitLong("all " + requests + " requests to be answered", () -> evidence.answered() >= requests);
        int orphans = load.sent().getOrDefault(Load.Kind.ORPHAN_FEEDBACK, 0);
        awaitLong("the judge to have seen all", () -> judge.verdicts().size() >= evidence.drawnForAudit());
        awaitLong("the orphans to be dead letters", () -> evidence.deadLetters().getOrDefault("orphan", 0L) >= orphans);
        awaitLong("the routers to be idle", () -> evidence.lag("router", evidence.routerInputs()) == 0);
        awaitLong("the learner to be idle", () -> evidence.lag("learner", evidence.learnerInputs()) == 0);
        awaitLong("all outcomes to be in policies", () -> evidence.everythingPublished());
    }

    private void faultsHappened() throws IOException {
        long rebalances = counted("state=\"REBALANCING\"");
        long duplicateRequests = metric("route.duplicate");
        Map<String, Long> dead = evidence.deadLetters();
        kills.forEach(System.out::println);
        System.out.println(kills.size() + " kills, " + rebalances + " rebalances, sent " + load.sent() + ", dropped "
                + duplicateRequests + " duplicate requests, " + metric("join.duplicate-completion")
                + " duplicate completions, " + metric("join.duplicate-feedback") + " duplicate verdicts; dead letters "
                + dead);
        assertThat(kills.stream().filter(kill -> kill.contains("kill -9")).count())
                .isGreaterThanOrEqualTo(Math.min(11, RANDOM_KILLS));
        assertThat(cluster.child("router-a").faultLog()).contains(Faults.IN_COMMIT_LINE);
        assertThat(cluster.child("learner").faultLog()).contains(Faults.IN_COMMIT_LINE);
        assertThat(cluster.child("router-b").faultLog()).contains(Faults.BEFORE_DECISION_LINE);
        assertThat(load.sent().keySet()).containsExactlyInAnyOrder(Load.Kind.values());
        assertThat(evidence.requestPartitions()).hasSizeGreaterThanOrEqualTo(4);
        assertThat(duplicateRequests).isPositive();
        assertThat(dead).containsOnlyKeys("orphan");
        assertThat(evidence.deadIdentities("orphan")).containsExactlyInAnyOrderElementsOf(load.orphans());
    }

    private long counted(String text) throws IOException {
        return cluster.child("router-a").logged(text)
                + cluster.child("router-b").logged(text)
                + cluster.child("learner").logged(text);
    }

    private long metric(String counter) throws IOException {
        return cluster.child("router-a").counted(counter)
                + cluster.child("router-b").counted(counter);
    }

    private void promisesHold(TrainedSample trained) throws Exception {
        AuditReport report = cluster.audit(trained.warmStart());
        assertThat(report.violations()).isEmpty();
        assertThat(report.isClean()).isTrue();
        for (Invariant invariant : Invariant.values()) {
            assertThat(report.row(invariant).checked())
                    .as("checks of " + invariant)
                    .isPositive();
        }
        everyRequestIsAnsweredOnce();
        everyVerdictCountsOnce();
        policiesEqualTheSumOfOutcomes();
        callsAreBounded();
        assertThat(evidence.openTransactions()).isEmpty();
        assertThat(evidence.blocked()).isEmpty();
        assertThat(evidence.lag("router", evidence.routerInputs())).isZero();
        assertThat(evidence.lag("learner", evidence.learnerInputs())).isZero();
    }

    private void everyRequestIsAnsweredOnce() {
        List<Response> responses = evidence.responses();
        assertThat(responses)
                .extracting(response -> new Identity(response.getTenant(), response.getRequestId()).key())
                .containsExactlyInAnyOrderElementsOf(load.identities());
        assertThat(responses).extracting(Response::getKind).containsOnly(ResponseKind.ANSWERED);
    }

    private void everyVerdictCountsOnce() {
        everyVerdictCountsOnce("user", load.verdicts());
        everyVerdictCountsOnce("audit", judge.verdicts());
        assertThat(load.verdicts().keySet()).containsAnyElementsOf(load.early());
        assertThat(judge.verdicts()).isNotEmpty();
    }

    private void everyVerdictCountsOnce(String source, Map<String, Double> given) {
        Map<String, Double> counted = new HashMap<>();
        Map<String, Integer> judged = new HashMap<>();
        for (Outcome outcome : evidence.outcomes()) {
            if (source.equals(outcome.getSource())) {
                String identity = new Identity(outcome.getTenant(), outcome.getRequestId()).key();
                counted.put(identity, outcome.getQuality());
                judged.merge(identity, outcome.getKind() == OutcomeKind.JUDGED ? 1 : 0, Integer::sum);
            }
        }
        assertThat(counted).as("verdicts of " + source).isEqualTo(given);
        assertThat(judged.values()).containsOnly(1);
    }

    private void policiesEqualTheSumOfOutcomes() {
        Map<String, Evidence.Learned> learned = evidence.learned();
        Map<String, Evidence.Learned> refolded = evidence.refolded(HALF_LIFE.toMillis());
        assertThat(learned.keySet()).isEqualTo(refolded.keySet()).anyMatch(CrashIT::isResidual);
        refolded.forEach((key, sums) -> {
            assertThat(learned.get(key).judged()).as("verdicts of " + key).isEqualTo(sums.judged());
            assertThat(learned.get(key).completed()).as("completions of " + key).isEqualTo(sums.completed());
            if (!isResidual(key)) {
                assertThat(learned.get(key).quality())
                        .as("mean quality of " + key)
                        .isCloseTo(sums.quality(), within(ROUNDING));
            }
        });
    }

    private static boolean isResidual(String key) {
        return key.contains("/warm-");
    }

    /**
     * I5. Each life of the dispatcher names itself in its completions, and the backend wrote down each call before it was
     * made. What has no completion of its life was in flight when it was killed, so it is at most what a model may have at
     * once; the last life was stopped cleanly and owes none.
     */
    private void callsAreBounded() throws IOException {
        Map<String, Set<String>> completed = new HashMap<>();
        for (Completion completion : evidence.completions()) {
            completed
                    .computeIfAbsent(completion.getDispatcher(), name -> new HashSet<>())
                    .add(completion.getDecisionId());
        }
        Child dispatcher = cluster.child("dispatcher");
        int calls = 0;
        for (int life = 1; life <= dispatcher.starts(); life++) {
            String name = "dispatcher-" + life;
            Path log = dispatcher.folder().resolve("calls-" + name);
            List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
            calls += lines.size();
            Map<String, Long> unfinished = lines.stream()
                    .map(line -> line.split(" "))
                    .filter(call -> !completed.getOrDefault(name, Set.of()).contains(call[0]))
                    .collect(Collectors.groupingBy(call -> call[1], Collectors.counting()));
            System.out.println(name + ": " + lines.size() + " calls, in flight at its end " + unfinished);
            if (life == dispatcher.starts()) {
                assertThat(unfinished).isEmpty();
            } else {
                assertThat(unfinished.values()).allMatch(inFlight -> inFlight <= SERVICE.maxInFlight());
            }
        }
        assertThat(calls).isGreaterThanOrEqualTo(load.identities().size());
    }
}
