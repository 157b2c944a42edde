package io.penstock.feature;

/** How heavily each n-gram weighs in one prompt: an open-addressing table from hash to summed weight. */
final class GramCounts {
    private long[] keys = new long[256];
    private float[] weights = new float[256];
    private int size;

    void add(long gram, float weight) {
        // 0 marks an empty slot; the one gram that hashes to it shares a slot with 1.
        long key = gram == 0 ? 1 : gram;
        int slot = slot(key);
        if (keys[slot] == 0) {
            if (size * 2 >= keys.length) {
                grow();
                slot = slot(key);
            }
            keys[slot] = key;
            size++;
        }
        weights[slot] += weight;
    }

    /** No gram weighs more than this. */
    void cap(float most) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.min(weights[i], most);
        }
    }

    /** Distinct grams. */
    int size() {
        return size;
    }

    int capacity() {
        return keys.length;
    }

    /** The gram in a slot, 0 if the slot is empty. */
    long gram(int slot) {
        return keys[slot];
    }

    float weight(int slot) {
        return weights[slot];
    }

    private int slot(long key) {
        int mask = keys.length - 1;
        int slot = (int) (key >>> 32) & mask;
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        float[] oldWeights = weights;
        keys = new long[oldKeys.length * 2];
        weights = new float[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                weights[slot] = oldWeights[i];
            }
        }
    }
}
