package io.penstock.app.replay;

import java.time.InstantSource;

/**
 * Sends the workload as fast as learning allows: a new request whenever fewer than {@code inFlight} are unlearned. So
 * what a policy knew at each decision depends on that bound and not on the speed of the machine.
 */
final class Driver {
    private final Loop loop;
    private final int inFlight;
    private final InstantSource clock;

    Driver(Loop loop, int inFlight, InstantSource clock) {
        this.loop = loop;
        this.inFlight = inFlight;
        this.clock = clock;
    }

    void run() {
        int size = loop.ledger().workload().size();
        int next = 0;
        while (next < size || !isDone(size)) {
            while (next < size && loop.unlearned().size() < inFlight) {
                loop.send(next++, clock.millis());
            }
            loop.step();
        }
        loop.finish();
    }

    /** A verdict can be learned before the response is read here, so both must have come. */
    private boolean isDone(int size) {
        Counts counts = loop.ledger().counts();
        return loop.unlearned().size() == 0 && counts.requests() == size && counts.lost() == 0;
    }
}
