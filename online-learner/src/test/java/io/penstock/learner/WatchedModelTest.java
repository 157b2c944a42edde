package io.penstock.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withPrecision;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchedModelTest {
    private static final int DIMENSION = 2;

    private static Features features(RandomGenerator random) {
        return Features.of((float) random.nextGaussian(), (float) random.nextGaussian());
    }

    private static Observation.Judged verdict(RandomGenerator random, double quality) {
        return new Observation.Judged(1, random.nextDouble() < quality ? 1 : 0);
    }

    /** Judges that many answers, one a millisecond; the first change found, if any. */
    private static Optional<Change> judge(
            WatchedModel model, RandomGenerator random, double quality, int from, int count) {
        for (int i = from; i < from + count; i++) {
            Features features = features(random);
            model.apply(features, new Observation.Completed(1, 100, 100), i);
            Optional<Change> change = model.apply(features, verdict(random, quality), i);
            if (change.isPresent()) {
                return change;
            }
        }
        return Optional.empty();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldBelieveTheNewLevelAsMuchAsItsVerdictsAreWorth(long seed) {
        // Given
        Random random = new Random(seed);
        WatchedModel model = WatchedModel.empty(DIMENSION, Decay.NONE);
        assertThat(judge(model, random, 0.9, 0, 2000)).isEmpty();

        // When
        Change change = judge(model, random, 0.5, 2000, 300).orElseThrow();

        // Then
        assertThat(change.before()).isEqualTo(0.9, withPrecision(0.03));
        assertThat(change.after()).isBetween(-0.05, 0.75);
        assertThat(change.verdicts()).isBetween(4L, 100L);
        assertThat(change.at()).isBetween(2008L, 2120L);
        ModelStatistics sums = model.statistics();
        assertThat(sums.qualityMean()).isEqualTo(change.after(), withPrecision(0.002));
        assertThat(sums.quality().weight()).isBetween(4.0, Math.max(16.0, change.verdicts()));
        assertThat(sums.unjudged()).isZero();
        assertThat(sums.judged()).isEqualTo(change.at());
        assertThat(model.lastChange()).contains(change);
        assertThat(ModelStatistics.refusal(sums.toBytes(), DIMENSION)).isEmpty();
    }

    @Test
    void shouldFindARecoveryToo() {
        // Given
        Random random = new Random(3);
        WatchedModel model = WatchedModel.empty(DIMENSION, Decay.NONE);
        judge(model, random, 0.4, 0, 1000);

        // When
        Change change = judge(model, random, 0.9, 1000, 300).orElseThrow();

        // Then
        assertThat(change.after()).isGreaterThan(change.before() + 0.3);
    }

    @Test
    void shouldTakeVerdictsOnTheOldModelForWhatTheyAre() {
        // Given
        Random random = new Random(3);
        WatchedModel model = WatchedModel.empty(DIMENSION, Decay.NONE);
        judge(model, random, 0.9, 0, 2000);
        Change change = judge(model, random, 0.3, 2000, 300).orElseThrow();
        double weight = model.statistics().quality().weight();
        double level = model.statistics().quality().sum(0);

        // When
        model.apply(Features.of(0, 0), new Observation.Judged(1, 1), change.at() - 1);
        model.apply(Features.of(0, 0), new Observation.Corrected(1, 1, 0), change.at() - 1);
        model.apply(Features.of(0, 0), new Observation.Judged(1, 1), change.at());

        // Then
        assertThat(model.statistics().quality().weight()).isEqualTo(weight + change.kept() + 1, withPrecision(1e-6));
        assertThat(model.statistics().quality().sum(0)).isEqualTo(level + 1, withPrecision(1e-6));
    }

    @Test
    void shouldNotTakeAPolicyThatLearnsForAModelThatChanges() {
        // Given a model that is good at one half of the prompts, which at first gets all of them and later only that
        // half
        Random random = new Random(7);
        WatchedModel model = WatchedModel.empty(DIMENSION, Decay.NONE);
        List<Change> changes = new ArrayList<>();

        // When
        for (int i = 0; i < 4000; i++) {
            float kind = random.nextDouble() < Math.min(0.5, 0.5 * 2000 / (i + 1.0)) ? -1 : 1;
            Features features = Features.of(kind, (float) random.nextGaussian());
            model.apply(features, verdict(random, kind > 0 ? 0.9 : 0.3), i).ifPresent(changes::add);
        }

        // Then
        assertThat(changes).isEmpty();
    }

    @Test
    void shouldGoOnAlikeAfterARestoreAtAnyPoint() {
        // Given
        Random random = new Random(5);
        WatchedModel live = WatchedModel.empty(DIMENSION, new Decay(10_000));
        WatchedModel restored = WatchedModel.empty(DIMENSION, new Decay(10_000));

        // When
        for (int i = 0; i < 3000; i++) {
            Features features = features(random);
            Observation.Judged verdict = verdict(random, i < 1000 ? 0.9 : i < 2000 ? 0.5 : 0.8);
            live.apply(features, verdict, i);
            restored.apply(features, verdict, i);
            restored = i % 97 == 0 ? WatchedModel.fromBytes(restored.toBytes()) : restored;
        }

        // Then
        assertThat(live.lastChange()).isPresent();
        assertThat(restored.toBytes()).isEqualTo(live.toBytes());
    }

    @Test
    void shouldBeginTheWatchWhereThereWasNone() {
        // Given
        ModelStatistics sums = ModelStatistics.empty(DIMENSION);
        sums.apply(Features.of(1, 2), new Observation.Judged(1, 1));

        // When
        WatchedModel model = WatchedModel.fromBytes(sums.toBytes());

        // Then
        assertThat(model.statistics().toBytes()).isEqualTo(sums.toBytes());
        assertThat(model.lastChange()).isEmpty();
    }

    @Test
    void shouldRefuseBytesThatAreCutOrForeign() {
        // Given
        WatchedModel model = WatchedModel.empty(DIMENSION, Decay.NONE);
        judge(model, new Random(1), 0.5, 0, 100);
        byte[] bytes = model.toBytes();
        int sums = model.statistics().toBytes().length;

        // When, Then
        for (int length = sums + 1; length < bytes.length; length += 7) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> WatchedModel.fromBytes(cut)).isInstanceOf(InvalidStatisticsException.class);
        }
        byte[] foreign = bytes.clone();
        foreign[sums] = 9;
        assertThatThrownBy(() -> WatchedModel.fromBytes(foreign)).hasMessageContaining("format must be 1");
        assertThatThrownBy(() -> WatchedModel.fromBytes(new byte[3])).hasMessageContaining("need at least 32 bytes");
    }
}
