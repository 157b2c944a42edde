package io.penstock.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LayerTest {
    private static final int DIMENSION = 3;

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
                layer.computeIfAbsent("m" + model, missing -> LayerSums.empty(DIMENSION))
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
            return LayerFit.of(estimates(), layer);
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
        LayerSums sums = LayerSums.empty(DIMENSION);
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
    void shouldAddUpInAnyOrder() {
        // Given
        Random random = new Random(2);
        List<Samples.Event> events = Samples.events(random, DIMENSION, 300);
        LayerSums ordered = LayerSums.empty(DIMENSION);
        LayerSums shuffled = LayerSums.empty(DIMENSION);
        // When
        events.forEach(event -> ordered.apply(event.features(), event.observation(), 0, 0));
        Collections.shuffle(events, random);
        events.forEach(event -> shuffled.apply(event.features(), event.observation(), 0, 0));
        // Then
        assertThat(shuffled.contexts()).isEqualTo(ordered.contexts());
        assertThat(shuffled.verdictSum()).isEqualTo(ordered.verdictSum());
        assertThat(shuffled.weight()).isPositive();
    }

    @Test
    void shouldKnowNothingOfAModelThatHasChanged() {
        // Given
        Features x = Features.of(1, 2, 3);
        LayerSums sums = LayerSums.empty(DIMENSION);
        sums.apply(x, new Observation.Judged(1, 1), 10, 0);
        // When: a verdict of after the change, one on a decision of before it, and a correction of that
        sums.apply(x, new Observation.Judged(1, 0), 30, 20);
        sums.apply(x, new Observation.Judged(1, 1), 19, 20);
        sums.apply(x, new Observation.Corrected(1, 1, 0), 10, 20);
        // Then
        assertThat(sums.weight()).isEqualTo(1);
        assertThat(sums.verdictSum()).isZero();
    }
}
