package io.penstock.app.crash;

import static io.penstock.app.crash.CrashCluster.awaitLong;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.app.audit.AuditReport;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.topology.PenstockConfig;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Routers that stand still and go on as if nothing had happened: a paused machine, a long collection of garbage (F3). */
@Tag("crash")
class PauseIT {
    private static final int REQUESTS = 200;
    private static final String REBALANCING = "state=\"REBALANCING\"";

    /** The answers come while the router stands still; that must not look like models that gave none. */
    @Test
    void shouldNotRetryWhenTheRouterStandsStillForTwiceTheTimeoutWhileAnswersArrive() throws Exception {
        // Given
        CrashCluster.Service service = new CrashCluster.Service(256, 2_000, 1_500, 800, 200);
        long skew = 500;
        long lease = service.startWithinMs() + service.callTimeoutMs() + skew;
        try (CrashCluster cluster =
                new CrashCluster("PauseIT-still", service, Map.of(PenstockConfig.CLOCK_SKEW, Long.toString(skew)))) {
            try {
                Evidence evidence = new Evidence(cluster.client());
                cluster.start("dispatcher", "router-a", "learner");
                Load load = new Load(cluster, 2, 1);
                load.sendRequests(1);
                awaitLong("the first answer", () -> evidence.answered() == 1);
                load.sendRequests(REQUESTS);
                awaitLong("all to be decided", () -> evidence.decisions().size() == REQUESTS + 1);
                // When
                Child router = cluster.child("router-a");
                router.signal("STOP");
                long stopped = System.nanoTime();
                long answeredBefore = evidence.answered();
                awaitLong("all answers", () -> evidence.completions().size() == REQUESTS + 1);
                awaitLong(
                        "twice the timeout",
                        () -> System.nanoTime() - stopped > TimeUnit.MILLISECONDS.toNanos(2 * lease));
                router.signal("CONT");
                awaitLong("all responses", () -> evidence.answered() == REQUESTS + 1);
                awaitLong("the router to be idle", () -> evidence.lag("router", evidence.routerInputs()) == 0);
                // Then
                System.out.println(
                        answeredBefore + " of " + (REQUESTS + 1) + " were answered before the router stopped");
                assertThat(answeredBefore).as("answered before the stop").isLessThan(REQUESTS);
                assertThat(evidence.decisions())
                        .hasSize(REQUESTS + 1)
                        .allMatch(decision -> decision.getKind() == DecisionKind.DISPATCH)
                        .extracting(Decision::getAttempt)
                        .containsOnly(1);
                assertThat(evidence.responses()).extracting(Response::getKind).containsOnly(ResponseKind.ANSWERED);
                assertThat(evidence.responses())
                        .extracting(Response::getAttempts)
                        .containsOnly(1);
            } catch (Throwable e) {
                cluster.explain();
                throw e;
            }
        }
    }

    /**
     * It stops with a transaction that it only has to end. Meanwhile the group gives its partitions away and the broker
     * aborts the transaction; when it goes on, it ends a transaction that is no longer its own.
     */
    @Test
    void shouldKeepEveryPromiseWhenARouterComesBackFromTheDead() throws Exception {
        // Given
        CrashCluster.Service service = new CrashCluster.Service(8, 30_000, 120_000, 20, 100);
        try (CrashCluster cluster = new CrashCluster("PauseIT-zombie", service, Map.of())) {
            try {
                Evidence evidence = new Evidence(cluster.client());
                cluster.start("dispatcher", "router-a", "router-b", "learner");
                Load load = new Load(cluster, 3, 25);
                Thread sender = new Thread(load, "load");
                sender.start();
                awaitLong("some answers", () -> evidence.answered() > 50);
                // When
                Child zombie = cluster.child("router-a");
                Files.createFile(zombie.folder().resolve(Faults.STOP_IN_COMMIT));
                awaitLong("the router to stop", () -> zombie.faultLog().contains(Faults.STOPPED_LINE));
                long stopped = System.nanoTime();
                long rebalances = zombie.logged(REBALANCING);
                // Beyond the session timeout (6 s) and the transaction timeout (10 s).
                awaitLong("the timeouts", () -> System.nanoTime() - stopped > TimeUnit.SECONDS.toNanos(12));
                int sent = load.requests();
                awaitLong("the other router to take over", () -> evidence.answered() >= sent);
                zombie.signal("CONT");
                awaitLong("the router to come back", () -> zombie.logged(REBALANCING) > rebalances);
                awaitLong("load after it", () -> load.requests() > sent + 150);
                load.stop();
                sender.join();
                int requests = load.identities().size();
                awaitLong("all responses", () -> evidence.answered() >= requests);
                awaitLong("the routers to be idle", () -> evidence.lag("router", evidence.routerInputs()) == 0);
                awaitLong("the learner to be idle", () -> evidence.lag("learner", evidence.learnerInputs()) == 0);
                awaitLong("all outcomes to be in policies", evidence::everythingPublished);
                List<String> stubborn = cluster.stopAll();
                // Then
                assertThat(stubborn).isEmpty();
                AuditReport report = cluster.audit();
                assertThat(report.violations()).isEmpty();
                assertThat(evidence.responses()).hasSize(requests);
                assertThat(evidence.openTransactions()).isEmpty();
            } catch (Throwable e) {
                cluster.explain();
                throw e;
            }
        }
    }
}
