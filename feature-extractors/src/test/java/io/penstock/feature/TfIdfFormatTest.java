package io.penstock.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TfIdfFormatTest {
    private static final String GOLDEN =
            "50545356010000000800000003000000cb88882f8963b014e9194826d6e6958b4d58f817880ea5c7f32e9a5b"
                    + "6b6e7049f88f9c3fbc62c13fbc62c13fd6ac41bfff7f1e3f3d8b57be00000000000000000000000000000000"
                    + "00000000bdb205bfba0844bf2229c0be00000000000000000000000000000000000000007080c9bea82f32be"
                    + "1716673f0000000000000000000000000000000000000000c17e44bfb1b9a3bca126903c0000000000000000"
                    + "0000000000000000000000002418e240839f354011ec53400000000000000000000000000000000000000000";

    private static final List<Prompt> PROMPTS =
            Stream.of("red blue", "Red 7", "blue, 7 7", "red").map(Prompt::of).toList();
    private static final TfIdfSvd FITTED = TfIdfSvd.fit(PROMPTS, 8, 1);

    // 3 terms: 24 bytes of header, 24 of terms, 12 of IDFs, 96 of projection, 32 of means, 32 of scales.
    private static final int TERMS = 24;
    private static final int IDF = 48;
    private static final int PROJECTION = 60;
    private static final int MEAN = 156;
    private static final int SCALES = 188;
    private static final int END = 220;

    /** If this fails, files that users have fitted no longer give the same: raise the versions, keep reading the old. */
    @Test
    void shouldWriteAndReadTheBytesOfItsVersion() {
        // Given
        byte[] golden = HexFormat.of().parseHex(GOLDEN);
        // When
        TfIdfSvd read = TfIdfSvd.fromBytes(golden);
        // Then
        assertThat(HexFormat.of().formatHex(FITTED.toBytes())).isEqualTo(GOLDEN);
        assertThat(read.toBytes()).isEqualTo(golden).hasSize(END);
        assertThat(read).hasToString("TfIdfSvd[dimension=8, terms=3, contentHash=cb88882f8963b014]");
        assertThat(read.apply(Prompt.of("a red seven, a 7")))
                .containsExactly(-0.80821145f, -0.5266989f, -1.4627454f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f);
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                bad(b -> b.put(0, (byte) 'X'), "magic is 58545356, must be 50545356"),
                bad(b -> b.putInt(4, 2), "version is 2, must be 1"),
                bad(b -> b.putInt(8, 7), "dimension is 7, must be between 8 and 128"),
                bad(b -> b.putInt(8, -1), "dimension is -1, must be between 8 and 128"),
                bad(b -> b.putInt(12, 0), "terms is 0, must be between 1 and 32768"),
                bad(b -> b.putInt(12, Integer.MAX_VALUE), "terms is 2147483647, must be between 1 and 32768"),
                bad(b -> b.putInt(8, 9), "length is 220, must be 240 for dimension 9 and 3 terms"),
                bad(b -> b.putInt(12, 32_768), "length is 220, must be 1441880 for dimension 8 and 32768 terms"),
                bad(
                        b -> b.putLong(TERMS, 1).putLong(TERMS + 8, 1),
                        "terms[1] is 1, must be above the term before it, 1"),
                bad(b -> b.putFloat(IDF + 8, Float.NaN), "idf[2] is NaN, must be between 1.0 and 64.0"),
                bad(b -> b.putFloat(PROJECTION, Float.NaN), "projection[0] is NaN, must be between -2.0 and 2.0"),
                bad(b -> b.putFloat(PROJECTION + 92, 3), "projection[23] is 3.0, must be between -2.0 and 2.0"),
                bad(
                        b -> b.putFloat(MEAN, Float.NEGATIVE_INFINITY),
                        "mean[0] is -Infinity, must be between -2.0 and 2.0"),
                bad(b -> b.putFloat(SCALES + 28, -1), "scales[7] is -1.0, must be between 0.0 and 1000000.0"),
                bad(b -> b.putFloat(MEAN, 0.5f), "hash is cb88882f8963b014, must be baf0d281e3736583 for this content"),
                bad(b -> b.putLong(16, 0), "hash is 0000000000000000, must be cb88882f8963b014 for this content"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("bad")
    void shouldNameTheFieldTheValueAndWhatIsRight(Consumer<ByteBuffer> damage, String message) {
        // Given
        byte[] bytes = FITTED.toBytes();
        damage.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        // Then
        assertThatThrownBy(() -> TfIdfSvd.fromBytes(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void shouldRejectBytesOfTheWrongLength() {
        // Given
        byte[] bytes = FITTED.toBytes();
        // Then
        assertThatThrownBy(() -> TfIdfSvd.fromBytes(new byte[0])).hasMessage("length is 0, must be at least 24");
        assertThatThrownBy(() -> TfIdfSvd.fromBytes(java.util.Arrays.copyOf(bytes, END - 1)))
                .hasMessage("length is 219, must be 220 for dimension 8 and 3 terms");
        assertThatThrownBy(() -> TfIdfSvd.fromBytes(java.util.Arrays.copyOf(bytes, END + 1)))
                .hasMessage("length is 221, must be 220 for dimension 8 and 3 terms");
        assertThatThrownBy(() -> TfIdfSvd.fromBytes(new byte[(64 << 20) + 1]))
                .hasMessage("length is 67108865, must be at most 67108864");
    }

    private static Arguments bad(Consumer<ByteBuffer> damage, String message) {
        return Arguments.of(damage, message);
    }
}
