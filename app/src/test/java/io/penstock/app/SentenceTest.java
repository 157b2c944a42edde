package io.penstock.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class SentenceTest {
    @Test
    void shouldGiveTheMessageOfAnErrorThatIsMeantForPeople() {
        assertThat(Sentence.of(new IllegalArgumentException("port 0 is wrong"))).isEqualTo("Port 0 is wrong");
    }

    @Test
    void shouldLookInsideWrappers() {
        // Given
        Exception inner = new IllegalStateException("there is no broker");
        // When
        // Then
        assertThat(Sentence.of(new ExecutionException(inner))).isEqualTo("There is no broker");
    }

    @Test
    void shouldSayWhyAFileCannotBeRead() {
        // Given
        Exception error = new UncheckedIOException("file x cannot be read", new NoSuchFileException("x"));
        // When
        // Then
        assertThat(Sentence.of(error)).isEqualTo("File x cannot be read: there is no such file or folder");
    }

    @Test
    void shouldNameAnErrorThatIsABug() {
        assertThat(Sentence.of(new ArrayIndexOutOfBoundsException("7")))
                .isEqualTo("ArrayIndexOutOfBoundsException: 7 (--verbose shows where)");
        assertThat(Sentence.of(new NullPointerException())).contains("NullPointerException", "--verbose");
    }
}
