package io.penstock.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordReaderTest {

    @Test
    void shouldPartWordsNumbersAndSymbols() {
        assertThat(words("Die Länge: x1=42.5\n\tüber"))
                .containsExactly("L3", "L5", "S1", "L1", "D1", "S1", "D2", "S1", "D1", "L4");
    }

    @Test
    void shouldReadIdeographsSinglyAndOtherScriptsAsWords() {
        assertThat(words("量子力学 привет ไทย")).containsExactly("L1", "L1", "L1", "L1", "L6", "L1", "L1", "L1");
        assertThat(words("한국어 नमस्ते")).containsExactly("L3", "L6");
    }

    @Test
    void shouldNotCareForCaseOrMarks() {
        assertThat(WordReader.hashOf("Straße")).isEqualTo(WordReader.hashOf("STRAßE"));
        assertThat(WordReader.hashOf("e\u0301te")).isEqualTo(WordReader.hashOf("ete"));
        assertThat(WordReader.hashOf("abc")).isNotEqualTo(WordReader.hashOf("acb"));
    }

    @Test
    void shouldTakeAnUnpairedSurrogateAsASymbol() {
        assertThat(words("a\uD800b\uDC00")).containsExactly("L1", "S1", "L1", "S1");
        assertThat(words("\uD83D\uDE00")).containsExactly("S2");
    }

    @Test
    void shouldCountLines() {
        // Given
        WordReader reader = new WordReader("a\n\nb".toCharArray(), 4);
        // When
        reader.next();
        reader.next();
        // Then
        assertThat(reader.line()).isEqualTo(3);
    }

    @Test
    void shouldRejectALexiconEntryOfTwoWords() {
        assertThatThrownBy(() -> WordReader.hashOf("two words")).hasMessage("not one word of letters: two words");
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        WordReader reader = new WordReader(text.toCharArray(), text.length());
        for (WordReader.Kind kind = reader.next(); kind != WordReader.Kind.END; kind = reader.next()) {
            words.add(kind.name().charAt(0) + "" + reader.wordLength());
        }
        return words;
    }
}
