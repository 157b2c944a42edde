package io.penstock.simulation;

/**
 * Uniform draws in [0, 1) that depend on nothing but what they are for, so that what would happen to a request is the same
 * whatever a policy does. SplitMix64 (Steele et al. 2014); integers only, so equal on every platform.
 */
final class Draws {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long seed;

    Draws(long seed) {
        this.seed = mix(seed + GOLDEN);
    }

    /**
     * @param purpose of the draw; draws of different purposes are independent
     * @param request index of the request
     * @param item model or position within the purpose
     */
    double uniform(Purpose purpose, int request, int item) {
        long hash = mix(seed + GOLDEN * purpose.number);
        hash = mix(hash + GOLDEN * (request + 1L));
        return (mix(hash + GOLDEN * (item + 1L)) >>> 11) * 0x1p-53;
    }

    /** An index below {@code bound}. */
    int index(Purpose purpose, int request, int item, int bound) {
        return (int) (uniform(purpose, request, item) * bound);
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /** What is drawn. */
    enum Purpose {
        ARRIVAL(1),
        KIND(2),
        OPENING(3),
        WORD(4),
        LENGTH(5),
        SPEED(6),
        VERDICT(7),
        DELAY(8),
        JUDGED(9);

        private final int number;

        Purpose(int number) {
            this.number = number;
        }
    }
}
