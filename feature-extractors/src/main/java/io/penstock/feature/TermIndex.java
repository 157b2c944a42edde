package io.penstock.feature;

/** Where each of a list of distinct hashes stands in the list: an open-addressing table, read-only once built. */
final class TermIndex {
    private final long[] keys;
    private final int[] positions;
    private final int mask;

    TermIndex(long[] terms) {
        int size = Integer.highestOneBit(Math.max(8, terms.length * 4 - 1));
        keys = new long[size];
        positions = new int[size];
        mask = size - 1;
        for (int i = 0; i < terms.length; i++) {
            int slot = slot(terms[i]);
            keys[slot] = terms[i];
            positions[slot] = i + 1;
        }
    }

    /** From 0; -1 if the list has no such hash. */
    int position(long term) {
        return positions[slot(term)] - 1;
    }

    private int slot(long term) {
        int slot = (int) term & mask;
        while (positions[slot] != 0 && keys[slot] != term) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
