package io.penstock.app.eval;

import io.penstock.app.plot.TextTable;
import io.penstock.app.replay.Scoring;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.feature.FeatureExtractor;
import io.penstock.learner.Decay;
import io.penstock.learner.Observation;
import io.penstock.learner.WatchedModel;
import io.penstock.learner.change.ChangeTest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Measures how soon a silent drop of a model's quality is found, how often one is found where there is none, and what it costs
 * the default policy: on streams of each model's recorded verdicts in random order, with repetition, through the learner's own
 * {@link WatchedModel}, contexts included. A drop takes {@value #DROP} of the mean: graded verdicts are that much lower, of
 * those that are 1 or 0 that share of the right ones turns wrong.
 */
public final class ChangeStudy {
    private static final double DROP = 0.18;
    private static final int HISTORY = 2_000;
    private static final int QUIET = 5_000;
    private static final int QUIET_SEEDS = 20;
    private static final int DELAY_SEEDS = 21;
    private static final double FALSE_ALARMS_ONE_IN = 1e5;
    private static final int GIVE_UP_BOUNDS = 20;

    private final EvalSettings settings;
    private final FeatureExtractor extractor;

    public ChangeStudy(EvalSettings settings, FeatureExtractor extractor) {
        this.settings = settings;
        this.extractor = extractor;
    }

    /** Studies one pool; passes of the policy have the first lambda of the settings. */
    public ChangeRow study(RecordedOutcomes outcomes) {
        EvalPool pool = new EvalPool(outcomes, extractor);
        long alarms = 0;
        double delay = 0;
        double worst = 0;
        double bound = 0;
        double[] ratios = new double[pool.arms()];
        for (int arm = 0; arm < pool.arms(); arm++) {
            int model = arm;
            alarms += LongStream.rangeClosed(1, QUIET_SEEDS)
                    .parallel()
                    .map(seed -> new Verdicts(pool, model, seed).falseAlarms())
                    .sum();
            double own = bound(pool, arm);
            double[] delays = LongStream.rangeClosed(1, DELAY_SEEDS)
                    .parallel()
                    .mapToDouble(seed -> new Verdicts(pool, model, seed).delay((int) (GIVE_UP_BOUNDS * own)))
                    .sorted()
                    .toArray();
            double median = delays[delays.length / 2];
            delay += median / pool.arms();
            worst = Math.max(worst, median);
            bound += own / pool.arms();
            ratios[arm] = median / own;
        }
        Arrays.sort(ratios);
        double[] shares = passes(pool);
        return new ChangeRow(
                outcomes.pool(),
                pool.arms(),
                (long) pool.arms() * QUIET_SEEDS * QUIET,
                alarms,
                delay,
                worst,
                bound,
                ratios[ratios.length / 2],
                shares[0],
                shares[1]);
    }

    private static double bound(EvalPool pool, int arm) {
        double mean = IntStream.range(0, pool.size())
                .mapToDouble(place -> pool.prompt(place).outcomes().get(arm).quality())
                .average()
                .orElse(0);
        return Math.log(FALSE_ALARMS_ONE_IN) / ChangeTest.divergence((1 - DROP) * mean, mean);
    }

    private double[] passes(EvalPool pool) {
        double lambda = settings.lambdas().get(0);
        Scoring scoring = Scoring.of(pool.outcomes(), lambda);
        double[][] shares = LongStream.rangeClosed(1, settings.seeds())
                .parallel()
                .mapToObj(seed -> passes(pool, scoring, lambda, seed))
                .toArray(double[][]::new);
        return new double[] {
            Arrays.stream(shares).mapToDouble(share -> share[0]).average().orElse(0),
            Arrays.stream(shares).mapToDouble(share -> share[1]).average().orElse(0)
        };
    }

    private double[] passes(EvalPool pool, Scoring scoring, double lambda, long seed) {
        Choices undisturbed = ColdPass.run(pool, settings, lambda, seed, Disturbance.NONE);
        double[] played = undisturbed.shares(pool.arms());
        int favourite = IntStream.range(0, played.length)
                .reduce((a, b) -> played[b] > played[a] ? b : a)
                .orElse(0);
        int size = undisturbed.size();
        Disturbance recovers = drop(pool, favourite, size / 3, size * 2 / 3, seed);
        Disturbance stays = drop(pool, favourite, size / 3, size, seed);
        double usual = undisturbed.lastFifth(pool, scoring, Disturbance.NONE);
        return new double[] {
            ColdPass.run(pool, settings, lambda, seed, recovers).lastFifth(pool, scoring, recovers) / usual,
            ColdPass.run(pool, settings, lambda, seed, stays).lastFifth(pool, scoring, stays) / usual
        };
    }

    private static Disturbance drop(EvalPool pool, int dropping, int from, int to, long seed) {
        boolean binary = isBinary(pool, dropping);
        return (i, arm, recorded) -> {
            if (arm != dropping || i < from || i >= to) {
                return recorded;
            }
            return dropped(recorded, binary, new SplittableRandom(seed * 1_000_003 + i));
        };
    }

    private static double dropped(double quality, boolean binary, SplittableRandom random) {
        return binary ? (random.nextDouble() < DROP ? 0 : quality) : (1 - DROP) * quality;
    }

    private static boolean isBinary(EvalPool pool, int arm) {
        return IntStream.range(0, pool.size())
                .mapToDouble(place -> pool.prompt(place).outcomes().get(arm).quality())
                .allMatch(quality -> quality == 0 || quality == 1);
    }

    /** A stream of one model's verdicts. */
    private static final class Verdicts {
        private final EvalPool pool;
        private final int arm;
        private final boolean binary;
        private final SplittableRandom random;
        private final WatchedModel model;
        private int count;

        Verdicts(EvalPool pool, int arm, long seed) {
            this.pool = pool;
            this.arm = arm;
            this.binary = isBinary(pool, arm);
            this.random = new SplittableRandom(seed);
            this.model = WatchedModel.empty(pool.dimension(), Decay.NONE);
        }

        private boolean next(boolean worse) {
            int place = random.nextInt(pool.size());
            double recorded = pool.prompt(place).outcomes().get(arm).quality();
            double quality = worse ? dropped(recorded, binary, random) : recorded;
            return model.apply(pool.features(place), new Observation.Judged(1, quality), count++)
                    .isPresent();
        }

        long falseAlarms() {
            long alarms = 0;
            for (int i = 0; i < QUIET; i++) {
                alarms += next(false) ? 1 : 0;
            }
            return alarms;
        }

        double delay(int atMost) {
            for (int i = 0; i < HISTORY; i++) {
                next(false);
            }
            int delay = 1;
            while (delay < atMost && !next(true)) {
                delay++;
            }
            return delay;
        }
    }

    /** Rows for people. */
    public static String write(List<ChangeRow> rows) {
        TextTable table = new TextTable(
                "pool",
                "models",
                "pulls",
                "false alarms",
                "median delay",
                "worst",
                "bound",
                "ratio",
                "recovered",
                "worse");
        for (ChangeRow row : rows) {
            table.row(
                    row.pool(),
                    Integer.toString(row.arms()),
                    Long.toString(row.pulls()),
                    Long.toString(row.alarms()),
                    number("%.0f", row.delay()),
                    number("%.0f", row.worst()),
                    number("%.0f", row.bound()),
                    number("%.2f", row.ratio()),
                    number("%.4f", row.kept()),
                    number("%.4f", row.worse()));
        }
        long pulls = rows.stream().mapToLong(ChangeRow::pulls).sum();
        long alarms = rows.stream().mapToLong(ChangeRow::alarms).sum();
        return table + String.format(Locale.ROOT, "%n%d false alarms in %d verdicts%n", alarms, pulls);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
