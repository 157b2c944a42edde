package io.penstock.topology;

/**
 * Which keys a store holds, in about 16 bytes each. A look-up in RocksDB that finds nothing costs more than one that
 * finds something, since its Java binding learns of it by an exception; most look-ups of a new request find nothing. A
 * multiset of hashes with open addressing, so that two keys of one hash do not remove each other. Used by one thread.
 */
public final class PresentKeys {
    private static final int FIRST_CAPACITY = 1024;

    // 0 marks a free slot.
    private long[] slots = new long[FIRST_CAPACITY];
    private int size;

    /** False only if the key is not here. */
    public boolean mayContain(String key) {
        return slots[find(hash(key))] != 0;
    }

    /** Adds a key that is not here. */
    public void add(String key) {
        if (2 * (size + 1) > slots.length) {
            grow();
        }
        insert(hash(key));
        size++;
    }

    /** Takes away a key that was added. */
    public void remove(String key) {
        int gap = find(hash(key));
        if (slots[gap] == 0) {
            throw new IllegalStateException("a key is removed that was not added");
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

    private static long hash(String key) {
        long hash = Hash64.of(key);
        return hash == 0 ? 1 : hash;
    }
}
