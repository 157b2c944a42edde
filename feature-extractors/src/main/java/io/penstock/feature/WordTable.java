package io.penstock.feature;

/** Word hash to a number greater than zero: a small open-addressing table, read-only once built. */
final class WordTable {
    private final long[] keys;
    private final int[] values;
    private final int mask;

    /** Room for so many words. */
    WordTable(int words) {
        int size = Integer.highestOneBit(Math.max(8, words * 4));
        keys = new long[size];
        values = new int[size];
        mask = size - 1;
    }

    /** Sets the bits for each of the words, which are parted by spaces. */
    WordTable add(String words, int bits) {
        for (String word : words.split(" ", -1)) {
            int slot = slot(WordReader.hashOf(word));
            keys[slot] = WordReader.hashOf(word);
            values[slot] |= bits;
        }
        return this;
    }

    /** The bits of a word, 0 if unknown. */
    int bits(long hash) {
        return values[slot(hash)];
    }

    private int slot(long hash) {
        int slot = (int) hash & mask;
        while (values[slot] != 0 && keys[slot] != hash) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
