package io.penstock.connector;

import java.util.Base64;
import java.util.BitSet;

/**
 * Which records above a committed offset are finished already, written into that offset's metadata, so that after a kill one
 * slow call does not make all behind it be called again. A record further than {@value #SPAN} offsets above is not
 * remembered, since a broker takes 4,096 bytes of metadata by default (offset.metadata.max.bytes).
 */
final class FinishedOffsets {
    /** Offsets that fit into the metadata: 3,000 bytes of bits are 4,000 characters of Base64. */
    static final int SPAN = 24_000;

    static final FinishedOffsets NONE = new FinishedOffsets(0, new BitSet());

    /** Also says that the metadata is ours: tools that reset offsets write their own, or none. */
    private static final String FORMAT = "penstock-1:";

    private final long first;
    private final BitSet finished;

    private FinishedOffsets(long first, BitSet finished) {
        this.first = first;
        this.finished = finished;
    }

    /** None yet, above a committed offset: the record at that offset is not finished by definition. */
    static FinishedOffsets above(long position) {
        return new FinishedOffsets(position + 1, new BitSet());
    }

    /** What the metadata of a committed offset says; nothing if somebody else wrote it. */
    static FinishedOffsets read(long position, String metadata) {
        if (!metadata.startsWith(FORMAT)) {
            return NONE;
        }
        try {
            byte[] bits = Base64.getDecoder().decode(metadata.substring(FORMAT.length()));
            return new FinishedOffsets(position + 1, BitSet.valueOf(bits));
        } catch (IllegalArgumentException e) {
            // Cut or changed on the way. To call again is right where nothing is known.
            return NONE;
        }
    }

    void add(long offset) {
        if (offset >= first && offset - first < SPAN) {
            finished.set((int) (offset - first));
        }
    }

    /** Adds all of another's from that offset on. */
    void addFrom(long offset, FinishedOffsets other) {
        int from = (int) Math.max(0, Math.min(SPAN, offset - other.first));
        other.finished.stream().filter(bit -> bit >= from).forEach(bit -> add(other.first + bit));
    }

    boolean contains(long offset) {
        return offset >= first && offset - first < SPAN && finished.get((int) (offset - first));
    }

    /** For the metadata; empty if there are none. */
    String text() {
        return finished.isEmpty()
                ? ""
                : FORMAT + Base64.getEncoder().withoutPadding().encodeToString(finished.toByteArray());
    }
}
