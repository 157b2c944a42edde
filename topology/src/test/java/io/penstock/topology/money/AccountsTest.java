package io.penstock.topology.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.event.Budget;
import io.penstock.event.BudgetGrant;
import io.penstock.event.BudgetUse;
import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.Lane;
import io.penstock.event.OwnerSpend;
import io.penstock.event.SettledSpend;
import io.penstock.topology.RecentStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Purses of many route tasks, settlements of several shards and the owner's accounts, joined by hand. */
class AccountsTest {
    private static final long START = Instant.parse("2026-06-01T00:00:00Z").toEpochMilli();
    private static final long CAP = 1_000_000;
    private static final Duration HORIZON = Duration.ofHours(26);
    private static final int TASKS = 6;

    private final MockProcessorContext<Object, Object> context = new MockProcessorContext<>();
    private final KeyValueStore<String, byte[]> accountStore = keyValues("accounts");
    private final List<KeyValueStore<String, byte[]>> purseStores = new ArrayList<>();
    private final BudgetView view = new BudgetView();

    private KeyValueStore<String, byte[]> keyValues(String name) {
        KeyValueStore<String, byte[]> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        return store;
    }

    private WindowStore<String, byte[]> windows(String name) {
        WindowStore<String, byte[]> store = Stores.windowStoreBuilder(
                        Stores.inMemoryWindowStore(name, HORIZON.multipliedBy(2), HORIZON, false),
                        Serdes.String(),
                        Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        return store;
    }

    private static Budget budget() {
        return Budget.newBuilder()
                .setOwner("acme")
                .setCapNanos(CAP)
                .setPeriod("PT1H")
                .setAtCap("hold")
                .build();
    }

    private Purses purses(int task) {
        return new Purses(purseStores.get(task), task % 2 == 0 ? Lane.ONLINE : Lane.BATCH, task / 2, view);
    }

    private static Decision decision(String id, long reserved) {
        return Decision.newBuilder()
                .setDecisionId(id)
                .setReservedCostNanos(reserved)
                .setPredictedCostNanos(reserved / 4)
                .setBudget(BudgetUse.newBuilder()
                        .setOwner("acme")
                        .setPeriod("2026-06-01T00:00:00Z/PT1H")
                        .build())
                .build();
    }

    private static Completion completion(String id, long cost) {
        return Completion.newBuilder().setDecisionId(id).setCostNanos(cost).build();
    }

    private void publish(Accounts accounts, long now) {
        accounts.tick(
                now,
                (key, grant) -> view.apply(key, BudgetGrant.newBuilder(grant).build()));
    }

    static LongStream seeds() {
        return LongStream.range(0, 25);
    }

    private record Call(String id, long reserved, long cost) {}

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldNeverCommitMoreThanTheCapOverManyTasksAndRestarts(long seed) {
        // Given
        Random random = new Random(seed);
        for (int task = 0; task < TASKS; task++) {
            purseStores.add(keyValues("purses-" + task));
        }
        List<Purses> tasks = new ArrayList<>();
        for (int task = 0; task < TASKS; task++) {
            tasks.add(purses(task));
        }
        Accounts accounts = new Accounts(accountStore);
        SettledSpends settled =
                new SettledSpends(new RecentStore(windows("reserved"), HORIZON), keyValues("settled"), 0);
        List<Call> open = new ArrayList<>();
        long spent = 0;

        // When
        for (int step = 0; step < 600; step++) {
            long now = START + step * 250L;
            int task = random.nextInt(TASKS);
            Accounts current = accounts;
            for (int tries = random.nextInt(6); tries > 0; tries--) {
                long worst = 1_000 + random.nextInt(40_000);
                Allowance allowance = tasks.get(task).allowance(budget(), now, 0, 0, 1);
                if (allowance.filter(worst) == null) {
                    allowance.reserve(worst, worst / 4);
                    Call call = new Call("d" + seed + "-" + step + "-" + tries, worst, random.nextLong(worst + 1));
                    open.add(call);
                    settled.decided(decision(call.id(), worst), now);
                } else {
                    allowance.missed(worst);
                    tasks.get(task).ask(allowance, spend -> current.take("acme", spend, 0));
                }
            }
            if (!open.isEmpty() && random.nextInt(3) == 0) {
                Call call = open.remove(random.nextInt(open.size()));
                settled.completed(completion(call.id(), call.cost()), false, now);
                settled.completed(completion(call.id(), call.cost()), false, now);
                spent += call.cost();
            }
            tasks.forEach(one -> one.tick(now, spend -> current.take("acme", spend, 0)));
            settled.tick(now, spend -> current.take("acme", spend, 0));
            publish(accounts, now);
            if (random.nextInt(10) == 0) {
                accounts.write();
                accounts = new Accounts(accountStore);
                tasks.get(task).persist();
                tasks.set(task, purses(task));
            }

            // Then
            long committed = spent + open.stream().mapToLong(Call::reserved).sum();
            assertThat(committed).as("seed %d, step %d", seed, step).isLessThanOrEqualTo(CAP);
        }
        assertThat(spent).as("the cap was put to use").isGreaterThan(CAP / 2);
    }

    @Test
    void shouldSettleOnceWhateverComesFirst() {
        // Given
        KeyValueStore<String, byte[]> sums = keyValues("settled");
        SettledSpends settled = new SettledSpends(new RecentStore(windows("reserved"), HORIZON), sums, 3);
        List<OwnerSpend> out = new ArrayList<>();

        // When
        settled.completed(completion("early", 30), true, START);
        settled.decided(decision("early", 100), START);
        settled.completed(completion("early", 30), false, START);
        settled.decided(decision("early", 100), START);
        settled.decided(decision("doubt", 50), START);
        Completion doubt =
                Completion.newBuilder(completion("doubt", 0)).setInDoubt(true).build();
        settled.completed(doubt, false, START);
        settled.tick(START, out::add);
        settled.write();
        new SettledSpends(new RecentStore(windows("other"), HORIZON), sums, 3).tick(START, out::add);

        // Then
        SettledSpend expected = new SettledSpend(3, 1L, 100L, 25L, 30L);
        assertThat(out).extracting(OwnerSpend::getBody).containsExactly(expected, expected);
        assertThat(out.get(0).getPeriodEnd()).isEqualTo(Instant.parse("2026-06-01T01:00:00Z"));
    }

    @Test
    void shouldChargeASessionWhatIsKnownAndTheWorstOfWhatIsNot() {
        // Given
        Sessions sessions = new Sessions(new RecentStore(windows("sessions"), HORIZON));
        io.penstock.schema.Identity first = new io.penstock.schema.Identity("acme", "r1");

        // When
        sessions.reserve(first, "s", 100, START);
        sessions.reserve(first, "s", 60, START);
        sessions.settle(first, "s", 40, 60L, START);
        long between = sessions.nanos("acme", "s", START);
        sessions.settle(first, "s", 5, null, START);
        long unknown = sessions.nanos("acme", "s", START);
        sessions.settle(first, "s", 10, 0L, START);

        // Then
        assertThat(between).isEqualTo(100);
        assertThat(unknown).isEqualTo(105);
        assertThat(sessions.nanos("acme", "s", START)).isEqualTo(55);
        assertThat(sessions.nanos("beta", "s", START)).isZero();
    }

    @Test
    void shouldSayWhatIsWrongWithASpend() {
        // Given
        Accounts accounts = new Accounts(accountStore);
        OwnerSpend good = new OwnerSpend(
                "acme",
                "2026-06-01T00:00:00Z/PT1H",
                Instant.ofEpochMilli(START),
                Instant.ofEpochMilli(START + 3_600_000),
                new SettledSpend(0, 1L, 1L, 1L, 1L));

        // Then
        assertThatThrownBy(() -> accounts.take("beta", good, 0))
                .hasMessage("the key must be the owner acme, but is another");
        assertThatThrownBy(() -> accounts.take(
                        "acme", OwnerSpend.newBuilder(good).setPeriod("today").build(), 0))
                .hasMessage("period must be the interval from period_start, but is today");
        assertThatThrownBy(() -> accounts.take(
                        "acme", OwnerSpend.newBuilder(good).setBody(null).build(), 0))
                .hasMessage("body must be a ReservedSpend or a SettledSpend, but is null");
        assertThatThrownBy(() -> accounts.take(
                        "acme",
                        OwnerSpend.newBuilder(good)
                                .setBody(new SettledSpend(0, 1L, -1L, 1L, 1L))
                                .build(),
                        0))
                .hasMessageContaining("reserved -1");
    }

    @Test
    void shouldForgetPeriodsLongOver() {
        // Given
        purseStores.add(keyValues("purses"));
        Purses purses = purses(0);
        Accounts accounts = new Accounts(accountStore);
        Allowance allowance = purses.allowance(budget(), START, 0, 0, 1);
        allowance.missed(10);
        purses.ask(allowance, spend -> accounts.take("acme", spend, 0));
        publish(accounts, START);
        accounts.write();
        purses.persist();

        // When
        List<String> gone = new ArrayList<>();
        long later = START + Duration.ofDays(3).toMillis();
        accounts.tick(later, (key, grant) -> gone.add(key + (grant == null ? " gone" : " there")));
        purses.tick(later, spend -> gone.add("report"));

        // Then
        assertThat(gone).containsExactly("acme/online/0/2026-06-01T00:00:00Z/PT1H gone");
        assertThat(accountStore.all().hasNext()).isFalse();
        assertThat(purseStores.get(0).all().hasNext()).isFalse();
    }
}
