package io.penstock.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplySlotTest {
    @Test
    void shouldReadWhatItWrites() {
        // Given
        ReplySlot slot = new ReplySlot(9999, "gw-A1");
        // When
        ReplySlot read = ReplySlot.parse(slot.text());
        // Then
        assertThat(slot.text()).isEqualTo("gateway/9999/gw-A1");
        assertThat(read).isEqualTo(slot);
        assertThat(ReplySlot.isAskedFor(slot.text())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gateway/",
                "gateway/1",
                "gateway//a",
                "gateway/-1/a",
                "gateway/01/a",
                "gateway/10000/a",
                "gateway/99999999999/a",
                "gateway/1/",
                "gateway/1/a/b",
                "gateway/1/a b",
                "gateway/１/a"
            })
    void shouldFindNoSlotInWhatIsMalformed(String replyTo) {
        // When
        ReplySlot slot = ReplySlot.parse(replyTo);
        // Then
        assertThat(slot).isNull();
        assertThat(ReplySlot.isAskedFor(replyTo)).isTrue();
    }

    @Test
    void shouldLeaveOtherTextsToTheClient() {
        // Then
        assertThat(ReplySlot.parse("replies-7")).isNull();
        assertThat(ReplySlot.isAskedFor("replies-7")).isFalse();
        assertThat(ReplySlot.parse(null)).isNull();
        assertThat(ReplySlot.isAskedFor(null)).isFalse();
    }

    @Test
    void shouldRefuseSlotsAndNamesOutOfRange() {
        // Then
        assertThatThrownBy(() -> new ReplySlot(-1, "a")).hasMessage("reply slot -1 must be from 0 to 9999");
        assertThatThrownBy(() -> new ReplySlot(10_000, "a")).hasMessage("reply slot 10000 must be from 0 to 9999");
        assertThatThrownBy(() -> new ReplySlot(0, "a/b")).isInstanceOf(IllegalArgumentException.class);
    }
}
