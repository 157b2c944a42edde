package io.penstock.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ApiKeysTest {
    private static final String HASH = ApiKeys.sha256("secret-key");

    @TempDir
    private Path folder;

    @Test
    void shouldTellCallersByTheirKeys() throws IOException {
        // Given
        ApiKeys keys = read("keys: [{name: ci, sha256: " + HASH + ", tenant: acme, requests-per-minute: 5}]");
        // When
        Caller caller = keys.caller("bearer secret-key");
        // Then
        assertThat(caller.tenant()).isEqualTo("acme");
        assertThat(caller.name()).isEqualTo("ci");
        assertThat(caller.limit().perMinute()).isEqualTo(5);
        assertThat(keys.tenants()).containsExactly("acme");
        assertThat(keys.isOpen()).isFalse();
        for (String wrong :
                new String[] {null, "", "Basic secret-key", "Bearer", "Bearer " + HASH, "Bearer secret-ke"}) {
            assertThatThrownBy(() -> keys.caller(wrong))
                    .isInstanceOfSatisfying(
                            ApiException.class,
                            error -> assertThat(error.status()).isEqualTo(401))
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void shouldTakeEverybodyAsDefaultWithoutAFile() {
        // When
        Caller caller = ApiKeys.none().caller("Bearer whatever");
        // Then
        assertThat(caller.tenant()).isEqualTo("default");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "keys: []",
                "keys: {a: b}",
                "keys: [secret-key]",
                "keys: [{name: ci, sha256: secret-key, tenant: acme}]",
                "keys: [{name: 'c i', sha256: HASH, tenant: acme}]",
                "keys: [{name: ci, sha256: HASH, tenant: Acme}]",
                "keys: [{name: ci, sha256: HASH, tenant: acme, rpm: 5}]",
                "keys: [{name: ci, sha256: HASH, tenant: acme, requests-per-minute: 0}]",
                "keys: [{name: ci, sha256: HASH, tenant: acme}, {name: ci, sha256: HASH, tenant: acme}]",
                "keys: [{name: a, sha256: HASH, tenant: acme}, {name: b, sha256: HASH, tenant: acme}]",
                "keys: [{name: 'secret-key"
            })
    void shouldSayWhatIsWrongWithAFileWithoutItsSecrets(String content) {
        // Then
        assertThatThrownBy(() -> read(content.replace("HASH", HASH)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keys.yaml")
                .hasMessageNotContaining("secret-key")
                .hasMessageNotContaining(HASH);
    }

    @Test
    void shouldLetThroughSoManyAMinute() {
        // Given
        AtomicLong now = new AtomicLong();
        RateLimit limit = new RateLimit(2, now::get);
        // When
        limit.take();
        limit.take();
        // Then
        assertThat(limit.take()).hasSeconds(30);
        now.addAndGet(29_000_000_000L);
        assertThat(limit.take()).hasSeconds(1);
        now.addAndGet(1_000_000_000L);
        assertThat(limit.take()).isZero();
        now.addAndGet(3_600_000_000_000L);
        assertThat(limit.take()).isZero();
        assertThat(limit.take()).isZero();
        assertThat(limit.take()).isPositive();
    }

    private ApiKeys read(String content) throws IOException {
        Path file = folder.resolve("keys.yaml");
        Files.writeString(file, content);
        return ApiKeys.read(file);
    }
}
