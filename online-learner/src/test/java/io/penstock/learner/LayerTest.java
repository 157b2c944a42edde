package io.penstock.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerTest {
    private static final int DIMENSION = 3;
    private static final long DAY = 86_400_000;
    private static final String GOLDEN = "layer-v1.hex";

    /** A scope with two models, the first of which is good where the first feature is high. */
    private static final class World {
        final Random random = new Random(5);
        final Map<String, ModelStatistics> scope = new HashMap<>();
        final Map<String, LayerSums> layer = new HashMap<>();

        void scopeVerdicts(int count) {
            for (int i = 0; i < count; i++) {
                Features x = Samples.features(random, DIMENSION);
                scope.computeIfAbsent("m" + i % 2, missing -> ModelStatistics.empty(DIMENSION))
                        .apply(x, verdict(x, i % 2, 0));
            }
        }

        /** @param better by how much the first model is better here than in the scope */
        void layerVerdicts(int count, double better, int... models) {
            for (int i = 0; i < count; i++) {
                int model = models[i % models.length];
                Features x = Samples.features(random, DIMENSION);
                layer.computeIfAbsent("m" + model, missing -> LayerSums.empty(DIMENSION, Decay.NONE))
                        .apply(x, verdict(x, model, model == 0 ? better : 0), 0, 0);
            }
        }

        private Observation verdict(Features x, int model, double better) {
            double chance = 0.5 + better + (model == 0 ? 0.1 * Math.tanh(x.withBias()[1]) : 0);
            return new Observation.Judged(1, random.nextDouble() < chance ? 1 : 0);
        }

        Estimates estimates() {
            return Estimates.of(DIMENSION, scope, Samples.equalPriors(3), LearnerSettings.defaults());
        }

        LayerFit fit() {
            return LayerFit.of(estimates(), null, layer);
        }
    }

    @Test
    void shouldBeLikeItsScopeBeforeItKnowsAnything() {
        // Given
        World world = new World();
        world.scopeVerdicts(500);
        // When
        LayerFit fit = world.fit();
        // Then
        Prediction said = world.estimates().predict("m0", Features.of(1, 0, 0));
        assertThat(fit.shift("m0")).isZero();
        assertThat(fit.moved("m0", said)).isEqualTo(said);
    }

    @Test
    void shouldMoveToItsOwnTruthWithEvidence() {
        // Given
        World world = new World();
        world.scopeVerdicts(4000);
        // When
        world.layerVerdicts(40, 0.3, 0, 1);
        double early = world.fit().shift("m0") - world.fit().shift("m1");
        world.layerVerdicts(2000, 0.3, 0, 1);
        double late = world.fit().shift("m0") - world.fit().shift("m1");
        // Then
        assertThat(early).isBetween(0.005, 0.25);
        assertThat(late).isCloseTo(0.3, within(0.1));
    }

    @Test
    void shouldStayWithItsScopeWhereItIsAlike() {
        // Given
        World world = new World();
        world.scopeVerdicts(4000);
        // When
        world.layerVerdicts(1000, 0, 0, 1);
        // Then
        assertThat(world.fit().shift("m0") - world.fit().shift("m1")).isCloseTo(0, within(0.05));
    }

    @Test
    void shouldMoveAllModelsWhereItsOnlyModelIsWorse() {
        // Given: harder prompts; nothing says that another model would do better
        World world = new World();
        world.scopeVerdicts(4000);
        // When
        world.layerVerdicts(400, -0.3, 0);
        LayerFit fit = world.fit();
        // Then
        assertThat(fit.shift("m0")).isCloseTo(-0.3, within(0.06));
        assertThat(fit.shift("m1")).isCloseTo(fit.shift("m0"), within(0.02));
    }

    @Test
    void shouldMeasureResidualsUnderTheFitOfToday() {
        // Given: the layer has only ever seen contexts in which the first model is good
        World world = new World();
        LayerSums sums = LayerSums.empty(DIMENSION, Decay.NONE);
        double missed = 0;
        List<Features> seen = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Features x = Features.of(2, (float) world.random.nextGaussian(), 0);
            seen.add(x);
            sums.apply(x, new Observation.Judged(1, i % 2), 0, 0);
        }
        world.scopeVerdicts(6000);
        Estimates now = world.estimates();
        for (int i = 0; i < 50; i++) {
            missed += i % 2 - now.predict("m0", seen.get(i)).quality();
        }
        // Then
        assertThat(sums.verdictSum() - now.qualitySum("m0", sums)).isCloseTo(missed, within(1e-6));
    }

    @Test
    void shouldAddWhatTheLayerBetweenSays() {
        // Given: the tenant is off by as much as its task
        World world = new World();
        world.scopeVerdicts(4000);
        world.layerVerdicts(3000, 0.3, 0, 1);
        LayerFit tenant = world.fit();
        // When
        LayerFit task = LayerFit.of(world.estimates(), tenant, world.layer);
        // Then: counted once
        assertThat(task.shift("m0")).isCloseTo(tenant.shift("m0"), within(0.02));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 5 * DAY})
    void shouldAddUpOverShardsInAnyOrder(long halfLife) {
        // Given
        Random random = new Random(2);
        Decay decay = new Decay(halfLife);
        List<Samples.Event> events = Samples.events(random, DIMENSION, 300);
        LayerSums one = LayerSums.empty(DIMENSION, decay);
        LayerSums[] shards = {
            LayerSums.empty(DIMENSION, decay), LayerSums.empty(DIMENSION, decay), LayerSums.empty(DIMENSION, decay)
        };
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            order.add(i);
            one.apply(events.get(i).features(), events.get(i).observation(), i * DAY / 10, 0);
        }
        Collections.shuffle(order, random);
        // When
        for (int i : order) {
            shards[i % 3].apply(events.get(i).features(), events.get(i).observation(), i * DAY / 10, 0);
        }
        LayerSums sum = shards[0].plus(shards[1]).plus(shards[2]);
        // Then
        assertThat(sum.toBytes()).isEqualTo(one.toBytes());
        assertThat(LayerSums.fromBytes(sum.toBytes()).toBytes()).isEqualTo(sum.toBytes());
    }

    @Test
    void shouldForgetWithItsHalfLife() {
        // Given
        LayerSums sums = LayerSums.empty(DIMENSION, new Decay(DAY));
        // When
        sums.apply(Features.of(1, 1, 1), new Observation.Judged(1, 1), 100 * DAY, 0);
        // Then
        assertThat(sums.asOf(101 * DAY).weight()).isCloseTo(0.5, within(1e-9));
        assertThat(sums.asOf(103 * DAY).verdictSum()).isCloseTo(0.125, within(1e-6));
    }

    @Test
    void shouldKnowNothingOfAModelThatHasChanged() {
        // Given
        Features x = Features.of(1, 2, 3);
        LayerSums sums = LayerSums.empty(DIMENSION, Decay.NONE);
        sums.apply(x, new Observation.Judged(1, 1), 10, 0);
        // When: a verdict of after the change, one on a decision of before it, and a correction of that
        sums.apply(x, new Observation.Judged(1, 0), 30, 20);
        sums.apply(x, new Observation.Judged(1, 1), 19, 20);
        sums.apply(x, new Observation.Corrected(1, 1, 0), 10, 20);
        // Then
        assertThat(sums.judged()).isEqualTo(1);
        assertThat(sums.weight()).isEqualTo(1);
        assertThat(sums.verdictSum()).isZero();
    }

    @Test
    void shouldReadAndWriteItsFirstFormatForever() throws IOException {
        // Given
        LayerSums sums = LayerSums.empty(DIMENSION, new Decay(DAY));
        Samples.events(new Random(1), DIMENSION, 9)
                .forEach(event -> sums.apply(event.features(), event.observation(), 400 * DAY, 7));
        // When
        String written = HexFormat.of().formatHex(sums.toBytes());
        // Then
        try (InputStream golden = LayerTest.class.getResourceAsStream("/" + GOLDEN)) {
            String expected = new String(golden.readAllBytes(), StandardCharsets.US_ASCII).strip();
            assertThat(written).isEqualTo(expected);
            assertThat(LayerSums.fromBytes(HexFormat.of().parseHex(expected)).judged())
                    .isEqualTo(3);
        }
    }

    @Test
    void shouldRefuseWhatItCannotTrust() {
        // Given
        LayerSums sums = LayerSums.empty(2, Decay.NONE);
        sums.apply(Features.of(1, 2), new Observation.Judged(1, 1), 0, 0);
        byte[] good = sums.toBytes();
        // Then
        refuses(new byte[4], "layer sums need at least 48 bytes, but have 4");
        refuses(ModelStatistics.empty(2).toBytes(), "layer family must be 4c415952, but is 52494447");
        refuses(with(good, 4, 2), "layer format must be 1, but is 2");
        refuses(with(good, 6, 3), "layer sums of dimension 3 must be 88 bytes, but are 80");
        refuses(withLong(good, 16, -1), "layer verdicts must not be negative, but are -1");
        refuses(withLong(good, 24, 5), "layer half-life must be 0 or from");
        refuses(withLong(good, 8, 5), "layer landmark must be a start of a period, but is 5");
        refuses(withLong(good, 40, -5), "layer time of change must not be negative, but is -5");
        refuses(withLong(good, 48, Double.doubleToLongBits(-1)), "layer weight must not be negative, but is -1.0");
        refuses(
                withLong(good, 72, Double.doubleToLongBits(Double.NaN)),
                "layer sums must be numbers from -1.0E30 to 1.0E30, but one is NaN");
    }

    private static void refuses(byte[] bytes, String message) {
        assertThatThrownBy(() -> LayerSums.fromBytes(bytes))
                .isInstanceOf(InvalidStatisticsException.class)
                .hasMessageStartingWith(message);
    }

    private static byte[] with(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putShort(at, (short) value);
        return changed;
    }

    private static byte[] withLong(byte[] bytes, int at, long value) {
        byte[] changed = bytes.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
        return changed;
    }
}
