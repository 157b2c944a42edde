package io.penstock.connector;

import io.penstock.event.CompletionStatus;
import java.util.Map;

/**
 * What a dispatcher has done since it started, and has at hand.
 *
 * @param calls calls made
 * @param inFlight calls whose completion is not yet safe on the broker
 * @param waiting attempts read but not started
 * @param completions published, by status; every status has an entry
 * @param deadLetters records that could not be read as a dispatch
 */
public record DispatcherStats(
        long calls, int inFlight, int waiting, Map<CompletionStatus, Long> completions, long deadLetters) {

    public DispatcherStats {
        completions = Map.copyOf(completions);
    }
}
