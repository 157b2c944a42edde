package io.penstock.topology.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.learner.ModelStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RefoldTest {

    @Test
    void shouldAddUpToTheSingleMachineResultWhateverTheSharding() {
        // Given
        List<Outcome> outcomes = Outcomes.random(new Random(11), 200);
        Map<String, ModelStatistics> single = Refold.of(0, outcomes);
        Refold sharded = new Refold();

        // When
        for (int i = outcomes.size() - 1; i >= 0; i--) {
            sharded.add(i % 4, outcomes.get(i), 0);
        }

        // Then
        single.forEach((key, expected) -> {
            ModelStatistics sum = ModelStatistics.empty(expected.dimension());
            for (int shard = 0; shard < 4; shard++) {
                ModelStatistics part = sharded.sums().get(key.replace("/0/", "/" + shard + "/"));
                sum = part == null ? sum : sum.plus(part);
            }
            assertThat(sum.toBytes()).isEqualTo(expected.toBytes());
        });
        assertThat(single).hasSize(8);
    }

    @Test
    void shouldListWhatNothingCanBeLearnedFrom() {
        // Given
        Refold refold = new Refold();

        // When
        refold.add(0, Outcomes.of(OutcomeKind.JUDGED, "gpt", 1).setQuality(2.0).build(), 0);
        refold.add(0, Outcomes.of(OutcomeKind.JUDGED, "gpt", 1).setQuality(null).build(), 0);
        refold.add(
                0, Outcomes.of(OutcomeKind.JUDGED, "gpt", 1).setFeatures(null).build(), 0);
        refold.add(0, Outcomes.of(OutcomeKind.CENSORED, "gpt", 1).build(), 0);

        // Then
        assertThat(refold.sums()).isEmpty();
        assertThat(refold.refused()).hasSize(3).allMatch(problem -> problem.startsWith("acme/r-1: "));
    }

    @Test
    void shouldTellAMissingOutcome() {
        // Given
        List<Outcome> outcomes = Outcomes.random(new Random(3), 50);
        List<Outcome> fewer = new ArrayList<>(outcomes.subList(1, 50));

        // When
        Map<String, ModelStatistics> all = Refold.of(0, outcomes);
        Map<String, ModelStatistics> some = Refold.of(0, fewer);

        // Then
        assertThat(all.entrySet())
                .anySatisfy(entry -> assertThat(some.get(entry.getKey()).toBytes())
                        .isNotEqualTo(entry.getValue().toBytes()));
    }
}
