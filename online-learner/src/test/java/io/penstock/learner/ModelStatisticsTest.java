package io.penstock.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStatisticsTest {

    private static final int DIMENSION = 7;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldHaveTheSameBytesInAnyOrderAndAnySharding(long seed) {
        // Given
        Random random = new Random(seed);
        List<Samples.Event> events = Samples.events(random, DIMENSION, 600);
        byte[] inOrder = Samples.fold(events, DIMENSION).toBytes();
        List<Samples.Event> shuffled = new ArrayList<>(events);
        Collections.shuffle(shuffled, random);
        List<ModelStatistics> shards = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(6); i++) {
            shards.add(ModelStatistics.empty(DIMENSION));
        }
        // When
        for (Samples.Event event : shuffled) {
            shards.get(random.nextInt(shards.size())).apply(event.features(), event.observation());
        }
        ModelStatistics sum = shards.stream().reduce(ModelStatistics::plus).orElseThrow();
        // Then
        assertThat(Samples.fold(shuffled, DIMENSION).toBytes()).isEqualTo(inOrder);
        assertThat(sum.toBytes()).isEqualTo(inOrder);
    }

    @Test
    void shouldAgreeWithAnIndependentFold() {
        // Given
        List<Samples.Event> events = Samples.events(new Random(3), DIMENSION, 3000);
        double weight = 0;
        double quality = 0;
        double tokens = 0;
        for (Samples.Event event : events) {
            if (event.observation() instanceof Observation.Judged) {
                Observation.Judged judged = (Observation.Judged) event.observation();
                weight += judged.weight();
                quality += judged.weight() * judged.quality();
            } else if (event.observation() instanceof Observation.Corrected) {
                Observation.Corrected change = (Observation.Corrected) event.observation();
                quality += change.weight() * (change.newQuality() - change.oldQuality());
            } else {
                Observation.Completed seen = (Observation.Completed) event.observation();
                tokens += seen.weight() * seen.outputTokens();
            }
        }
        // When
        ModelStatistics statistics = Samples.fold(events, DIMENSION);
        // Then
        assertThat(statistics.judged()).isEqualTo(1000);
        assertThat(statistics.completed()).isEqualTo(1000);
        assertThat(statistics.qualityMean()).isCloseTo(quality / weight, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(statistics.outputTokensMean()).isCloseTo(tokens / weight, org.assertj.core.data.Offset.offset(1e-4));
    }

    @Test
    void shouldTreatACorrectedVerdictAsIfItHadBeenTheFirst() {
        // Given
        Features x = Features.of(0.3f, -1.7f);
        ModelStatistics corrected = ModelStatistics.empty(2);
        ModelStatistics direct = ModelStatistics.empty(2);
        // When
        corrected.apply(x, new Observation.Judged(1.3, 0.1));
        corrected.apply(x, new Observation.Corrected(1.3, 0.1, 0.7));
        direct.apply(x, new Observation.Judged(1.3, 0.7));
        // Then
        assertThat(corrected.toBytes()).isEqualTo(direct.toBytes());
    }

    @Test
    void shouldRestoreExactlyAndGoOnAlike() {
        // Given
        List<Samples.Event> events = Samples.events(new Random(11), DIMENSION, 300);
        ModelStatistics live = Samples.fold(events.subList(0, 150), DIMENSION);
        ModelStatistics restored = ModelStatistics.fromBytes(live.toBytes());
        // When
        for (Samples.Event event : events.subList(150, 300)) {
            live.apply(event.features(), event.observation());
            restored.apply(event.features(), event.observation());
        }
        // Then
        assertThat(restored.toBytes()).isEqualTo(live.toBytes());
        assertThat(restored.judged()).isEqualTo(live.judged());
    }

    @Test
    void shouldNotShareStateWithACopy() {
        // Given
        ModelStatistics original = Samples.fold(Samples.events(new Random(1), DIMENSION, 30), DIMENSION);
        byte[] before = original.toBytes();
        // When
        original.copy().apply(Samples.features(new Random(2), DIMENSION), new Observation.Judged(1, 1));
        // Then
        assertThat(original.toBytes()).isEqualTo(before);
    }

    @Test
    void shouldTakeAboutSeventeenKilobytesAClockAtSixtyFourDimensions() {
        assertThat(ModelStatistics.sizeInBytes(64))
                .isEqualTo(ModelStatistics.empty(64, new Decay(1000)).toBytes().length)
                .isEqualTo(ModelStatistics.empty(64).toBytes().length + 16);
        assertThat(ModelStatistics.sizeInBytes(64)).isBetween(34_000, 37_000);
    }

    @Test
    void shouldSayExactlyWhyBytesAreRefused() {
        // Given
        byte[] good = Samples.fold(Samples.events(new Random(1), 2, 30), 2).toBytes();
        // When, Then
        assertRefused(new byte[3], "statistics need at least 32 bytes, but have 3");
        assertRefused(new byte[40], "statistics family must be 52494447, but is 00000000");
        assertRefused(with(good, 4, (byte) 9), "statistics format must be from 1 to 2, but is 9");
        assertRefused(with(good, 6, (byte) 3), "statistics of dimension 3 must be 336 bytes, but are 248");
        assertRefused(with(good, 6, (byte) 0), "statistics dimension must be from 1 to 512, but is 0");
        assertRefused(with(good, 8, (byte) 5), "statistics landmark must be 0 in format 1, but is 5");
        assertRefused(with(good, 23, (byte) -1), "judged must not be negative, but is ");
        assertRefused(withDouble(good, 40, Double.NaN), "quality sums must be finite, but one is NaN");
        assertRefused(
                withDouble(good, good.length - 8, Double.POSITIVE_INFINITY),
                "completion sums must be finite, but one is Infinity");
        assertRefused(withDouble(good, 56, -1), "quality sum of squares of x1 must not be negative, but is -1.0");
        assertRefused(withDouble(good, 32, 0), "judged is 10, but its weight is 0.0");
    }

    @Test
    void shouldTellARouterWhetherASnapshotFits() {
        // Given
        byte[] bytes = ModelStatistics.empty(4).toBytes();
        // When, Then
        assertThat(ModelStatistics.refusal(bytes, 4)).isEmpty();
        assertThat(ModelStatistics.refusal(bytes, 5)).contains("dimension must be 4 as in these statistics, but is 5");
        assertThat(ModelStatistics.refusal(new byte[0], 4)).contains("statistics need at least 32 bytes, but have 0");
    }

    @Test
    void shouldRefuseObservationsOutOfRange() {
        assertThatThrownBy(() -> new Observation.Judged(1, Double.NaN))
                .hasMessage("quality must be a number from 0.0 to 1.0, but is NaN");
        assertThatThrownBy(() -> new Observation.Judged(0, 1))
                .hasMessage("weight must be a finite number above 0, but is 0.0");
        assertThatThrownBy(() -> new Observation.Corrected(1, 0, 2)).hasMessageContaining("newQuality must be");
        assertThatThrownBy(() -> new Observation.Completed(1, -1, 0)).hasMessageContaining("outputTokens must be");
        assertThatThrownBy(() -> ModelStatistics.empty(3).apply(Features.of(1), new Observation.Judged(1, 1)))
                .hasMessage("dimension must be 3 as in these statistics, but is 1");
    }

    private static void assertRefused(byte[] bytes, String message) {
        assertThatThrownBy(() -> ModelStatistics.fromBytes(bytes))
                .isInstanceOf(InvalidStatisticsException.class)
                .hasMessageStartingWith(message);
    }

    private static byte[] with(byte[] bytes, int position, byte value) {
        byte[] changed = bytes.clone();
        changed[position] = value;
        return changed;
    }

    private static byte[] withDouble(byte[] bytes, int position, double value) {
        byte[] changed = bytes.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putDouble(position, value);
        return changed;
    }
}
