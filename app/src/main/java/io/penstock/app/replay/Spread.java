package io.penstock.app.replay;

/** Mean and sample standard deviation of a stream of numbers, by Welford's updates (Technometrics 4, 1962). */
public final class Spread {
    private long count;
    private double mean;
    private double squares;

    public void add(double value) {
        count++;
        double before = value - mean;
        mean += before / count;
        squares += before * (value - mean);
    }

    public long count() {
        return count;
    }

    public double mean() {
        return mean;
    }

    /** 0 for fewer than two numbers. */
    public double deviation() {
        return count < 2 ? 0 : Math.sqrt(squares / (count - 1));
    }
}
