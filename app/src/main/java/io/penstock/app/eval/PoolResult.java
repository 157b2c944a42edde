package io.penstock.app.eval;

import java.util.List;

/**
 * All that came of one pool.
 *
 * @param rows one a lambda
 * @param curves one a lambda, in the same order
 */
public record PoolResult(PoolReport report, List<EvalRow> rows, List<RegretCurves> curves) {
    public PoolResult {
        rows = List.copyOf(rows);
        curves = List.copyOf(curves);
    }
}
