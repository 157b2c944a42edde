package io.penstock.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Exit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedBrokerIT {
    private static final String TOPIC = "prompts";

    @TempDir
    Path folder;

    @Test
    void shouldKeepTopicsRecordsAndOffsetsOverARestart() throws Exception {
        // Given
        BrokerSettings settings = settings();
        try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
                Admin admin = admin(broker)) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 2, (short) 1))).all().get();
            produce(broker, "first".getBytes(StandardCharsets.UTF_8), false);
            assertThat(consume(broker, "readers")).containsExactly("first");
        }

        // When
        try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
                Admin admin = admin(broker)) {
            produce(broker, "second".getBytes(StandardCharsets.UTF_8), true);

            // Then
            assertThat(admin.listTopics().names().get()).contains(TOPIC);
            assertThat(consume(broker, "readers")).containsExactly("second");
            assertThat(consume(broker, "others")).containsExactlyInAnyOrder("first", "second");
        }
    }

    @Test
    void shouldStartOnTheDataOfAKilledProcess() throws Exception {
        // Given
        BrokerSettings settings = settings();
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        settings.dataDirectory().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
            boolean written = out.lines().anyMatch(OtherProcess.WRITTEN::equals);
            assertThat(written).isTrue();
        } finally {
            // When
            other.destroyForcibly().waitFor();
        }

        // Then
        try (EmbeddedBroker broker = EmbeddedBroker.start(settings)) {
            assertThat(consume(broker, "readers")).containsExactly("first");
        }
    }

    /** A broker that only a kill ends. */
    static final class OtherProcess {
        static final String WRITTEN = "record written";

        private OtherProcess() {}

        public static void main(String[] args) throws Exception {
            EmbeddedBroker broker = EmbeddedBroker.start(new BrokerSettings(Path.of(args[0]), 0, 0, false, Map.of()));
            try (Admin admin = admin(broker)) {
                admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1)))
                        .all()
                        .get();
            }
            produce(broker, "first".getBytes(StandardCharsets.UTF_8), false);
            System.out.println(WRITTEN);
            Thread.currentThread().join();
        }
    }

    @Test
    void shouldTakeRecordsOfEightMebibytesInsideTransactions() throws Exception {
        // Given
        byte[] large = new byte[8 * 1024 * 1024];
        try (EmbeddedBroker broker = EmbeddedBroker.temporary();
                Admin admin = admin(broker)) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();

            // When
            produce(broker, large, true);

            // Then
            assertThat(consume(broker, "readers"))
                    .singleElement()
                    .satisfies(v -> assertThat(v).hasSize(large.length));
        }
    }

    @Test
    void shouldNotCreateTopicsThatNobodyAskedFor() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.temporary();
                Admin admin = admin(broker)) {
            // When
            var described = admin.describeTopics(List.of("missing")).allTopicNames();

            // Then
            assertThatThrownBy(described::get).hasMessageContaining("UnknownTopicOrPartition");
            assertThat(admin.listTopics().names().get()).doesNotContain("missing");
        }
    }

    @Test
    void shouldNameTheUsedPortAndLeaveItsOwnerAlone() throws Exception {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            int port = taken.getLocalPort();

            // When
            BrokerSettings settings = new BrokerSettings(folder.resolve("data"), port, 0, false, Map.of());

            // Then
            assertThatThrownBy(() -> EmbeddedBroker.start(settings))
                    .isInstanceOf(StartupException.class)
                    .hasMessage("Port " + port + " on 127.0.0.1 is in use by another program; stop it or choose another"
                            + " with --port.");
        }
    }

    @Test
    void shouldRefuseAFolderThatARunningBrokerUses() {
        BrokerSettings settings = settings();
        try (EmbeddedBroker broker = EmbeddedBroker.start(settings)) {
            assertThat(broker.port()).isPositive();
            assertThatThrownBy(() -> EmbeddedBroker.start(settings))
                    .isInstanceOf(StartupException.class)
                    .hasMessage("Data folder " + settings.dataDirectory()
                            + " is in use by another Penstock; stop it or choose another with --data.");
        }
    }

    @Test
    void shouldCloseTwiceRemoveATemporaryFolderAndFreeThePort() {
        // Given
        Path data = folder.resolve("temporary");
        EmbeddedBroker broker = EmbeddedBroker.start(new BrokerSettings(data, 0, 0, true, Map.of()));
        int port = broker.port();

        // When
        broker.close();
        broker.close();

        // Then
        assertThat(data).doesNotExist();
        assertThat(broker.failure()).isNotDone();
        assertThatCode(() -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close())
                .doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseADamagedMetadataLogBeforeKafkaForgetsItsTopics() throws Exception {
        // Given
        BrokerSettings settings = settings();
        EmbeddedBroker.start(settings).close();
        overwrite(settings, ".log", 90);

        // Then
        assertThatThrownBy(() -> EmbeddedBroker.start(settings))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("Data folder " + settings.dataDirectory()
                        + " is corrupt: __cluster_metadata-0/00000000000000000000.log is damaged at byte ")
                .hasMessageEndingWith("; move it away or choose another with --data.");
    }

    @Test
    void shouldReportWhatKafkaCannotReadInsteadOfEndingTheProcess() throws Exception {
        // Given
        BrokerSettings settings = settings();
        EmbeddedBroker.start(settings).close();
        overwrite(settings, ".checkpoint", 20);

        // Then
        assertThatThrownBy(() -> EmbeddedBroker.start(settings))
                .isInstanceOf(StartupException.class)
                .hasMessageMatching("Data folder .*data is corrupt: Record is corrupt .*; move it away or choose"
                        + " another with --data\\.");
    }

    private static void overwrite(BrokerSettings settings, String suffix, int from) throws IOException {
        Path metadata = settings.dataDirectory().resolve("kafka/__cluster_metadata-0");
        List<Path> files;
        try (Stream<Path> all = Files.list(metadata)) {
            files = all.filter(f -> f.toString().endsWith(suffix)).toList();
        }
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            for (int i = from; i < bytes.length; i++) {
                bytes[i] = (byte) 0x5a;
            }
            assertThat(file.toFile().setWritable(true)).isTrue();
            Files.write(file, bytes);
        }
    }

    @Test
    void shouldTurnAHaltOfKafkaIntoAFailureAndTakeTheHookOnlyWhileRunning() {
        // Given
        EmbeddedBroker broker = EmbeddedBroker.temporary();

        // When
        assertThatThrownBy(() -> Exit.halt(1, "all folders failed"))
                .hasMessage("Kafka asked to end the process with status 1: all folders failed");

        // Then
        assertThat(broker.failure())
                .isCompletedWithValueMatching(e -> e.getMessage().contains("all folders failed"));
        broker.close();
        List<Integer> halts = new ArrayList<>();
        Exit.setHaltProcedure((status, message) -> halts.add(status));
        try {
            Exit.halt(3);
        } finally {
            Exit.resetHaltProcedure();
        }
        assertThat(halts).containsExactly(3);
    }

    @Test
    void shouldNameAWrongOverride() {
        assertThatThrownBy(() -> EmbeddedBroker.temporary(Map.of("num.io.threads", "many")))
                .isInstanceOf(StartupException.class)
                .hasMessage("The embedded broker could not start: Invalid value many for configuration num.io.threads:"
                        + " Not a number of type INT.");
    }

    private BrokerSettings settings() {
        return new BrokerSettings(folder.resolve("data"), 0, 0, false, Map.of());
    }

    private static Admin admin(EmbeddedBroker broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private static void produce(EmbeddedBroker broker, byte[] value, boolean transactional) throws Exception {
        Map<String, Object> config = new HashMap<>(Map.of(
                "bootstrap.servers", broker.bootstrapServers(), "max.request.size", 16 * 1024 * 1024, "acks", "all"));
        if (transactional) {
            config.put("transactional.id", "writer");
        }
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            if (transactional) {
                producer.initTransactions();
                producer.beginTransaction();
            }
            var sent = producer.send(new ProducerRecord<>(TOPIC, value));
            if (transactional) {
                producer.commitTransaction();
            }
            assertThat(sent.get().topic()).isEqualTo(TOPIC);
        }
    }

    private static List<String> consume(EmbeddedBroker broker, String group) throws IOException {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "group.id",
                group,
                "auto.offset.reset",
                "earliest",
                "isolation.level",
                "read_committed");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    values.add(new String(record.value(), StandardCharsets.UTF_8));
                }
                return !values.isEmpty() && atEnd(consumer);
            });
            consumer.commitSync();
        }
        return values;
    }

    private static boolean atEnd(KafkaConsumer<byte[], byte[]> consumer) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        return !ends.isEmpty()
                && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }
}
