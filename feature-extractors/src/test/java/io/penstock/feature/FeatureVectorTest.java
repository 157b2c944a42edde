package io.penstock.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FeatureVectorTest {

    @Test
    void shouldWriteLittleEndianFloats() {
        // Given
        FeatureVector vector = FeatureVector.of(1f, -2.5f);
        // When
        byte[] bytes = vector.toBytes();
        // Then
        assertThat(bytes).containsExactly(0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0);
        assertThat(FeatureVector.fromBytes(bytes)).isEqualTo(vector);
    }

    @Test
    void shouldNotLeakItsArray() {
        // Given
        float[] given = {1f, 2f};
        FeatureVector vector = FeatureVector.of(given);
        // When
        given[0] = 9f;
        vector.toFloats()[1] = 9f;
        // Then
        assertThat(vector.toDoubles()).containsExactly(1.0, 2.0);
    }

    @Test
    void shouldFlagADegradedVectorOfZeros() {
        // When
        FeatureVector vector = FeatureVector.degraded(3);
        // Then
        assertThat(vector.degraded()).isTrue();
        assertThat(vector.toFloats()).containsExactly(0f, 0f, 0f);
        assertThat(vector).isNotEqualTo(FeatureVector.of(0f, 0f, 0f));
        assertThat(FeatureVector.fromBytes(vector.toBytes(), true)).isEqualTo(vector);
    }

    @Test
    void shouldRejectWhatIsNotAVector() {
        assertThatThrownBy(() -> FeatureVector.of(0f, Float.NaN))
                .hasMessage("component 1 is NaN, must be finite")
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FeatureVector.fromBytes(new byte[5]))
                .hasMessage("vector has 5 bytes, must be a multiple of 4");
        assertThatThrownBy(() -> FeatureVector.degraded(0)).hasMessage("dimension is 0, must be between 1 and 1024");
        assertThatThrownBy(() -> FeatureVector.fromBytes(new byte[4 * 1025]))
                .hasMessage("dimension is 1025, must be between 1 and 1024");
    }
}
