package io.penstock.app.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedPrompt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SampleDataTest {
    @Test
    void shouldHoldThreeThousandPromptsOnWhichTheBestModelDependsOnTheTask() {
        // When
        RecordedOutcomes sample = SampleData.load();

        // Then
        assertThat(sample.prompts()).hasSize(3000);
        assertThat(sample.arms()).hasSize(6);
        assertThat(sample.prompts().stream().map(RecordedPrompt::task).collect(Collectors.toSet()))
                .hasSize(14);
        Controls controls = new Controls(Scoring.of(sample, 0.05), sample.prompts());
        assertThat(sample.arms().get(controls.bestFixedArm()).name()).isEqualTo("gemini-1.5-pro-002");
        assertThat(controls.fixed().get(0).reward()).isEqualTo(0.6553, within(5e-5));
        assertThat(controls.oracle().reward()).isEqualTo(0.8608, within(5e-5));
    }
}
