package io.penstock.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HotValuesTest {
    private static final int MEBIBYTE = 1 << 20;

    private final HotValues<String> hot = new HotValues<>();

    @Test
    void shouldHoldTheLastValueUntilItIsRemoved() {
        hot.put("a", "first", 10);
        hot.put("a", "second", 10);
        assertThat(hot.get("a")).isEqualTo("second");

        hot.remove("a");
        hot.remove("never there");
        assertThat(hot.get("a")).isNull();
    }

    @Test
    void shouldLetThoseGoThatWereLongestNotUsed() {
        for (int i = 0; i < 3; i++) {
            hot.put("key-" + i, "value", MEBIBYTE);
        }
        assertThat(hot.get("key-0")).isNotNull();

        hot.put("key-3", "value", MEBIBYTE);

        assertThat(hot.get("key-0")).isNotNull();
        assertThat(hot.get("key-1")).isNull();
        assertThat(hot.get("key-3")).isNotNull();
    }

    @Test
    void shouldCountAReplacedValueOnce() {
        for (int i = 0; i < 100; i++) {
            hot.put("large", "value", 3 * MEBIBYTE);
        }
        hot.put("small", "value", 1);

        assertThat(hot.get("large")).isNotNull();
        assertThat(hot.get("small")).isNotNull();
    }

    @Test
    void shouldNotHoldWhatIsTooLarge() {
        hot.put("huge", "value", 5 * MEBIBYTE);

        assertThat(hot.get("huge")).isNull();
    }
}
