package io.penstock.learner.warm;

import java.util.Arrays;

/** Finds the k-th largest of n numbers with a heap of k: n·log k at worst, whatever the order. */
final class Largest {

    private Largest() {}

    /** The least of the {@code count} largest values; equal values count each. */
    static float least(float[] values, int count) {
        float[] heap = Arrays.copyOf(values, count);
        for (int i = count / 2 - 1; i >= 0; i--) {
            sink(heap, i, heap[i]);
        }
        for (int i = count; i < values.length; i++) {
            if (values[i] > heap[0]) {
                sink(heap, 0, values[i]);
            }
        }
        return heap[0];
    }

    /** Puts the value at this place or below, the smallest of the heap being on top. */
    private static void sink(float[] heap, int place, float value) {
        int at = place;
        int child = 2 * at + 1;
        while (child < heap.length) {
            if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= value) {
                break;
            }
            heap[at] = heap[child];
            at = child;
            child = 2 * at + 1;
        }
        heap[at] = value;
    }
}
