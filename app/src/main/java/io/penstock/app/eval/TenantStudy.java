package io.penstock.app.eval;

import io.penstock.app.plot.TextTable;
import io.penstock.app.replay.Scoring;
import io.penstock.app.replay.Workload;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.feature.FeatureExtractor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Measures what small tenants gain from learning together: a pool's prompts belong to equally large tenants, each request is
 * decided by the router's own code, and the tenants' requests come mixed in random order. Tenants are either cut from prompts
 * sorted by task, so that they differ as much as the recordings let them, or at random, so that they do not differ at all.
 */
public final class TenantStudy {
    private final EvalSettings settings;
    private final int tenants;
    private final FeatureExtractor extractor;

    /** @param tenants at least 2 */
    public TenantStudy(EvalSettings settings, int tenants, FeatureExtractor extractor) {
        if (tenants < 2) {
            throw new IllegalArgumentException("tenants must be at least 2, but are " + tenants);
        }
        this.settings = settings;
        this.tenants = tenants;
        this.extractor = extractor;
    }

    /** Two rows: tenants by task, and at random; passes have the first lambda of the settings. */
    public List<TenantRow> study(RecordedOutcomes outcomes) {
        if (outcomes.prompts().size() < tenants) {
            throw new IllegalArgumentException("pool " + outcomes.pool() + " must have a prompt for each of " + tenants
                    + " tenants, but has " + outcomes.prompts().size());
        }
        EvalPool pool = new EvalPool(outcomes, extractor);
        return List.of(row(pool, "by task", true), row(pool, "at random", false));
    }

    private TenantRow row(EvalPool pool, String split, boolean byTask) {
        double lambda = settings.lambdas().get(0);
        Scoring scoring = Scoring.of(pool.outcomes(), lambda);
        double best = Fixed.of(pool, scoring).reward();
        List<double[]> gaps = LongStream.rangeClosed(1, settings.seeds())
                .parallel()
                .mapToObj(seed -> gaps(pool, scoring, new Split(byTask, seed), lambda, best))
                .toList();
        int pass = TenantPass.Sharing.values().length;
        List<TenantRow.Mean> means = new ArrayList<>();
        for (int i = 0; i < pass; i++) {
            int at = i;
            means.add(
                    TenantRow.Mean.of(gaps.stream().mapToDouble(gap -> gap[at]).toArray()));
        }
        TenantRow.Mean grouped = TenantRow.Mean.of(
                gaps.stream().mapToDouble(gap -> gap[1] - gap[0]).toArray());
        TenantRow.Mean layered = TenantRow.Mean.of(
                gaps.stream().mapToDouble(gap -> gap[2] - gap[1]).toArray());
        return new TenantRow(pool.outcomes().pool(), split, tenants, pool.size() / tenants, means, grouped, layered);
    }

    private record Split(boolean byTask, long seed) {}

    private double[] gaps(EvalPool pool, Scoring scoring, Split split, double lambda, double best) {
        Workload workload = new Workload(pool.outcomes(), split.seed(), settings.limit());
        int[] owners = owners(pool, split);
        return Stream.of(TenantPass.Sharing.values())
                .mapToDouble(sharing -> {
                    CardDecider decider = new CardDecider(pool, workload, settings, lambda, split.seed());
                    Choices choices = new TenantPass(pool, settings, workload, owners, sharing, decider).run();
                    return choices.reward(pool, scoring) - best;
                })
                .toArray();
    }

    /** The tenant of each place. */
    private int[] owners(EvalPool pool, Split split) {
        List<Integer> places =
                new ArrayList<>(IntStream.range(0, pool.size()).boxed().toList());
        Collections.shuffle(places, new Random(~split.seed()));
        if (split.byTask()) {
            places.sort(Comparator.comparing(place ->
                    pool.prompt(place).source() + '/' + pool.prompt(place).task()));
        }
        int[] owners = new int[pool.size()];
        for (int i = 0; i < owners.length; i++) {
            owners[places.get(i)] = (int) ((long) i * tenants / owners.length);
        }
        return owners;
    }

    /** Rows for people. */
    public static String write(List<TenantRow> rows) {
        TextTable table = new TextTable(
                "pool",
                "tenants",
                "prompts each",
                "split",
                "isolated",
                "group",
                "group + layer",
                "group - isolated",
                "layer - group");
        for (TenantRow row : rows) {
            table.row(
                    row.pool(),
                    Integer.toString(row.tenants()),
                    Integer.toString(row.prompts()),
                    row.split(),
                    text(row.gaps().get(0)),
                    text(row.gaps().get(1)),
                    text(row.gaps().get(2)),
                    text(row.grouping()),
                    text(row.layering()));
        }
        return table.toString();
    }

    private static String text(TenantRow.Mean mean) {
        return String.format(Locale.ROOT, "%+.4f \u00b1 %.4f", mean.value(), mean.error());
    }
}
