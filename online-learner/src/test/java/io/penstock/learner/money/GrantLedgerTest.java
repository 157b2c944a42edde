package io.penstock.learner.money;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GrantLedgerTest {
    private static final Span PERIOD = new Span(0, 60_000);
    private static final Spender FIRST = new Spender("online", 0);
    private static final Spender SECOND = new Spender("batch", 3);

    private static SpenderReport wants(long version, long nanos) {
        return new SpenderReport(version, 0, 0, 0, 0, nanos);
    }

    @Test
    void shouldGrantWhatIsWantedAndNeverMoreThanTheCap() {
        // Given
        GrantLedger ledger = new GrantLedger();
        ledger.report(FIRST, wants(1, 60));
        ledger.report(SECOND, wants(1, 50));

        // When
        ledger.grant(100);

        // Then
        assertThat(ledger.lines().get(SECOND).grantedNanos()).isEqualTo(50);
        assertThat(ledger.lines().get(FIRST).grantedNanos()).isEqualTo(50);
        assertThat(ledger.freeNanos(100)).isZero();
    }

    @Test
    void shouldGrantAgainWhatWasReturnedAndWhatSettledForLess() {
        // Given
        GrantLedger ledger = new GrantLedger();
        ledger.report(FIRST, wants(1, 100));
        ledger.grant(100);

        // When
        ledger.report(FIRST, new SpenderReport(2, 40, 60, 10, 1, 0));
        ledger.settle(7, Settlement.NONE.and(40, 10, 15));
        ledger.report(SECOND, wants(1, 1000));
        ledger.grant(100);

        // Then
        assertThat(ledger.lines().get(SECOND).grantedNanos()).isEqualTo(85);
        assertThat(ledger.committedNanos()).isEqualTo(15);
    }

    @Test
    void shouldGrantNothingAfterTheCapWasLoweredBelowWhatIsGranted() {
        // Given
        GrantLedger ledger = new GrantLedger();
        ledger.report(FIRST, wants(1, 80));
        ledger.grant(100);

        // When
        ledger.report(SECOND, wants(1, 10));
        ledger.grant(50);

        // Then
        assertThat(ledger.lines().get(SECOND).grantedNanos()).isZero();
        assertThat(ledger.freeNanos(50)).isEqualTo(-30);
    }

    @Test
    void shouldTakeOffTheRestWhatACallCostBeyondItsReservation() {
        // Given
        GrantLedger ledger = new GrantLedger();
        ledger.report(FIRST, wants(1, 10));
        ledger.grant(100);
        ledger.report(FIRST, new SpenderReport(2, 10, 0, 10, 1, 0));

        // When
        ledger.settle(0, Settlement.NONE.and(10, 10, 25));

        // Then
        assertThat(ledger.freeNanos(100)).isEqualTo(75);
        assertThat(ledger.committedNanos()).isEqualTo(25);
    }

    @Test
    void shouldNotMoveBackwardsOnReportsThatComeTwiceOrLate() {
        // Given
        GrantLedger ledger = new GrantLedger();
        ledger.report(FIRST, new SpenderReport(5, 50, 10, 20, 3, 7));
        ledger.settle(0, new Settlement(4, 40, 16, 12));

        // When
        ledger.report(FIRST, new SpenderReport(4, 30, 5, 10, 2, 90));
        ledger.report(FIRST, new SpenderReport(5, 50, 10, 20, 3, 7));
        ledger.settle(0, new Settlement(3, 30, 12, 9));

        // Then
        assertThat(ledger.lines().get(FIRST).report()).isEqualTo(new SpenderReport(5, 50, 10, 20, 3, 7));
        assertThat(ledger.settledNanos()).isEqualTo(12);
    }

    static List<Long> seeds() {
        return new Random(7).longs(200).boxed().toList();
    }

    /** A route task and the calls it has made, as the ledger cannot see them. */
    private static final class Task {
        private final Spender name;
        private long granted;
        private long returned;
        private long reserved;
        private long predicted;
        private long decisions;
        private long version;
        private long want;

        Task(Spender name) {
            this.name = name;
        }

        SpenderReport report() {
            return new SpenderReport(++version, reserved, returned, predicted, decisions, want);
        }
    }

    private record Call(long reserved, long predicted, long cost) {}

    /** The true world beside a ledger that hears of it late, twice or never, and is restored again and again. */
    private static final class World {
        private static final long CAP = 1_000_000;

        private final Random random;
        private final List<Task> tasks = new ArrayList<>();
        private final List<Call> open = new ArrayList<>();
        private final TreeMap<Integer, Settlement> settled = new TreeMap<>();
        private final List<Runnable> underway = new ArrayList<>();
        private OwnerAccount account = OwnerAccount.first(PERIOD, new Terms(1, CAP, CAP));
        private long spent;

        World(long seed) {
            random = new Random(seed);
            for (int i = 0; i < 4; i++) {
                tasks.add(new Task(new Spender(i < 2 ? "online" : "batch", i % 2)));
            }
        }

        void step(long now) {
            Task task = tasks.get(random.nextInt(tasks.size()));
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> decide(task);
                case 3 -> settle();
                case 4 -> send(task);
                case 5 -> giveBack(task);
                case 6 -> {
                    account.advance(now);
                    publish();
                }
                default -> account = AccountFormat.fromBytes(AccountFormat.toBytes(account));
            }
            deliver();
        }

        private void decide(Task task) {
            long worst = 1 + random.nextInt(30_000);
            if (task.reserved + worst <= task.granted - task.returned) {
                task.reserved += worst;
                task.predicted += worst / 3;
                task.decisions++;
                open.add(new Call(worst, worst / 3, random.nextLong(worst + 1)));
                task.want = 0;
            } else {
                task.want = 5 * worst;
            }
        }

        private void settle() {
            if (!open.isEmpty()) {
                Call call = open.remove(random.nextInt(open.size()));
                spent += call.cost();
                int shard = random.nextInt(3);
                Settlement sum = settled.getOrDefault(shard, Settlement.NONE)
                        .and(call.reserved(), call.predicted(), call.cost());
                settled.put(shard, sum);
                underway.add(() -> account.ledger().settle(shard, sum));
            }
        }

        private void send(Task task) {
            SpenderReport report = task.report();
            underway.add(() -> account.ledger().report(task.name, report));
        }

        private void giveBack(Task task) {
            long unused = task.granted - task.returned - task.reserved;
            if (unused > 0 && random.nextInt(8) == 0) {
                task.returned += 1 + random.nextLong(unused);
            }
        }

        private void publish() {
            account.ledger()
                    .lines()
                    .forEach((spender, line) -> underway.add(() -> tasks.stream()
                            .filter(task -> task.name.equals(spender))
                            .forEach(task -> task.granted = Math.max(task.granted, line.grantedNanos()))));
        }

        private void deliver() {
            while (!underway.isEmpty() && random.nextInt(3) > 0) {
                int which = random.nextInt(underway.size());
                underway.get(which).run();
                if (random.nextInt(4) > 0) {
                    underway.remove(which);
                }
            }
        }

        long committed() {
            return spent + open.stream().mapToLong(Call::reserved).sum();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldNeverLetMoreBeCommittedThanTheCapWhateverIsLateLostOrRepeated(long seed) {
        // Given
        World world = new World(seed);

        // When
        long most = 0;
        for (int step = 1; step <= 1500; step++) {
            world.step(step * 40L);
            most = Math.max(most, world.committed());
            assertThat(most).as("committed after step %d", step).isLessThanOrEqualTo(World.CAP);
        }

        // Then
        assertThat(most).as("the cap was put to use").isGreaterThan(World.CAP / 2);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldLeakNothingOnceEverythingHasSettledAndIsReturned(long seed) {
        // Given
        World world = new World(seed);
        for (int step = 1; step <= 300; step++) {
            world.step(step * 40L);
        }

        // When
        while (!world.open.isEmpty()) {
            world.settle();
        }
        world.underway.forEach(Runnable::run);
        world.account.advance(20_000);
        world.publish();
        world.underway.forEach(Runnable::run);
        for (Task task : world.tasks) {
            task.returned = task.granted - task.reserved;
            world.account.ledger().report(task.name, task.report());
        }
        world.settled.forEach(world.account.ledger()::settle);

        // Then
        assertThat(world.account.freeNanos()).isEqualTo(World.CAP - world.spent);
        assertThat(world.account.ledger().committedNanos()).isEqualTo(world.spent);
    }
}
