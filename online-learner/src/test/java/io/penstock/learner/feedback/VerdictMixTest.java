package io.penstock.learner.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withPrecision;

import io.penstock.learner.Estimates;
import io.penstock.learner.Features;
import io.penstock.learner.LearnerSettings;
import io.penstock.learner.ModelPrior;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class VerdictMixTest {
    private static final double AUDITED = 0.05;
    private static final double WHEN_BAD = 0.3;
    private static final double WHEN_GOOD = 0.1;
    private static final Map<String, Double> QUALITY = Map.of("weak", 0.55, "usual", 0.75, "strong", 0.9);
    private static final Features ANY = Features.of(0);

    /** Mean absolute error of what is believed of each model, over several seeds; 12,000 answers each. */
    private static double bias(boolean corrected) {
        Map<String, Double> errors = new TreeMap<>();
        int seeds = 10;
        for (int seed = 1; seed <= seeds; seed++) {
            Estimates estimates = learn(new SplittableRandom(seed), corrected);
            QUALITY.forEach((model, quality) ->
                    errors.merge(model, (estimates.predict(model, ANY).quality() - quality) / seeds, Double::sum));
        }
        return errors.values().stream().mapToDouble(Math::abs).max().orElseThrow();
    }

    private static Estimates learn(SplittableRandom random, boolean corrected) {
        VerdictMix mix = new VerdictMix();
        Map<String, ModelStatistics> sums = new TreeMap<>();
        Map<String, ModelPrior> priors = new TreeMap<>();
        QUALITY.keySet().forEach(model -> {
            sums.put(model, ModelStatistics.empty(1));
            priors.put(model, ModelPrior.ofPrice(1, 1));
        });
        for (int i = 0; i < 12_000; i++) {
            QUALITY.forEach((model, quality) -> {
                double verdict = random.nextDouble() < quality ? 1 : 0;
                boolean audited = random.nextDouble() < AUDITED;
                boolean volunteered = random.nextDouble() < (verdict == 0 ? WHEN_BAD : WHEN_GOOD);
                ModelStatistics sum = sums.get(model);
                if (audited && corrected) {
                    mix.audit(verdict);
                    sum.apply(ANY, new Observation.Judged(1, verdict));
                }
                if (volunteered) {
                    sum.apply(ANY, new Observation.Judged(corrected ? mix.volunteer(verdict) : 1, verdict));
                }
            });
        }
        return Estimates.of(1, sums, priors, LearnerSettings.defaults());
    }

    @Test
    void shouldBelieveWhatIsTrueAlthoughBadAnswersAreJudgedThreeTimesAsOften() {
        // When
        double uncorrected = bias(false);
        double corrected = bias(true);

        // Then
        System.out.printf("bias of quality: %.4f, uncorrected %.4f%n", corrected, uncorrected);
        assertThat(uncorrected).isGreaterThan(0.15);
        assertThat(corrected).isLessThanOrEqualTo(0.02);
    }

    @Test
    void shouldWeighEveryVerdictAlikeBeforeAnythingIsAudited() {
        // Given
        VerdictMix mix = new VerdictMix();

        // When, Then
        for (int i = 0; i < 100; i++) {
            assertThat(mix.volunteer(i % 10 / 10.0)).isEqualTo(1, withPrecision(1e-12));
        }
    }

    @Test
    void shouldKeepWeightsInBounds() {
        // Given
        VerdictMix mix = new VerdictMix();
        for (int i = 0; i < 100_000; i++) {
            mix.audit(1);
            mix.volunteer(0);
        }

        // When, Then
        assertThat(mix.volunteer(0)).isEqualTo(1 / 20.0);
        assertThat(mix.volunteer(1)).isEqualTo(20);
    }

    @Test
    void shouldGoOnAlikeAfterARestore() {
        // Given
        VerdictMix mix = new VerdictMix();
        mix.audit(1);
        mix.audit(0.3);
        mix.volunteer(0.1);

        // When
        VerdictMix restored = VerdictMix.fromBytes(mix.toBytes());

        // Then
        assertThat(restored.volunteer(0.1)).isEqualTo(mix.volunteer(0.1));
        assertThat(restored.toBytes()).isEqualTo(mix.toBytes());
    }

    @Test
    void shouldRefuseWhatIsNoVerdictAndNoState() {
        assertThatThrownBy(() -> new VerdictMix().audit(Double.NaN)).hasMessageContaining("but is NaN");
        assertThatThrownBy(() -> VerdictMix.fromBytes(new byte[3])).hasMessageContaining("must have 64 bytes");
        byte[] bad = new byte[VerdictMix.BYTES];
        bad[0] = (byte) 0xFF;
        assertThatThrownBy(() -> VerdictMix.fromBytes(bad)).hasMessageContaining("must be at least 0");
    }
}
