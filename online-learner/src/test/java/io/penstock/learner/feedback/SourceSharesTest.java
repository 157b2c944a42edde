package io.penstock.learner.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.learner.Decay;
import io.penstock.learner.Estimates;
import io.penstock.learner.Features;
import io.penstock.learner.LearnerSettings;
import io.penstock.learner.ModelPrior;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import io.penstock.learner.WatchedModel;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SourceSharesTest {
    private static final Features ANY = Features.of(0);

    /** Ten honest users, and one source that says 0 of the best model four times as often as all of them say anything. */
    private static Estimates poisoned(double share) {
        SplittableRandom random = new SplittableRandom(3);
        Map<String, WatchedModel> models = new HashMap<>();
        Map<String, SourceShares> shares = new HashMap<>();
        for (String model : new String[] {"best", "other"}) {
            models.put(model, WatchedModel.empty(1, Decay.NONE));
            shares.put(model, new SourceShares());
        }
        for (int i = 0; i < 5_000; i++) {
            boolean honest = i % 5 == 0;
            String model = honest && i % 2 == 0 ? "other" : "best";
            double quality = !honest ? 0 : random.nextDouble() < (model.equals("best") ? 0.9 : 0.6) ? 1 : 0;
            if (shares.get(model).admit(honest ? i % 10 + 1 : 99, 1, share, 20)) {
                models.get(model).apply(ANY, new Observation.Judged(1, quality), i);
            }
        }
        Map<String, ModelStatistics> sums = new HashMap<>();
        models.forEach((model, watched) -> sums.put(model, watched.statistics()));
        Map<String, ModelPrior> priors = Map.of("best", ModelPrior.ofPrice(1, 1), "other", ModelPrior.ofPrice(1, 1));
        return Estimates.of(1, sums, priors, LearnerSettings.defaults());
    }

    private static boolean prefersTheBest(Estimates estimates) {
        return estimates.predict("best", ANY).quality()
                > estimates.predict("other", ANY).quality();
    }

    @Test
    void shouldNotLetOneSourceTurnThePolicy() {
        assertThat(prefersTheBest(poisoned(1))).isFalse();
        assertThat(prefersTheBest(poisoned(0.2))).isTrue();
    }

    @Test
    void shouldLetASingleSourceTeachUpToTheGraceAndOnWhenOthersJoin() {
        // Given
        SourceShares shares = new SourceShares();
        int first = 0;
        while (shares.admit(1, 1, 0.5, 50)) {
            first++;
        }

        // When
        for (int i = 0; i < 40; i++) {
            shares.admit(2, 1, 0.5, 50);
            shares.admit(3, 1, 0.5, 50);
        }
        int more = 0;
        while (shares.admit(1, 1, 0.5, 50)) {
            more++;
        }

        // Then
        assertThat(first).isEqualTo(50);
        assertThat(more).isEqualTo(30);
    }

    @Test
    void shouldStaySmallHoweverManySourcesThereAre() {
        // Given
        SourceShares shares = new SourceShares();

        // When
        int admitted = 0;
        for (int i = 1; i <= 100_000; i++) {
            admitted += shares.admit(i, 1, 0.1, 10) ? 1 : 0;
        }

        // Then
        assertThat(shares.toBytes()).hasSizeLessThanOrEqualTo(256 * 16);
        assertThat(admitted).isBetween(255, 300);
    }

    @Test
    void shouldGoOnAlikeAfterARestore() {
        // Given
        SourceShares shares = new SourceShares();
        shares.admit(-5, 2.5, 1, 0);
        shares.admit(7, 1, 1, 0);

        // When
        SourceShares restored = SourceShares.fromBytes(shares.toBytes());

        // Then
        assertThat(restored.toBytes()).isEqualTo(shares.toBytes());
        assertThat(restored.admit(-5, 1, 0.5, 0)).isFalse();
        assertThat(restored.admit(7, 1, 0.5, 0)).isTrue();
    }

    @Test
    void shouldRefuseBytesThatAreNone() {
        assertThatThrownBy(() -> SourceShares.fromBytes(new byte[3])).hasMessageContaining("but have 3 bytes");
        assertThatThrownBy(() -> SourceShares.fromBytes(new byte[16])).hasMessageContaining("must be above 0");
    }
}
