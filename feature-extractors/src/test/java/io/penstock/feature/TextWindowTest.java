package io.penstock.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextWindowTest {

    @Test
    void shouldJoinTurnsByLines() {
        assertThat(read(new Prompt(List.of(new Turn("user", "a"), new Turn("user", "b")), false)))
                .isEqualTo("a\nb");
        assertThat(read(new Prompt(List.of(), false))).isEmpty();
    }

    @Test
    void shouldKeepBothEndsOfALongText() {
        // Given
        String text = "start" + "x".repeat(2_000_000) + "end";
        // When
        String read = read(Prompt.of(text));
        // Then
        assertThat(read).startsWith("start").endsWith("end").hasSize(TextWindow.LIMIT);
    }

    @Test
    void shouldKeepTheLatestTurnsOfALongConversation() {
        // Given
        Turn filler = new Turn("assistant", "x".repeat(20_000));
        Prompt prompt = new Prompt(
                List.of(new Turn("system", "start"), filler, filler, new Turn("tool", "t"), new Turn("user", "end")),
                false);
        // When
        String read = read(prompt);
        // Then
        assertThat(read).startsWith("start\n").endsWith("x\nt\nend").hasSizeLessThanOrEqualTo(TextWindow.LIMIT);
        assertThat(read.length()).isGreaterThan(TextWindow.LIMIT - 2);
    }

    @Test
    void shouldFitAnyMixOfTurnLengths() {
        for (int turns : new int[] {1, 2, 40_000}) {
            for (int length : new int[] {0, 1, TextWindow.LIMIT / 2, TextWindow.LIMIT}) {
                Prompt prompt =
                        new Prompt(java.util.Collections.nCopies(turns, new Turn("user", "y".repeat(length))), false);
                assertThat(read(prompt).length()).isLessThanOrEqualTo(TextWindow.LIMIT);
            }
        }
    }

    private static String read(Prompt prompt) {
        TextWindow window = TextWindow.of(prompt);
        return new String(window.text(), 0, window.length());
    }
}
