package io.penstock.topology.route;

import io.penstock.topology.Hash64;

/**
 * Which identities may be open, in about 16 bytes each: a look-up in the store for each new request, which finds nothing,
 * would cost more than anything else that route does. A multiset of hashes with open addressing, so that two identities
 * of one hash do not remove each other. Used by one thread.
 */
final class OpenIds {
    private static final int FIRST_CAPACITY = 1024;

    // 0 marks a free slot.
    private long[] slots = new long[FIRST_CAPACITY];
    private int size;

    void clear() {
        slots = new long[FIRST_CAPACITY];
        size = 0;
    }

    /** False only if the identity is not here. */
    boolean mayContain(String identity) {
        return slots[find(hash(identity))] != 0;
    }

    void add(String identity) {
        if (2 * (size + 1) > slots.length) {
            grow();
        }
        insert(hash(identity));
        size++;
    }

    /** Takes one identity of this hash away; it must be here. */
    void remove(String identity) {
        int gap = find(hash(identity));
        if (slots[gap] == 0) {
            throw new IllegalStateException("an identity is removed that was not added");
        }
        size--;
        slots[gap] = 0;
        // Whatever was pushed past the gap moves back into it.
        for (int at = next(gap); slots[at] != 0; at = next(at)) {
            int home = home(slots[at]);
            boolean reachable = gap <= at ? gap < home && home <= at : gap < home || home <= at;
            if (!reachable) {
                slots[gap] = slots[at];
                slots[at] = 0;
                gap = at;
            }
        }
    }

    /** Slot of the hash, or the free one where it would be looked for last. */
    private int find(long hash) {
        int at = home(hash);
        while (slots[at] != 0 && slots[at] != hash) {
            at = next(at);
        }
        return at;
    }

    private void insert(long hash) {
        int at = home(hash);
        while (slots[at] != 0) {
            at = next(at);
        }
        slots[at] = hash;
    }

    private void grow() {
        long[] before = slots;
        slots = new long[2 * before.length];
        for (long hash : before) {
            if (hash != 0) {
                insert(hash);
            }
        }
    }

    private int home(long hash) {
        return (int) hash & (slots.length - 1);
    }

    private int next(int at) {
        return (at + 1) & (slots.length - 1);
    }

    private static long hash(String identity) {
        long hash = Hash64.of(identity);
        return hash == 0 ? 1 : hash;
    }
}
