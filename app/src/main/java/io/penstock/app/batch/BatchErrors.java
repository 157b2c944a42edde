package io.penstock.app.batch;

import java.util.ArrayList;
import java.util.List;

/** Lines of a batch file that asked for nothing that can be done. All are counted, the first {@value #MOST} kept to be shown. */
public final class BatchErrors {
    private static final int MOST = 1_000;

    private final List<BatchLine.Wrong> first = new ArrayList<>();
    private long count;

    void add(BatchLine.Wrong line) {
        count++;
        if (first.size() < MOST) {
            first.add(line);
        }
    }

    public long count() {
        return count;
    }

    public List<BatchLine.Wrong> first() {
        return first;
    }
}
