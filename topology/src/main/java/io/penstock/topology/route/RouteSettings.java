package io.penstock.topology.route;

import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;

/**
 * How route decides, apart from what the catalog says.
 *
 * @param serverKey secret behind decision ids and seeds, the same for all routers; 16 bytes or more
 * @param deduplicationHorizon how long the id of a request is remembered
 * @param deterministic time is the request's broker time, and nothing that depends on speed is used
 * @param maxCandidates more scored candidates do not fit into a decision
 * @param maxDispatchBytes a larger dispatch is refused, so that it cannot poison a transaction
 */
public record RouteSettings(
        Bytes serverKey,
        Duration deduplicationHorizon,
        boolean deterministic,
        int maxDispatchBytes,
        int maxCandidates) {
    private static final int MIN_KEY_BYTES = 16;

    public RouteSettings {
        if (serverKey.get().length < MIN_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "the server key has " + serverKey.get().length + " bytes; it must have at least " + MIN_KEY_BYTES);
        }
    }

    /** How many scored candidates a decision of this size holds beside its other fields. */
    public static int candidatesThatFit(long maxDecisionBytes) {
        // A slug of 80 characters and 14 numbers of 8 bytes, plus their framing.
        int bytesPerCandidate = 224;
        long otherFields = 256 * 1024;
        return (int) Math.max(1, (maxDecisionBytes - otherFields) / bytesPerCandidate);
    }

    @Override
    public String toString() {
        return "RouteSettings[deduplicationHorizon=" + deduplicationHorizon + ", deterministic=" + deterministic + "]";
    }
}
