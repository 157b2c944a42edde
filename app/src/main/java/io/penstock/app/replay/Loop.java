package io.penstock.app.replay;

import io.penstock.event.OutcomeKind;
import io.penstock.event.ResponseKind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;

/** What both ways of driving a node share: taking events into the books, and giving up when nothing moves. */
final class Loop {
    private static final Duration POLL = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final LoopHost host;
    private final Ledger ledger;
    private final LogDigest digest;
    private final LoopProgress progress;
    private final InstantSource clock;
    private final Unlearned unlearned = new Unlearned();
    private long lastMove;
    private final Sample sample;

    Loop(LoopHost host, Ledger ledger, LogDigest digest, LoopProgress progress, InstantSource clock) {
        this.host = host;
        this.ledger = ledger;
        this.digest = digest;
        this.progress = progress;
        this.clock = clock;
        this.lastMove = clock.millis();
        this.sample = new Sample(ledger.workload().requestId(ledger.workload().size() - 1));
    }

    Ledger ledger() {
        return ledger;
    }

    Unlearned unlearned() {
        return unlearned;
    }

    /** What happened to the last request of the workload, when most was known. */
    Sample sample() {
        return sample;
    }

    void send(int index, long timestampMillis) {
        host.send(ledger.workload().request(index), timestampMillis);
        ledger.submitted();
        unlearned.add(index);
    }

    /**
     * Takes what has happened, waiting a little for it.
     *
     * @throws ReplayException if nothing has happened for too long
     */
    void step() {
        List<LoopEvent> events = host.poll(POLL);
        events.forEach(this::take);
        boolean released = unlearned.release(host::covered);
        long now = clock.millis();
        if (released || !events.isEmpty()) {
            lastMove = now;
        } else if (now - lastMove > PATIENCE.toMillis()) {
            Counts counts = ledger.counts();
            throw new ReplayException("nothing has happened for " + PATIENCE.toSeconds() + " s: " + counts.requests()
                    + " requests sent, " + counts.decisions() + " decided, " + counts.responses() + " responses, "
                    + unlearned.size() + " not yet learned from; the log of the node says why");
        }
        progress.show(ledger);
    }

    /** Takes all that is committed by now, so that a second response cannot hide behind the last first one. */
    void finish() {
        host.drain().forEach(this::take);
    }

    /** The one place that tells events apart. */
    private void take(LoopEvent event) {
        digest.take(event);
        sample.take(event);
        if (event instanceof LoopEvent.Decided decided) {
            ledger.decided(decided.decision());
        } else if (event instanceof LoopEvent.Responded responded) {
            OptionalInt index = ledger.responded(responded.response());
            if (index.isPresent() && responded.response().getKind() != ResponseKind.ANSWERED) {
                unlearned.endedWithoutAnswer(index.getAsInt());
            }
        } else if (event instanceof LoopEvent.Learnable learnable
                && learnable.outcome().getKind() == OutcomeKind.JUDGED) {
            ledger.workload()
                    .index(learnable.outcome().getRequestId())
                    .ifPresent(index -> unlearned.verdict(index, learnable.partition(), learnable.offset()));
        }
    }
}
