package io.penstock.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withPrecision;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecayTest {
    private static final long HALF_LIFE = 60_000;
    private static final long START = Instant.parse("2026-11-23T00:00:00Z").toEpochMilli();
    private static final Decay DECAY = new Decay(HALF_LIFE);
    private static final int DIMENSION = 3;

    private record Timed(Samples.Event event, long millis) {}

    /** Over this many half-lives, so that landmarks move; each correction at the time of what it corrects. */
    private static List<Timed> timed(Random random, int count, int halfLives) {
        List<Timed> timed = new ArrayList<>();
        List<Samples.Event> events = Samples.events(random, DIMENSION, count);
        for (int i = 0; i < events.size(); i++) {
            timed.add(new Timed(events.get(i), START + (i / 3) * 3L * halfLives * HALF_LIFE / count));
        }
        return timed;
    }

    private static ModelStatistics fold(List<Timed> events) {
        ModelStatistics statistics = ModelStatistics.empty(DIMENSION, DECAY);
        events.forEach(one -> apply(statistics, one));
        return statistics;
    }

    private static void apply(ModelStatistics statistics, Timed one) {
        statistics.apply(one.event.features(), one.event.observation(), one.millis);
    }

    private static void assertAlmostEqual(ModelStatistics actual, ModelStatistics expected) {
        assertThat(actual.landmark()).isEqualTo(expected.landmark());
        assertThat(actual.judged()).isEqualTo(expected.judged());
        DoubleBuffer left = sums(actual);
        DoubleBuffer right = sums(expected);
        for (int i = 0; i < right.limit(); i++) {
            double scale = Math.max(1e-3, Math.abs(right.get(i)));
            assertThat(left.get(i)).isEqualTo(right.get(i), withPrecision(1e-9 * scale));
        }
    }

    private static DoubleBuffer sums(ModelStatistics statistics) {
        ByteBuffer bytes = ByteBuffer.wrap(statistics.toBytes()).order(ByteOrder.LITTLE_ENDIAN);
        return bytes.position(48).slice().order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
    }

    @Test
    void shouldHalveWhatIsOneHalfLifeOld() {
        // Given
        ModelStatistics statistics = ModelStatistics.empty(1, DECAY);
        statistics.apply(Features.of(1), new Observation.Judged(1, 1), START);
        statistics.apply(Features.of(1), new Observation.Judged(1, 0), START + HALF_LIFE);

        // When
        ModelStatistics now = statistics.asOf(START + HALF_LIFE);
        ModelStatistics later = statistics.asOf(START + 3 * HALF_LIFE);

        // Then
        assertThat(now.quality().weight()).isEqualTo(1.5, withPrecision(1e-6));
        assertThat(now.qualityMean()).isEqualTo(1 / 3.0, withPrecision(1e-6));
        assertThat(later.quality().weight()).isEqualTo(0.375, withPrecision(1e-6));
        assertThat(later.qualityMean()).isEqualTo(1 / 3.0, withPrecision(1e-6));
    }

    @Test
    void shouldWeighByTheTimeOfTheDecisionHoweverLateItIsTold() {
        // Given
        List<Timed> events = timed(new Random(5), 300, 100);
        List<Timed> shuffled = new ArrayList<>(events);
        Collections.shuffle(shuffled, new Random(6));

        // When, Then
        assertAlmostEqual(fold(shuffled), fold(events));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldHaveTheSameBytesInAnyOrderWithinOnePeriod(long seed) {
        // Given
        Random random = new Random(seed);
        List<Timed> events = timed(random, 600, 4);
        List<Timed> shuffled = new ArrayList<>(events);
        Collections.shuffle(shuffled, random);
        ModelStatistics left = ModelStatistics.empty(DIMENSION, DECAY);
        ModelStatistics right = ModelStatistics.empty(DIMENSION, DECAY);

        // When
        shuffled.forEach(one -> apply(random.nextBoolean() ? left : right, one));

        // Then
        assertThat(DECAY.landmark(START)).isEqualTo(DECAY.landmark(START + 4 * HALF_LIFE));
        assertThat(left.plus(right).toBytes()).isEqualTo(fold(events).toBytes());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldAddShardsWithDifferentLandmarksToTheSingleMachineSum(long seed) {
        // Given
        Random random = new Random(seed);
        List<Timed> events = timed(random, 900, 120);
        List<ModelStatistics> shards = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            shards.add(ModelStatistics.empty(DIMENSION, DECAY));
        }

        // When
        for (int i = 0; i < events.size(); i++) {
            // Each shard hears nothing more from some time on, so their landmarks are apart.
            int shard = Math.max(random.nextInt(4), i * 4 / events.size());
            apply(shards.get(shard), events.get(i));
        }
        ModelStatistics sum = shards.stream().reduce(ModelStatistics::plus).orElseThrow();

        // Then
        assertThat(shards.stream().map(ModelStatistics::landmark).distinct().count())
                .isGreaterThan(1);
        assertAlmostEqual(sum, fold(events));
    }

    @Test
    void shouldPassTenThousandHalfLives() {
        // Given
        List<Timed> events = timed(new Random(1), 3_000, 10_000);
        ModelStatistics statistics = ModelStatistics.empty(DIMENSION, DECAY);

        // When
        events.forEach(one -> {
            apply(statistics, one);
            assertThat(ModelStatistics.refusal(statistics.toBytes(), DIMENSION)).isEmpty();
        });

        // Then
        ModelStatistics now = statistics.asOf(statistics.latest());
        assertThat(statistics.latest() - START).isGreaterThan(9_900 * HALF_LIFE);
        assertThat(now.quality().weight()).isBetween(0.4, 3.0);
        assertThat(statistics
                        .asOf(statistics.latest() + 10_000 * HALF_LIFE)
                        .quality()
                        .weight())
                .isZero();
        assertThat(Estimates.of(DIMENSION, Map.of("m0", now), Samples.equalPriors(1), LearnerSettings.defaults())
                        .predict("m0", Features.of(0, 0, 0))
                        .quality())
                .isBetween(0.0, 1.0);
    }

    @Test
    void shouldLeaveNothingWhereThereWasSilenceForTenThousandHalfLives() {
        // Given
        ModelStatistics statistics = fold(timed(new Random(1), 30, 4));
        long later = START + 10_000 * HALF_LIFE;

        // When
        statistics.apply(Features.of(1, 0, 0), new Observation.Judged(1, 1), later);

        // Then
        assertThat(statistics.asOf(later).quality().weight()).isEqualTo(1, withPrecision(1e-6));
        assertThat(statistics.asOf(later).qualityMean()).isEqualTo(1, withPrecision(1e-6));
        assertThat(ModelStatistics.refusal(statistics.toBytes(), DIMENSION)).isEmpty();
    }

    @Test
    void shouldNotBelieveTimesFromTheFuture() {
        // Given
        long year9999 = Instant.parse("9999-12-31T23:59:59Z").toEpochMilli();

        // When, Then
        assertThat(Decay.weightTime(year9999, START)).isEqualTo(START + 60_000);
        assertThat(Decay.weightTime(START - 5, START)).isEqualTo(START - 5);
        assertThat(Decay.weightTime(-7, START)).isZero();
        assertThat(Decay.weightTime(-7, -1)).isZero();
        assertThat(Decay.weightTime(Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldEndUpWithNumbersEvenInTheYear9999() {
        // Given
        ModelStatistics statistics = fold(timed(new Random(1), 30, 4));

        // When
        statistics.apply(Features.of(1, 0, 0), new Observation.Judged(1, 1), Long.MAX_VALUE);
        statistics.apply(Features.of(1, 0, 0), new Observation.Judged(1, 0), START);

        // Then
        assertThat(ModelStatistics.refusal(statistics.toBytes(), DIMENSION)).isEmpty();
        assertThat(statistics.asOf(Long.MAX_VALUE).qualityMean()).isEqualTo(1, withPrecision(1e-6));
    }

    @Test
    void shouldGoOnAlikeAfterARestore() {
        // Given
        List<Timed> events = timed(new Random(9), 300, 80);
        ModelStatistics live = fold(events.subList(0, 150));
        ModelStatistics restored = ModelStatistics.fromBytes(live.toBytes());

        // When
        events.subList(150, 300).forEach(one -> {
            apply(live, one);
            apply(restored, one);
        });

        // Then
        assertThat(restored.toBytes()).isEqualTo(live.toBytes());
        assertThat(restored.decay()).isEqualTo(DECAY);
    }

    @Test
    void shouldTakeACorrectedVerdictBackWhole() {
        // Given
        ModelStatistics corrected = ModelStatistics.empty(1, DECAY);
        corrected.apply(Features.of(1), new Observation.Judged(1.3, 0.1), START);

        // When
        corrected.apply(Features.of(1), new Observation.Corrected(1.3, 0.1, 0.7), START);

        // Then
        ModelStatistics direct = ModelStatistics.empty(1, DECAY);
        direct.apply(Features.of(1), new Observation.Judged(1.3, 0.7), START);
        assertThat(corrected.toBytes()).isEqualTo(direct.toBytes());
    }

    @Test
    void shouldRefuseWhatCannotBeSumsThatForget() {
        // Given
        byte[] good = fold(timed(new Random(1), 30, 4)).toBytes();

        // When, Then
        assertThat(ModelStatistics.refusal(withLong(good, 8, 5), DIMENSION))
                .contains("statistics landmark must be a multiple of 16 half-lives, but is 5");
        assertThat(ModelStatistics.refusal(withLong(good, 32, 0), DIMENSION))
                .contains("statistics of format 2 must have a half-life, but have none");
        assertThat(ModelStatistics.refusal(withLong(good, 32, 5), DIMENSION))
                .hasValueSatisfying(problem -> assertThat(problem).contains("half-life must be 0 or from 1000 to"));
        assertThat(ModelStatistics.refusal(withLong(good, 40, 0), DIMENSION))
                .hasValueSatisfying(problem -> assertThat(problem).contains("latest time must be in the period"));
        assertThatThrownBy(() -> fold(List.of()).plus(ModelStatistics.empty(DIMENSION)))
                .hasMessage("half-life must be 60000 ms as in these statistics, but is 0 ms");
        assertThatThrownBy(() -> fold(List.of()).apply(Features.of(1, 0, 0), new Observation.Judged(1, 1)))
                .hasMessage("sums with a half-life need the time of each observation");
    }

    private static byte[] withLong(byte[] bytes, int position, long value) {
        byte[] changed = bytes.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(position, value);
        return changed;
    }
}
