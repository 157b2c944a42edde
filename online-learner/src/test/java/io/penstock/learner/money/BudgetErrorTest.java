package io.penstock.learner.money;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The budget error of a day in {@link PacedWorld}, of our pacer and of one that moves with feedback only. */
class BudgetErrorTest {
    private static final int REQUESTS = 40_000;
    private static final double ALLOWED = 0.005;
    private static final long TARGET = 12_000_000_000L;

    static LongStream seeds() {
        return LongStream.range(0, 10);
    }

    /** The account as the router and the learner use it: counts go one way a second late, the price the other way too. */
    private static final class OwnMoney implements PacedWorld.Money {
        private final OwnerAccount account;
        private long predicted;
        private long decisions;
        private long version;
        private Settlement settled = Settlement.NONE;
        private final Queue<Double> underway = new ArrayDeque<>();
        private final Queue<SpenderReport> reports = new ArrayDeque<>();
        private final int reportsLate;
        private double price;

        OwnMoney(OwnerAccount account, int ticksLate) {
            this(account, ticksLate, 0);
        }

        OwnMoney(OwnerAccount account, int ticksLate, int reportsLate) {
            this.account = account;
            this.reportsLate = reportsLate;
            this.price = account.price();
            for (int i = 0; i < ticksLate; i++) {
                underway.add(price);
            }
        }

        @Override
        public double price() {
            return price;
        }

        @Override
        public void decided(long cost) {
            predicted += cost;
            decisions++;
        }

        @Override
        public void settled(long expected, long cost) {
            settled = settled.and(20 * expected, expected, cost);
        }

        @Override
        public void judged(long cost) {
            // Money does not wait for verdicts.
        }

        @Override
        public void tick(long now) {
            reports.add(new SpenderReport(++version, 0, 0, predicted, decisions, 0));
            if (reports.size() > reportsLate) {
                Spender spender = new Spender("online", 0);
                account.ledger().report(spender, reports.remove());
                account.reported(spender, now - reportsLate * PacedWorld.Pace.MINUTES.tick());
            }
            account.ledger().settle(0, settled);
            account.advance(now);
            underway.add(account.price());
            price = underway.remove();
        }
    }

    /** The rule of ParetoBandit's BudgetPacer at its defaults, per request: smoothed cost, additive steps, on feedback alone. */
    private static final class FeedbackMoney implements PacedWorld.Money {
        private final double target;
        private double smoothed;
        private double price;

        FeedbackMoney(double target) {
            this.target = target;
            this.smoothed = target;
        }

        @Override
        public double price() {
            return price;
        }

        @Override
        public void decided(long predicted) {
            // It hears of no decision.
        }

        @Override
        public void settled(long predicted, long cost) {
            // Nor of an answer.
        }

        @Override
        public void judged(long cost) {
            smoothed = 0.95 * smoothed + 0.05 * cost;
            price = Math.max(0, Math.min(5, price + 0.05 * (smoothed / target - 1)));
        }

        @Override
        public void tick(long now) {
            // Nor of time.
        }
    }

    private static double error(double spent) {
        return spent / TARGET - 1;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldSpendTheTargetWithFeedbackLateAndMissingAndCostsMisjudged(long seed) {
        // Given
        OwnerAccount account = OwnerAccount.first(PacedWorld.Pace.DAY.period(), new Terms(1, 2 * TARGET, TARGET));

        // When
        PacedWorld.Result ours = new PacedWorld(seed, REQUESTS, false).run(new OwnMoney(account, 2));
        PacedWorld.Result theirs =
                new PacedWorld(seed, REQUESTS, false).run(new FeedbackMoney((double) TARGET / REQUESTS));

        // Then
        System.out.printf(
                "budget error, seed %d: %.3f %%, quality %.4f; moved by feedback alone: %.1f %%, quality %.4f%n",
                seed, 100 * error(ours.spent()), ours.quality(), 100 * error(theirs.spent()), theirs.quality());
        assertThat(Math.abs(error(ours.spent()))).isLessThanOrEqualTo(ALLOWED);
        assertThat(Math.abs(error(theirs.spent()))).isGreaterThan(ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldNotSpendTwiceWhatReportsAreLateIn(long seed) {
        // Given
        PacedWorld.Pace pace = PacedWorld.Pace.MINUTES;
        OwnerAccount first = OwnerAccount.first(pace.period(), new Terms(1, 2 * TARGET, TARGET));
        new PacedWorld(pace, seed, REQUESTS, false).run(new OwnMoney(first, 2, 4));

        // When: a second of two minutes
        OwnerAccount second = first.next(pace.period(), new Terms(1, 2 * TARGET, TARGET));
        double spent = new PacedWorld(pace, seed, REQUESTS, false)
                .run(new OwnMoney(second, 2, 4))
                .spent();

        // Then
        System.out.printf("budget error with late reports, seed %d: %.3f %%%n", seed, 100 * error(spent));
        assertThat(Math.abs(error(spent))).isLessThanOrEqualTo(ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldFollowDemandFromTheSecondPeriodOn(long seed) {
        // Given
        OwnerAccount first = OwnerAccount.first(PacedWorld.Pace.DAY.period(), new Terms(1, 2 * TARGET, TARGET));
        double unknown =
                new PacedWorld(seed, REQUESTS, true).run(new OwnMoney(first, 2)).spent();
        OwnerAccount second = first.next(PacedWorld.Pace.DAY.period(), new Terms(1, 2 * TARGET, TARGET));

        // When
        double known = new PacedWorld(seed + 1, REQUESTS, true)
                .run(new OwnMoney(second, 2))
                .spent();

        // Then
        System.out.printf(
                "demand by day only, seed %d: %.3f %%, then %.3f %%%n", seed, 100 * error(unknown), 100 * error(known));
        assertThat(Math.abs(error(unknown))).isGreaterThan(ALLOWED);
        assertThat(Math.abs(error(known))).isLessThanOrEqualTo(ALLOWED);
    }

    /** Here it takes the price more than a hundredth of the period to get from the account to the routers. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldKeepToTheTargetOfMinutes(long seed) {
        // Given
        long target = TARGET / 10;
        PacedWorld.Pace pace = PacedWorld.Pace.MINUTES;
        OwnerAccount first = OwnerAccount.first(pace.period(), new Terms(1, 2 * target, target));

        // When
        double start = new PacedWorld(pace, seed, REQUESTS / 10, false)
                .run(new OwnMoney(first, 6))
                .spent();
        OwnerAccount second = first.next(pace.period(), new Terms(1, 2 * target, target));
        double later = new PacedWorld(pace, seed + 1, REQUESTS / 10, false)
                .run(new OwnMoney(second, 6))
                .spent();

        // Then
        System.out.printf(
                "two minutes, seed %d: %.3f %%, then %.3f %%%n",
                seed, 100 * (start / target - 1), 100 * (later / target - 1));
        assertThat(Math.abs((later / target - 1))).isLessThanOrEqualTo(ALLOWED);
    }

    @Test
    void shouldChargeNothingWhenTheBudgetIsPlentiful() {
        // Given
        long plenty = 1000 * TARGET;
        OwnMoney money =
                new OwnMoney(OwnerAccount.first(PacedWorld.Pace.DAY.period(), new Terms(1, plenty, plenty)), 2);

        // When
        new PacedWorld(1, REQUESTS, false).run(money);

        // Then
        assertThat(money.price()).isZero();
    }
}
