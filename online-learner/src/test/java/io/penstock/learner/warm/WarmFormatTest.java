package io.penstock.learner.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.penstock.learner.Features;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What version 1 wrote must stay readable for ever: its golden file never changes. */
class WarmFormatTest {

    /** Of the tiny world: header and the names "small" and "large". */
    private static final int NAMES = 25;

    private static final int BODY = NAMES + 12;
    private static final int VECTORS = BODY + 8 + 4 * 8;
    private static final int TOKENS = VECTORS + 3 * 2 * 4 + 3 * 2 * 2;

    @Test
    void shouldReadAndWriteVersionOneUnchanged() throws IOException {
        // Given
        byte[] golden = golden("warm-v1.hex");
        // When
        WarmModel read = WarmModel.fromBytes(golden);
        // Then
        assertThat(HexFormat.of()
                        .formatHex(WarmModel.fit(WarmKind.BLEND, Worlds.tiny()).toBytes()))
                .isEqualTo(HexFormat.of().formatHex(golden));
        assertThat(read.toBytes()).isEqualTo(golden);
        WarmForecast forecast = read.predict(Features.of(1, 0));
        assertThat(forecast.outputTokens(1)).isCloseTo(200.1666, within(1e-3));
        assertThat(forecast.quality(0)).isBetween(0.5, 0.6);
    }

    @Test
    void shouldReadAndWriteVersionTwoUnchanged() throws IOException {
        // Given: verdicts by model stand after their names
        WarmModel fitted = WarmModel.fit(WarmKind.LOGISTIC, Worlds.tiny().restingOn(0.2, new int[] {2, 1}));
        byte[] golden = golden("warm-v2.hex");
        // When
        WarmModel read = WarmModel.fromBytes(golden);
        // Then
        assertThat(HexFormat.of().formatHex(fitted.toBytes()))
                .isEqualTo(HexFormat.of().formatHex(golden));
        assertThat(read.toBytes()).isEqualTo(golden);
        assertThat(read.verdicts(0)).isEqualTo(2);
        assertThat(read.verdicts(1)).isEqualTo(1);
        assertThat(read.isOfLog()).isTrue();
    }

    @Test
    void shouldRefuseAnotherHeader() {
        assertRefused(bytes -> bytes.putInt(0, 7), "warm model magic must be 5741524d, but is 00000007");
        assertRefused(bytes -> bytes.putShort(4, (short) 3), "warm model format must be 1 or 2, but is 3");
        assertRefused(
                bytes -> bytes.putShort(6, (short) 9),
                "warm model kind must be 1 (knn), 2 (logistic), 3 (blend) or 4 (joint), but is 9");
        assertRefused(
                bytes -> bytes.putShort(8, (short) 513), "warm model: dimension must be from 1 to 512, but is 513");
        assertRefused(
                bytes -> bytes.putShort(10, (short) 0),
                "warm model: number of models must be from 1 to 1024, but is 0");
        assertRefused(
                bytes -> bytes.putDouble(12, Double.NaN),
                "warm model: noise must be a number from 0.0 to 0.25, but is NaN");
        assertRefused(bytes -> bytes.putInt(20, 0), "warm model: prompts must be from 1 to 2147483647, but is 0");
    }

    @Test
    void shouldRefuseOtherNames() {
        assertRefused(
                bytes -> bytes.put(NAMES + 1, (byte) 'S'), "warm model: model name 'Small' must match [a-z0-9-]{1,80}");
        assertRefused(
                bytes -> bytes.put(NAMES + 7, "small".getBytes(StandardCharsets.US_ASCII)),
                "warm model: model name 'small' must occur once, but occurs twice");
    }

    @Test
    void shouldRefuseWrongCounts() {
        assertRefused(bytes -> bytes.putInt(BODY, 0), "warm model prompts must be at least 1, but are 0");
        assertRefused(
                bytes -> bytes.putInt(BODY + 4, 4),
                "warm model neighbours must be from 1 to 3 (its prompts), but are 4");
        assertRefused(
                bytes -> bytes.putInt(BODY, Integer.MAX_VALUE),
                "2147483647 prompts of a warm model must be 42949672972 bytes, but only 196 are left");
    }

    @Test
    void shouldRefuseWrongNumbers() {
        assertRefused(
                bytes -> bytes.putDouble(BODY + 8, Double.NaN),
                "warm model centre 0 must be a number from -256.0 to 256.0, but is NaN");
        assertRefused(
                bytes -> bytes.putFloat(VECTORS + 4, 2),
                "warm model vector number 1 must be a number from -1.000001 to 1.000001, but is 2.0");
        assertRefused(
                bytes -> bytes.putFloat(TOKENS, -1),
                "warm model output tokens 0 must be a number from 0.0 to 1.0E9, but is -1.0");
        assertRefused(
                bytes -> bytes.putDouble(TOKENS + 24 + 32, Double.POSITIVE_INFINITY),
                "warm model scale 0 must be a number from 0.0 to 1.0E60, but is Infinity");
        assertRefused(
                bytes -> bytes.putDouble(TOKENS + 24 + 40, Double.NaN),
                "warm model coefficient 0 must be a number from -1.0E12 to 1.0E12, but is NaN");
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseEveryOtherLength(WarmKind kind) {
        // Given
        byte[] bytes = WarmModel.fit(kind, Worlds.tiny()).toBytes();
        // Then
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> WarmModel.fromBytes(cut))
                    .as("length %d", length)
                    .isInstanceOf(InvalidWarmModelException.class);
        }
        assertThatThrownBy(() -> WarmModel.fromBytes(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(InvalidWarmModelException.class)
                .hasMessage("warm model must end after " + bytes.length + " bytes, but is " + (bytes.length + 1));
    }

    @Test
    void shouldRefuseWhatIsTooLarge() {
        // Given
        int prompts = 33_000;
        List<Features> contexts = Collections.nCopies(prompts, Features.of(new float[Features.MAX_DIMENSION]));
        WarmOutcomes outcomes = WarmOutcomes.of(List.of("m"), contexts, new double[1][prompts], new double[1][prompts]);
        // Then
        assertThatThrownBy(() -> WarmModel.fromBytes(new byte[(64 << 20) + 1]))
                .isInstanceOf(InvalidWarmModelException.class)
                .hasMessage("warm model must be from 25 to 67108864 bytes, but is 67108865");
        assertThatThrownBy(() -> WarmModel.fit(WarmKind.KNN, outcomes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("warm model of 33000 prompts must be at most 67108864 bytes, but would be 67790227");
    }

    private static void assertRefused(Consumer<ByteBuffer> change, String message) {
        byte[] bytes = WarmModel.fit(WarmKind.BLEND, Worlds.tiny()).toBytes();
        change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        assertThatThrownBy(() -> WarmModel.fromBytes(bytes))
                .isInstanceOf(InvalidWarmModelException.class)
                .hasMessage(message);
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = WarmFormatTest.class.getResourceAsStream("/" + name)) {
            assertThat(in).as("golden file " + name).isNotNull();
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
        }
    }
}
