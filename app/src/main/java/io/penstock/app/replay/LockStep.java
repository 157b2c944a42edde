package io.penstock.app.replay;

/**
 * Sends the workload in windows. Within one, nothing is answered until every request is decided, and the next begins only
 * when all of this one is learned; so two runs decide with the same knowledge. The order of answers within a window is
 * free, since the learner's sums do not depend on it. Times are made up: one millisecond a request.
 */
final class LockStep {
    /** 2100-01-01T00:00:00Z: fixed, and so far ahead of every real clock that none can find anything late or expired. */
    static final long START = 4_102_444_800_000L;

    private final Loop loop;
    private final ReplayGate gate;
    private final int window;

    LockStep(Loop loop, ReplayGate gate, int window) {
        this.loop = loop;
        this.gate = gate;
        this.window = window;
    }

    void run() {
        Ledger ledger = loop.ledger();
        int size = ledger.workload().size();
        for (int from = 0; from < size; from += window) {
            int to = Math.min(size, from + window);
            for (int index = from; index < to; index++) {
                loop.send(index, START + index);
            }
            for (int index = from; index < to; index++) {
                while (!ledger.isDecided(index)) {
                    loop.step();
                }
            }
            for (int index = from; index < to; index++) {
                gate.release(ledger.workload().requestId(index));
            }
            for (int index = from; index < to; index++) {
                while (!ledger.hasResponse(index) || loop.unlearned().contains(index)) {
                    loop.step();
                }
            }
        }
        loop.finish();
    }
}
