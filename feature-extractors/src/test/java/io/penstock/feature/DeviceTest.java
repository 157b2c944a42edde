package io.penstock.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {

    @ParameterizedTest
    @ValueSource(strings = {"auto", "cpu", "cuda:0", "cuda:17"})
    void shouldReadWhatItWrites(String text) {
        assertThat(Device.parse(text)).hasToString(text);
    }

    @Test
    void shouldTellKindAndNumber() {
        assertThat(Device.parse("cuda:3")).isEqualTo(Device.cuda(3));
        assertThat(Device.parse("auto").kind()).isEqualTo(Device.Kind.AUTO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "CPU", "cuda", "cuda:", "cuda:-1", "cuda:01", "cuda:1000", "cuda:0 "})
    void shouldSayWhatWouldBeRight(String text) {
        assertThatThrownBy(() -> Device.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "device is '" + text + "', must be auto, cpu or cuda:N with N the device number, e.g. cuda:0");
    }

    @Test
    void shouldRejectANumberWithoutCuda() {
        assertThatThrownBy(() -> new Device(Device.Kind.CPU, 1)).hasMessage("device index is 1, must be 0 for CPU");
    }
}
