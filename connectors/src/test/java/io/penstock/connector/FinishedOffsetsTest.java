package io.penstock.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FinishedOffsetsTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldReadWhatWasWritten(long seed) {
        // Given
        Random random = new Random(seed);
        long position = Math.abs(random.nextLong() >>> 2);
        FinishedOffsets finished = FinishedOffsets.above(position);
        Set<Long> added = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            long offset = position + 1 + random.nextInt(FinishedOffsets.SPAN);
            finished.add(offset);
            added.add(offset);
        }

        // When
        FinishedOffsets read = FinishedOffsets.read(position, finished.text());

        // Then
        for (long offset = position - 2; offset < position + FinishedOffsets.SPAN + 2; offset++) {
            assertThat(read.contains(offset)).as("offset " + offset).isEqualTo(added.contains(offset));
        }
    }

    @Test
    void shouldFitIntoWhatABrokerTakes() {
        // Given
        FinishedOffsets finished = FinishedOffsets.above(0);

        // When
        for (long offset = 0; offset < 2 * FinishedOffsets.SPAN; offset++) {
            finished.add(offset);
        }

        // Then
        assertThat(finished.text().length()).isBetween(4_000, 4_096);
        assertThat(finished.contains(FinishedOffsets.SPAN)).isTrue();
        assertThat(finished.contains(FinishedOffsets.SPAN + 1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "reset by an operator", "penstock-1:?", "penstock-2:AQ"})
    void shouldKnowNothingFromWhatItDidNotWrite(String metadata) {
        assertThat(FinishedOffsets.read(5, metadata).text()).isEmpty();
    }
}
