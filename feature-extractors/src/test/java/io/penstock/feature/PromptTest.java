package io.penstock.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptTest {

    @Test
    void shouldNeverShowText() {
        // Given
        Prompt prompt = new Prompt(List.of(new Turn("user", "my secret"), new Turn("tool", "token")), true);
        // When
        String shown = prompt + " " + prompt.turns() + " " + new FeatureEngineTest.Fake(2).extract(List.of(prompt));
        // Then
        assertThat(shown).doesNotContain("secret").doesNotContain("token");
        assertThat(prompt).hasToString("Prompt[turns=2, characters=14, tools=true]");
    }

    @Test
    void shouldCopyItsTurns() {
        // Given
        List<Turn> turns = new ArrayList<>(List.of(new Turn("user", "a")));
        Prompt prompt = new Prompt(turns, false);
        // When
        turns.clear();
        // Then
        assertThat(prompt.characters()).isEqualTo(1);
        assertThat(prompt).isEqualTo(Prompt.of("a"));
    }
}
