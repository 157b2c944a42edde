package io.penstock.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BrokerSettingsTest {
    private static final Path FOLDER = Path.of("data");

    @Test
    void shouldDefaultToFixedPortsAndAKeptFolder() {
        assertThat(BrokerSettings.defaults(FOLDER))
                .isEqualTo(new BrokerSettings(FOLDER.toAbsolutePath(), 19092, 19093, false, Map.of()));
        assertThat(RegistrySettings.defaults("127.0.0.1:19092"))
                .isEqualTo(new RegistrySettings("127.0.0.1:19092", 18081, "penstock.schemas", Map.of()));
    }

    @Test
    void shouldRefuseImpossiblePorts() {
        assertThatThrownBy(() -> new BrokerSettings(FOLDER, 65536, 0, false, Map.of()))
                .hasMessage("brokerPort is 65536; it must be within 0 and 65535");
        assertThatThrownBy(() -> new BrokerSettings(FOLDER, 0, -1, false, Map.of()))
                .hasMessage("controllerPort is -1; it must be within 0 and 65535");
        assertThatThrownBy(() -> new BrokerSettings(FOLDER, 9092, 9092, false, Map.of()))
                .hasMessage("brokerPort and controllerPort are both 9092; they must differ");
    }

    @Test
    void shouldRefuseOverridesOfWhatIsCheckedBeforeKafkaStarts() {
        assertThatThrownBy(() -> new BrokerSettings(FOLDER, 0, 0, false, Map.of("log.dirs", "elsewhere")))
                .hasMessage("overrides sets log.dirs, which the embedded broker sets itself; remove it");
    }

    @Test
    void shouldNotPrintClientSettings() {
        assertThat(new RegistrySettings("b:1", 0, "t", Map.of("sasl.jaas.config", "secret")).toString())
                .isEqualTo("RegistrySettings[bootstrapServers=b:1, port=0, topic=t]");
    }
}
