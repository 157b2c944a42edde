package io.penstock.app.aptitude;

import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What one model did on the probes. Not thread-safe. */
public final class AptitudeTally {
    private final String model;
    private final SortedMap<String, Integer> failures = new TreeMap<>();
    private int sent;
    private int answered;
    private int judged;
    private double quality;
    private double squares;
    private long outputTokens;
    private long costNanos;
    private double latencyMs;

    AptitudeTally(String model) {
        this.model = model;
    }

    void sent() {
        sent++;
    }

    void response(Response response) {
        costNanos += response.getSettledCostNanos() + response.getInDoubtCostNanos();
        if (response.getKind() == ResponseKind.ANSWERED) {
            answered++;
            outputTokens += response.getOutputTokens();
            latencyMs += response.getLatencyMs();
        } else {
            failures.merge(response.getReason() == null ? "unknown" : response.getReason(), 1, Integer::sum);
        }
    }

    void verdict(double value) {
        judged++;
        quality += value;
        squares += value * value;
    }

    public String model() {
        return model;
    }

    /** Requests, those of earlier starts of the same run included. */
    public int requests() {
        return sent;
    }

    public int answers() {
        return answered;
    }

    /** Answers with a verdict. */
    public int verdicts() {
        return judged;
    }

    /** Mean of the verdicts, 0..1; NaN without any. */
    public double quality() {
        return judged == 0 ? Double.NaN : quality / judged;
    }

    /** Standard error of that mean; NaN with fewer than two verdicts. */
    public double error() {
        if (judged < 2) {
            return Double.NaN;
        }
        double variance = Math.max(0, squares - quality * quality / judged) / (judged - 1);
        return Math.sqrt(variance / judged);
    }

    /** Mean of the answers; 0 without any. */
    public double outputTokens() {
        return (double) outputTokens / Math.max(1, answered);
    }

    /** Of all requests, settled and in doubt. */
    public long costNanos() {
        return costNanos;
    }

    /** Mean of the answers; 0 without any. */
    public double latencyMillis() {
        return latencyMs / Math.max(1, answered);
    }

    /** By reason, how many requests got no answer. */
    public Map<String, Integer> failures() {
        return new TreeMap<>(failures);
    }
}
