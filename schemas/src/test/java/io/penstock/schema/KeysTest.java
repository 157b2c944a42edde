package io.penstock.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KeysTest {

    @ParameterizedTest
    @ValueSource(strings = {"default", "a", "acme-2", "-", "online", "0123456789012345678901234567890123456789"})
    void shouldAcceptTenants(String tenant) {
        assertThat(Keys.isTenant(tenant)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Acme", "a.b", "a/b", "a_b", "ä", "a ", "a\n", "01234567890123456789012345678901234567890"})
    void shouldRefuseTenants(String tenant) {
        assertThat(Keys.isTenant(tenant)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"r", "a b:c.d", "ключ-🚀", "😀"})
    void shouldAcceptIds(String id) {
        assertThat(Keys.isId(id)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "a\nb", "a\u0000", "\u007f", "\u0085"})
    void shouldRefuseIds(String id) {
        assertThat(Keys.isId(id)).isFalse();
    }

    @Test
    void shouldRefuseLoneSurrogatesThatWouldShareOneKey() {
        assertThat(Keys.isId("a\ud800")).isFalse();
        assertThat(Keys.isId("\udc00a")).isFalse();
    }

    @Test
    void shouldLimitIdsTo128Characters() {
        assertThat(Keys.isId("x".repeat(128))).isTrue();
        assertThat(Keys.isId("x".repeat(129))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o, gpt-4o",
        "meta-llama/Llama-3.1-70B-Instruct, meta-llama-llama-3-1-70b-instruct",
        "__A  b__, a-b",
        "Ünïcode 7B, n-code-7b",
    })
    void shouldMakeSlugs(String name, String slug) {
        assertThat(Keys.slugOf(name)).isEqualTo(slug);
        assertThat(Keys.isSlug(slug)).isTrue();
    }

    @Test
    void shouldCutLongSlugsWithoutADashAtTheEnd() {
        // Given
        String name = "x".repeat(79) + "/" + "y".repeat(20);

        // When
        String slug = Keys.slugOf(name);

        // Then
        assertThat(slug).isEqualTo("x".repeat(79));
    }

    @Test
    void shouldSayWhyThereIsNoSlug() {
        assertThatThrownBy(() -> Keys.slugOf("日本/!"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model name '日本/!' has no letter a-z or digit to make a slug of; give the slug itself");
    }

    @Test
    void shouldJoinPolicyKeys() {
        assertThat(Keys.policyKey("tenant/acme", "gpt-4o", 3, "ab12")).isEqualTo("tenant/acme/gpt-4o/3/ab12");
        assertThatThrownBy(() -> Keys.policyKey("global", "m", -1, "x"))
                .hasMessage("shard -1 must be an outcomes partition, >= 0");
    }

    @Test
    void shouldRouteBySessionElseByRequest() {
        assertThat(Keys.routingKey("s", "r")).isEqualTo("s");
        assertThat(Keys.routingKey(null, "r")).isEqualTo("r");
    }
}
