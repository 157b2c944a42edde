package io.penstock.app.replay;

import io.penstock.event.InferenceRequest;
import java.time.Duration;
import java.util.List;

/** What a replay needs of a running node. Used by one thread. */
interface LoopHost {

    /** Sends a request of the default tenant to the online lane; returns before the broker has it. */
    void send(InferenceRequest request, long timestampMillis);

    /** What was committed since the last call, waiting at most so long for the first of it. */
    List<LoopEvent> poll(Duration wait);

    /** Everything that is committed by now and was not yet returned. */
    List<LoopEvent> drain();

    /** Offset, exclusive, up to which the policy that route uses has folded in this partition of outcomes. */
    long covered(int outcomesPartition);
}
