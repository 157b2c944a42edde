package io.penstock.simulation;

import java.util.Locale;

/**
 * Results as text, one line each with fixed columns, so that a change of a policy shows as a difference of lines:
 *
 * <ul>
 *   <li><b>reward</b>: mean of quality − w_c · cost / C_ref − w_l · latency / 5 s, with the quality that is expected of the
 *       answer; 0 for quality where there is none;
 *   <li><b>regret</b>: what always asking the model that is best for the prompt at that time has more;
 *   <li><b>fixed</b>: the reward of the best single model;
 *   <li><b>best</b>: percentage of requests that were answered by the model that was best for them;
 *   <li><b>answered, failed, expired</b>: how requests ended;
 *   <li><b>broken</b>: how often something that is promised was not kept;
 *   <li><b>recovery</b>: requests after the change until the regret of the last 50 was within .05 of what it was before; -
 *       where nothing changes at once;
 *   <li><b>alarms</b>: how often the quality of a model was found changed;
 *   <li><b>cost</b>: dollars, settled.
 * </ul>
 */
public final class Report {
    private static final String FORM = "%-9s  %-16s  %-13s  %6s  %6s  %6s  %4s  %8s  %6s  %7s  %6s  %8s  %6s  %8s";

    private Report() {}

    /** Names of the columns. */
    public static String header() {
        return String.format(
                Locale.ROOT,
                FORM,
                "world",
                "scenario",
                "policy",
                "reward",
                "regret",
                "fixed",
                "best",
                "answered",
                "failed",
                "expired",
                "broken",
                "recovery",
                "alarms",
                "cost");
    }

    /** One run. */
    public static String line(Result result) {
        return String.format(
                Locale.ROOT,
                FORM,
                result.setup().world(),
                result.setup().scenario().id(),
                result.setup().policy(),
                number("%.3f", result.reward()),
                number("%.3f", result.regret()),
                number("%.3f", result.bestFixed()),
                number("%.0f", 100 * result.bestShare()),
                result.ends().answered(),
                result.ends().failed(),
                result.ends().expired(),
                result.violations().size(),
                recovery(result),
                result.alarms(),
                number("%.4f", result.ends().costUsd()));
    }

    private static String recovery(Result result) {
        int recovery = result.recovery();
        if (recovery == Result.NOTHING_CHANGED) {
            return "-";
        }
        return recovery == Result.NEVER ? "never" : String.valueOf(recovery);
    }

    private static String number(String form, double value) {
        return String.format(Locale.ROOT, form, value);
    }
}
