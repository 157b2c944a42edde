package io.penstock.learner.money;

import java.util.Comparator;

/** One who reserves: a route task. Online and batch are different spenders of the same owner. */
public record Spender(String lane, int partition) implements Comparable<Spender> {
    public Spender {
        if (partition < 0) {
            throw new IllegalArgumentException("partition must not be negative, but is " + partition);
        }
    }

    @Override
    public int compareTo(Spender other) {
        return Comparator.comparing(Spender::lane)
                .thenComparingInt(Spender::partition)
                .compare(this, other);
    }
}
