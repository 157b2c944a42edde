package io.penstock.app.crash;

import static io.penstock.app.crash.CrashCluster.awaitLong;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.app.audit.AuditReport;
import io.penstock.app.audit.Invariant;
import io.penstock.topology.PenstockConfig;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Shows that the crash test can fail. The router dies at the same place twice: after the broker has the record that says
 * "this request was seen" and before it has the request's decision. Under exactly-once both are in one transaction, which is
 * aborted, and the request is decided after the restart. Under at-least-once the first half stays: the request is read
 * again, taken for a duplicate and dropped, so it is never answered, and the audit must say so. Nothing of it depends on
 * timing: the place is in the code path of every request.
 */
@Tag("crash")
class NegativeControlIT {
    private static final CrashCluster.Service SERVICE = new CrashCluster.Service(8, 30_000, 120_000, 5, 20);
    private static final int REQUESTS = 60;

    @Test
    void shouldFindALostRequestWithoutTransactions() throws Exception {
        // Given // When
        AuditReport report = auditAfterKill("at_least_once", 2 * REQUESTS - 1);
        // Then
        assertThat(report.isClean()).isFalse();
        assertThat(report.row(Invariant.I1).violations()).isPositive();
        assertThat(report.violations())
                .anyMatch(violation -> violation.invariant() == Invariant.I1
                        && violation.what().contains("no response"));
    }

    @Test
    void shouldFindNothingAfterTheSameKillInsideATransaction() throws Exception {
        // Given // When
        AuditReport report = auditAfterKill("exactly_once_v2", 2 * REQUESTS);
        // Then
        assertThat(report.violations()).isEmpty();
        assertThat(report.row(Invariant.I1).checked()).isEqualTo(2 * REQUESTS);
    }

    private static AuditReport auditAfterKill(String guarantee, int answers) throws Exception {
        try (CrashCluster cluster = new CrashCluster(
                "NegativeControlIT-" + guarantee.charAt(0), SERVICE, Map.of(PenstockConfig.GUARANTEE, guarantee))) {
            try {
                cluster.start("dispatcher", "router-a", "learner");
                Evidence evidence = new Evidence(cluster.client());
                Load load = new Load(cluster, 1, 1);
                load.sendRequests(REQUESTS);
                awaitLong("the first answers", () -> evidence.answered() == REQUESTS);
                Child router = cluster.child("router-a");
                // Armed before the next request, so that it is the one whose decision is missing.
                java.nio.file.Files.createFile(router.folder().resolve(Faults.BEFORE_DECISION));
                load.sendRequests(REQUESTS);
                assertThat(router.awaitDeath()).isEqualTo(Faults.EXIT_CODE);
                assertThat(router.faultLog()).contains(Faults.BEFORE_DECISION_LINE);
                router.start().awaitReady();
                awaitLong("the other answers", () -> evidence.answered() >= answers);
                awaitLong("the router to be idle", () -> evidence.lag("router", evidence.routerInputs()) == 0);
                awaitLong("the learner to be idle", () -> evidence.lag("learner", evidence.learnerInputs()) == 0);
                awaitLong("all outcomes to be in policies", evidence::everythingPublished);
                cluster.stopAll();
                return cluster.audit();
            } catch (Throwable e) {
                cluster.explain();
                throw e;
            }
        }
    }
}
