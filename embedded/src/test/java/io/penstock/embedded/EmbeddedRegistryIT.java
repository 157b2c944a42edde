package io.penstock.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaMetadata;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Drives the registry with Confluent's own client. */
final class EmbeddedRegistryIT {
    private static final AvroSchema BASE = schema("{'name':'a','type':'string'}");
    private static final AvroSchema OPTIONAL =
            schema("{'name':'a','type':'string'}", "{'name':'b','type':'long','default':0}");
    private static final AvroSchema REQUIRED = schema("{'name':'a','type':'string'}", "{'name':'b','type':'long'}");
    private static final AvroSchema EMPTY = schema();

    private static EmbeddedBroker broker;
    private static int topics;

    private RegistrySettings settings;
    private EmbeddedRegistry registry;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.temporary();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void startRegistry() {
        settings = new RegistrySettings(broker.bootstrapServers(), 0, "schemas-" + topics++, Map.of());
        registry = EmbeddedRegistry.start(settings);
    }

    @AfterEach
    void stopRegistry() {
        registry.close();
    }

    @Test
    void shouldGiveEqualSchemasOneIdAndEachSubjectItsVersions() throws Exception {
        // When
        int first = client().register("prompts-value", BASE);
        int again = client().register("prompts-value", BASE);
        int elsewhere = client().register("answers-value", BASE);
        int second = client().register("prompts-value", OPTIONAL);

        // Then
        assertThat(again).isEqualTo(first).isEqualTo(elsewhere);
        assertThat(second).isEqualTo(first + 1);
        assertThat(client().getAllSubjects()).containsExactly("answers-value", "prompts-value");
        assertThat(client().getAllVersions("prompts-value")).containsExactly(1, 2);
        assertThat(client().getSchemaById(first)).isEqualTo(BASE);
        assertThat(client().getAllSubjectsById(first)).containsExactly("answers-value", "prompts-value");
        assertThat(client().getVersion("prompts-value", OPTIONAL)).isEqualTo(2);
        assertThat(client().getId("prompts-value", BASE)).isEqualTo(first);
        SchemaMetadata latest = client().getLatestSchemaMetadata("prompts-value");
        assertThat(latest.getId()).isEqualTo(second);
        assertThat(latest.getVersion()).isEqualTo(2);
        assertThat(latest.getSchema()).isEqualTo(OPTIONAL.canonicalString());
        assertThat(client().getSchemaMetadata("prompts-value", 1).getId()).isEqualTo(first);
    }

    @Test
    void shouldRefuseWhatTheLevelForbidsAndSayWhy() throws Exception {
        // Given
        client().register("s", BASE);

        // Then
        assertThat(client().getCompatibility(null)).isEqualTo("BACKWARD");
        assertThat(client().testCompatibility("s", REQUIRED)).isFalse();
        assertThat(client().testCompatibility("s", EMPTY)).isTrue();
        assertThat(client().testCompatibilityVerbose("s", REQUIRED))
                .containsExactly("READER_FIELD_MISSING_DEFAULT_VALUE at /fields/1: b;"
                        + " the new schema cannot read version 1");
        refused(409, () -> client().register("s", REQUIRED), "incompatible with an earlier schema for subject \"s\"");
        assertThat(client().getAllVersions("s")).containsExactly(1);
    }

    @Test
    void shouldKeepALevelPerSubjectAndOneForTheRest() throws Exception {
        // Given
        client().register("strict", BASE);
        client().register("plain", BASE);

        // When
        client().updateCompatibility("strict", "FULL_TRANSITIVE");
        client().updateCompatibility(null, "NONE");

        // Then
        assertThat(client().getCompatibility("strict")).isEqualTo("FULL_TRANSITIVE");
        assertThat(client().getCompatibility(null)).isEqualTo("NONE");
        refused(409, () -> client().register("strict", EMPTY), "FULL_TRANSITIVE");
        assertThat(client().register("plain", REQUIRED)).isPositive();
        refused(40408, () -> client().getCompatibility("plain"), "'plain' does not have subject-level");
        refused(42203, () -> client().updateCompatibility("strict", "SOMETIMES"), "SOMETIMES");
    }

    @Test
    void shouldKeepIdsVersionsAndLevelsOverARestart() throws Exception {
        // Given
        int id = client().register("s", BASE);
        client().updateCompatibility("s", "FULL");
        client().setMode("READONLY", "s");

        // When
        registry.close();
        registry = EmbeddedRegistry.start(settings);

        // Then
        assertThat(client().getSchemaById(id)).isEqualTo(BASE);
        assertThat(client().getCompatibility("s")).isEqualTo("FULL");
        refused(42205, () -> client().register("s", OPTIONAL), "read-only");
        client().setMode("READWRITE", "s");
        assertThat(client().register("s", OPTIONAL)).isEqualTo(id + 1);
        assertThat(client().register("other", BASE)).isEqualTo(id);
    }

    @Test
    void shouldHideDeletedSubjectsAndNeverGiveTheirIdsAgain() throws Exception {
        // Given
        int id = client().register("s", BASE);

        // Then
        assertThat(client().deleteSubject("s")).containsExactly(1);
        assertThat(client().getAllSubjects()).isEmpty();
        assertThat(client().getAllSubjects(true)).containsExactly("s");
        assertThat(client().getSchemaById(id)).isEqualTo(BASE);
        refused(40401, () -> client().getLatestSchemaMetadata("s"), "'s' not found");
        refused(40404, () -> client().deleteSubject("s"), "soft deleted");
        assertThat(client().deleteSubject("s", true)).containsExactly(1);
        refused(40403, () -> client().getSchemaById(id), "Schema " + id + " not found");

        registry.close();
        registry = EmbeddedRegistry.start(settings);
        assertThat(client().register("s", OPTIONAL)).isEqualTo(id + 1);
    }

    @Test
    void shouldAnswerMissingThingsWithConfluentsCodes() throws Exception {
        client().register("s", BASE);
        refused(40403, () -> client().getSchemaById(99), "Schema 99 not found");
        refused(40401, () -> client().getAllVersions("missing"), "Subject 'missing' not found");
        refused(40402, () -> client().getSchemaMetadata("s", 7), "Version 7 not found");
        refused(40403, () -> client().getVersion("s", OPTIONAL), "Schema not found");
        refused(42202, () -> client().getSchemaMetadata("s", 0), "'0' is not a valid version id");
    }

    @Test
    void shouldTakeSubjectsWithSlashesSpacesAndPercentSigns() throws Exception {
        String subject = "models/a b%2F+c";
        int id = client().register(subject, BASE);
        assertThat(client().getAllSubjects()).containsExactly(subject);
        assertThat(client().getLatestSchemaMetadata(subject).getId()).isEqualTo(id);
    }

    @Test
    void shouldGiveEachSchemaOneIdUnderConcurrentRegistration() throws Exception {
        // Given
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Callable<Integer>> work = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            AvroSchema schema = schema("{'name':'f" + i % 10 + "','type':'string'}");
            String subject = "subject-" + i;
            work.add(() -> client().register(subject, schema));
        }

        // When
        List<Integer> ids = new ArrayList<>();
        for (Future<Integer> future : pool.invokeAll(work)) {
            ids.add(future.get());
        }
        pool.shutdown();

        // Then
        assertThat(new HashSet<>(ids)).hasSize(10).allMatch(id -> id >= 1 && id <= 10);
        for (int i = 0; i < 30; i++) {
            assertThat(ids.get(i)).isEqualTo(ids.get(i + 10));
        }
    }

    @Test
    void shouldNameTheUsedPort() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            int port = taken.getLocalPort();
            RegistrySettings onTaken =
                    new RegistrySettings(broker.bootstrapServers(), port, settings.topic(), Map.of());
            assertThatThrownBy(() -> EmbeddedRegistry.start(onTaken))
                    .isInstanceOf(StartupException.class)
                    .hasMessage("Port " + port + " on 127.0.0.1 is in use by another program; stop it or choose another"
                            + " with --registry-port.");
        }
    }

    @Test
    void shouldRefuseATopicThatWouldForgetSchemas() throws Exception {
        // Given
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("prompts", 3, (short) 1)))
                    .all()
                    .get();
        }

        // Then
        assertThatThrownBy(() ->
                        EmbeddedRegistry.start(new RegistrySettings(broker.bootstrapServers(), 0, "prompts", Map.of())))
                .isInstanceOf(StartupException.class)
                .hasMessage("Topic prompts has 3 partitions and cleanup.policy=delete, a schema registry needs 1 and"
                        + " compact; name another topic.");
    }

    private CachedSchemaRegistryClient client() {
        // A new one each time: it caches answers, and the point is to ask the registry.
        return new CachedSchemaRegistryClient(List.of(registry.url()), 100);
    }

    private static void refused(int code, ThrowingCallable call, String part) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(RestClientException.class, e -> {
                    assertThat(e.getErrorCode()).isEqualTo(code);
                    assertThat(e.getStatus()).isEqualTo(code < 1000 ? code : code / 100);
                })
                .hasMessageContaining(part);
    }

    private static AvroSchema schema(String... fields) {
        String json = "{'type':'record','name':'R','namespace':'t','fields':[" + String.join(",", fields) + "]}";
        return new AvroSchema(json.replace('\'', '"'));
    }
}
