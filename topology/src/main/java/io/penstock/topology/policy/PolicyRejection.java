package io.penstock.topology.policy;

import java.util.Locale;

/** Why a record of the policies topic did not become part of a view; the last good one stays in use. */
public enum PolicyRejection {
    /** The bytes are not a PolicySnapshot. */
    UNDECODABLE,
    /** No value: learned state is never deleted by a record. */
    TOMBSTONE,
    /** More than {@link PolicyFormat#MAX_BYTES}. */
    TOO_LARGE,
    /** The record's key is not that of its content. */
    WRONG_KEY,
    /** Statistics of a family this version does not know. */
    UNKNOWN_FAMILY,
    /** Statistics in a format this version does not know. */
    UNKNOWN_FORMAT,
    /** Another dimension than its statistics, the extractor or the rest of the scope have. */
    WRONG_DIMENSION,
    /** The checksum is not that of the statistics. */
    WRONG_CHECKSUM,
    /** Not sums that any observations could have produced: not finite, of the wrong length, negative counts. */
    BAD_STATISTICS,
    /** The version is not above the one in use: delivered again, or out of order. */
    OLD_VERSION;

    /** As in metrics: {@code policy.rejected.wrong_key}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
