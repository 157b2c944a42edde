package io.penstock.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class PenstockConfigTest {
    private static final Path DOC = Path.of("../docs/configuration.md");

    private static Map<String, String> required() {
        Map<String, String> required = new HashMap<>();
        required.put(PenstockConfig.BOOTSTRAP_SERVERS, "127.0.0.1:19092");
        required.put(PenstockConfig.SCHEMA_REGISTRY_URL, "http://127.0.0.1:18081");
        required.put(PenstockConfig.STATE_DIR, "state");
        required.put(PenstockConfig.SERVER_KEY, "00".repeat(32));
        return required;
    }

    @Test
    void shouldHaveDefaultsForEverythingButTheCluster() {
        // When
        PenstockConfig config = PenstockConfig.from(required());

        // Then
        assertThat(config.text(PenstockConfig.PREFIX)).isEqualTo("penstock.");
        assertThat(config.integer(PenstockConfig.PARTITIONS)).isEqualTo(4);
        assertThat(config.text(PenstockConfig.GUARANTEE)).isEqualTo("exactly_once_v2");
        assertThat(config.millis(PenstockConfig.ROUTER_COMMIT_INTERVAL)).isEqualTo(25);
        assertThat(config.flag(PenstockConfig.DETERMINISTIC)).isFalse();
    }

    @Test
    void shouldNameEveryProblemAtOnce() {
        // Given
        Map<String, String> properties = required();
        properties.remove(PenstockConfig.STATE_DIR);
        properties.put("penstock.partition", "8");
        properties.put(PenstockConfig.ROUTER_THREADS, "many");
        properties.put(PenstockConfig.GUARANTEE, "at_most_once");

        // When / Then
        assertThatThrownBy(() -> PenstockConfig.from(properties))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("unknown key penstock.partition; did you mean penstock.partitions?")
                .hasMessageContaining(PenstockConfig.STATE_DIR)
                .hasMessageContaining(PenstockConfig.ROUTER_THREADS)
                .hasMessageContaining("at_most_once");
    }

    @Test
    void shouldPassKafkaSettingsThroughAndHideSecrets() {
        // Given
        Map<String, String> properties = required();
        properties.put("kafka.security.protocol", "SASL_SSL");

        // When
        PenstockConfig config = PenstockConfig.from(properties);

        // Then
        assertThat(config.kafka()).containsExactly(Map.entry("security.protocol", "SASL_SSL"));
        assertThat(config.toString()).doesNotContain("00".repeat(32)).contains("[hidden]");
        assertThat(config.secret(PenstockConfig.SERVER_KEY)).isEqualTo("00".repeat(32));
    }

    @Test
    void shouldRefuseACommitIntervalThatTheTransactionTimeoutCannotHold() {
        // Given
        Map<String, String> properties = required();
        properties.put(PenstockConfig.ROUTER_COMMIT_INTERVAL, "9000");
        PenstockConfig config = PenstockConfig.from(properties);

        // When / Then
        assertThatThrownBy(() -> StreamsProperties.router(config, new io.penstock.schema.Topics("penstock.")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("9000 ms, more than half of penstock.transaction.timeout.ms");
    }

    @Test
    void shouldBeDocumentedAsCommitted() throws Exception {
        // Given
        StringBuilder doc =
                new StringBuilder("# Configuration\n\nMade from `PenstockConfig` by `PenstockConfigTest`; accept"
                        + " a change with\n`mvn -pl topology test -Dpenstock.update=true`. Give keys with `--set key=value` or in a"
                        + " file with `--config`.\n`kafka.*` keys go to every Kafka client and to Kafka Streams without their"
                        + " prefix.\n\n| key | type | default | meaning |\n| --- | --- | --- | --- |\n");
        new TreeMap<>(PenstockConfig.definition().configKeys()).values().forEach(key -> doc.append(row(key)));

        // When
        if (Boolean.getBoolean("penstock.update")) {
            Files.writeString(DOC, doc);
        }

        // Then
        assertThat(doc.toString()).isEqualTo(Files.readString(DOC));
    }

    private static String row(ConfigDef.ConfigKey key) {
        String fallback = key.defaultValue == ConfigDef.NO_DEFAULT_VALUE ? "*required*" : "`" + key.defaultValue + "`";
        String allowed = key.validator == null ? "" : " Allowed: " + key.validator + ".";
        return "| `" + key.name + "` | " + key.type.name().toLowerCase(java.util.Locale.ROOT) + " | " + fallback + " | "
                + key.documentation + allowed + " |\n";
    }
}
