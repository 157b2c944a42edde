package io.penstock.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IdentityTest {

    @Test
    void shouldRoundTripThroughItsKey() {
        // Given
        Identity identity = new Identity("acme-2", "order 7:ключ");

        // When
        Identity parsed = Identity.parse(identity.key());

        // Then
        assertThat(parsed).isEqualTo(identity);
        assertThat(identity.key()).isEqualTo("acme-2/order 7:ключ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "acme | identity 'acme' must be tenant/request-id: it has no '/'",
                "Acme/r | tenant 'Acme' must match [a-z0-9-]{1,40}",
                "/r | tenant '' must match [a-z0-9-]{1,40}",
                "a/b/c | request id must be 1 to 128 characters without '/' or control characters, but has 3 characters and a '/'",
                "a/ | request id must be 1 to 128 characters without '/' or control characters, but has 0 characters",
            })
    void shouldSayWhatIsWrongWithAKey(String key, String message) {
        assertThatThrownBy(() -> Identity.parse(key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
