package io.penstock.topology.join;

/** When a request wants to be woken next, and why. */
record Timer(long due, TimerKind kind) {
    Timer {
        if (due < 0) {
            throw new IllegalArgumentException("due " + due + " must not be negative");
        }
    }

    /** A time plus a duration, both from records, without overflow and never negative. */
    static long after(long time, long millis) {
        long sum = time + millis;
        boolean overflow = ((time ^ sum) & (millis ^ sum)) < 0;
        return overflow ? (millis > 0 ? Long.MAX_VALUE : 0) : Math.max(0, sum);
    }
}
