package io.penstock.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class FeaturesTest {

    @Test
    void shouldSurviveItsLittleEndianForm() {
        // Given
        Features features = Features.of(1f, -0.5f, 3.25f);
        // When
        byte[] bytes = features.toBytes();
        // Then
        assertThat(bytes).hasSize(12).startsWith(0, 0, (byte) 0x80, 0x3f);
        assertThat(Features.fromBytes(bytes)).isEqualTo(features).hasSameHashCodeAs(features);
        assertThat(Features.fromBytes(ByteBuffer.wrap(bytes, 4, 4))).isEqualTo(Features.of(-0.5f));
    }

    @Test
    void shouldOwnItsNumbers() {
        // Given
        float[] values = {1, 2};
        Features features = Features.of(values);
        // When
        values[0] = 9;
        // Then
        assertThat(features.get(0)).isEqualTo(1f);
    }

    @Test
    void shouldRefuseWhatIsNotANumber() {
        assertThatThrownBy(() -> Features.of(1, Float.NaN))
                .hasMessage("feature 1 must be a number from -256.0 to 256.0, but is NaN");
        assertThatThrownBy(() -> Features.of(Float.POSITIVE_INFINITY)).hasMessageContaining("but is Infinity");
        assertThatThrownBy(() -> Features.of(257)).hasMessageContaining("but is 257.0");
    }

    @Test
    void shouldRefuseBytesThatAreNoVector() {
        assertThatThrownBy(() -> Features.fromBytes(new byte[5]))
                .hasMessage("feature bytes must be a positive multiple of 4 long, but are 5 long");
        assertThatThrownBy(() -> Features.fromBytes(new byte[0])).hasMessageContaining("but are 0 long");
        assertThatThrownBy(Features::of).hasMessage("dimension must be from 1 to 512, but is 0");
    }
}
