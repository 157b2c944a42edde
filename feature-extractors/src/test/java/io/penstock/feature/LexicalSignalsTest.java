package io.penstock.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LexicalSignalsTest {
    private final LexicalSignals lexical = new LexicalSignals();

    @Test
    void shouldCountStructure() {
        // When
        Signals signals = lexical.of(Prompt.of("What is 12 + 3?\nA. 15\nB. 16\n(C) None"));
        // Then
        assertThat(signals.get("characters")).isEqualTo(36);
        assertThat(signals.get("lines")).isEqualTo(4);
        assertThat(signals.get("questions")).isEqualTo(1);
        assertThat(signals.get("options")).isEqualTo(3);
        assertThat(signals.get("words")).isEqualTo(6);
        assertThat(signals.get("digits")).isCloseTo(7.0 / 26, within(1e-9));
    }

    @Test
    void shouldDescribeTheConversation() {
        // Given
        Prompt prompt = new Prompt(
                List.of(
                        new Turn("system", "s"),
                        new Turn("user", "u"),
                        new Turn("assistant", "a"),
                        new Turn("user", "")),
                true);
        // When
        Signals signals = lexical.of(prompt);
        // Then
        assertThat(signals.get("turns")).isEqualTo(4);
        assertThat(signals.get("turns.user")).isEqualTo(2);
        assertThat(signals.get("turns.assistant")).isEqualTo(1);
        assertThat(signals.get("tools")).isEqualTo(1);
    }

    @Test
    void shouldTellCodeFromProse() {
        // Given
        String code = "def f(xs):\n    return [x * 2 for x in xs if x > 0]\nprint(f([1, 2, 3]))";
        String prose = "Please tell me a story about a fox who lived near the river and sang every night.";
        // When
        double codeScore = lexical.of(Prompt.of(code)).get("code");
        double proseScore = lexical.of(Prompt.of(prose)).get("code");
        // Then
        assertThat(codeScore).isGreaterThan(0.5);
        assertThat(proseScore).isLessThan(0.1);
    }

    @Test
    void shouldTellMathematicsFromProse() {
        // Given
        String maths = "Solve $x^2 - 5x + 6 = 0$ and compute the sum of its roots, $\\frac{a}{b} + 3$.";
        // When
        Signals signals = lexical.of(Prompt.of(maths));
        // Then
        assertThat(signals.get("math")).isGreaterThan(0.4);
        assertThat(signals.get("markup")).isGreaterThan(0.2);
        assertThat(lexical.of(Prompt.of("A quiet evening by the sea.")).get("math"))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "Which of these is the capital of the country, script.latin, lang.en",
        "Was ist die Hauptstadt von dem Land und wie kann ich das wissen, script.latin, lang.de",
        "Quelle est la capitale du pays et comment vous le savez, script.latin, lang.fr",
        "Cuál es la capital de este país y cómo se sabe, script.latin, lang.es"
    })
    void shouldFindTheLanguageOfFunctionWords(String text, String script, String language) {
        // When
        Signals signals = lexical.of(Prompt.of(text));
        // Then
        assertThat(signals.get(script)).isEqualTo(1);
        for (String other : List.of("lang.en", "lang.de", "lang.fr", "lang.es")) {
            if (!other.equals(language)) {
                assertThat(signals.get(language))
                        .as("%s over %s", language, other)
                        .isGreaterThan(signals.get(other));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Привет мир, cyrillic", "Γειά σου, greek", "量子力学, han", "ひらがなカタカナ, kana", "한국어, hangul",
        "مرحبا, arabic", "שלום, hebrew", "नमस्ते, devanagari", "สวัสดี, thai", "ሰላም, other"
    })
    void shouldShareOutScripts(String text, String script) {
        assertThat(lexical.of(Prompt.of(text)).get("script." + script)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        // Counts of a byte-pair vocabulary of 100,000 entries.
        "'The quick brown fox jumps over the lazy dog.', 10",
        "'for (int i = 0; i < 10; i++) { sum += a[i]; }', 22",
        "'12345678901234567890', 7"
    })
    void shouldEstimateTokens(String text, int tokens) {
        assertThat((double) lexical.estimatedTokens(Prompt.of(text))).isBetween(tokens * 0.7, tokens * 1.4 + 1);
    }

    @Test
    void shouldScaleCountsOfALongPromptToItsLength() {
        // Given
        String sentence = "Tell me more about the river. ";
        int expected = lexical.estimatedTokens(Prompt.of(sentence.repeat(100))) * 500;
        // When
        Signals signals = lexical.of(Prompt.of(sentence.repeat(50_000)));
        // Then
        assertThat(signals.get("tokens")).isBetween(expected * 0.98, expected * 1.02);
        assertThat(signals.get("words")).isBetween(294_000.0, 306_000.0);
    }

    @Test
    void shouldGiveTheSameNamesInTheSameOrder() {
        // When
        Signals one = lexical.of(Prompt.of(""));
        Signals other = lexical.of(Prompt.of("Wer? 你好 {}"));
        // Then
        assertThat(new ArrayList<>(one.values().keySet()))
                .isEqualTo(new ArrayList<>(other.values().keySet()));
        assertThat(one.values()).allSatisfy((name, value) -> assertThat(name).matches("[a-z0-9_.]+"));
        assertThat(one.values().entrySet())
                .filteredOn(entry -> entry.getValue() != 0)
                .extracting(java.util.Map.Entry::getKey)
                .containsExactly("turns", "turns.user");
    }

    @Test
    void shouldNameTheKnownSignalsWhenAskedForAnother() {
        assertThatThrownBy(() -> lexical.of(Prompt.of("a")).get("colour"))
                .hasMessageStartingWith("unknown signal colour, must be one of [characters, tokens, ");
    }
}
