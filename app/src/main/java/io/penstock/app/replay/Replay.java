package io.penstock.app.replay;

import io.penstock.connector.recorded.CallGate;
import io.penstock.connector.recorded.RecordedOutcomes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Replays recorded prompts through a running node: composes the driver, the books and the report. */
final class Replay {
    private final ReplaySettings settings;
    private final Workload workload;
    private final Ledger ledger;
    private final InstantSource clock;
    private final @Nullable ReplayGate gate;

    Replay(RecordedOutcomes outcomes, ReplaySettings settings, InstantSource clock) {
        this.settings = settings;
        this.workload = new Workload(outcomes, settings.seed(), settings.limit());
        this.ledger = new Ledger(workload, Scoring.of(outcomes, settings.lambda()));
        this.clock = clock;
        this.gate = settings.deterministic() ? new ReplayGate() : null;
    }

    /** What the recorded backend of the node must wait for. */
    CallGate gate() {
        return gate == null ? CallGate.OPEN : gate;
    }

    /** Streams everything through the node; returns when all is answered and learned. */
    ReplayReport run(LoopHost host, LoopProgress progress) {
        LogDigest digest = new LogDigest(settings.deterministic());
        Loop loop = new Loop(host, ledger, digest, progress, clock);
        Instant start = clock.instant();
        if (gate == null) {
            new Driver(loop, settings.inFlight(), clock).run();
        } else {
            new LockStep(loop, gate, settings.inFlight()).run();
        }
        double wall = Duration.between(start, clock.instant()).toNanos() / 1e9;
        String hex = settings.deterministic() ? digest.hex() : null;
        return ReplayReport.of(ledger, settings, new ReplayReport.Run(wall, hex, loop.sample()));
    }
}
