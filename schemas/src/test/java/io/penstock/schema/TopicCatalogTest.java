package io.penstock.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.event.Lane;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TopicCatalogTest {
    private static final int MIB = 1024 * 1024;
    private static final String ROW = """
            {"topics": [{"kind": "k", "name": "k", "key": "identity", "value": "Signal", "partitions": "data",
             "cleanup": "delete", "retention": "P7D", "timestampType": "CreateTime", "maxMessageBytes": 1000,
             "subject": "{topic}-value", "config": {}, "writers": ["router"], "readers": ["learner"]}]}
            """;

    private final TopicCatalog catalog = TopicCatalog.load();
    private final Topics topics = new Topics("penstock.");
    private final ClusterShape shape = new ClusterShape(4, (short) 1);

    @Test
    void shouldPlanSharedTopicsUnderTheNamesOfTopics() {
        assertThat(catalog.shared(topics, shape))
                .extracting(PlannedTopic::name)
                .containsExactlyInAnyOrder(
                        topics.requestsRekeyed(Lane.ONLINE),
                        topics.requestsRekeyed(Lane.BATCH),
                        topics.signalsByIdentity(),
                        topics.decisions(),
                        topics.completions(),
                        topics.routeEvents(Lane.ONLINE),
                        topics.routeEvents(Lane.BATCH),
                        topics.cancellations(),
                        topics.replies(),
                        topics.outcomes(),
                        topics.policies(),
                        topics.catalog(),
                        topics.modelState(),
                        topics.dispatcherState(),
                        topics.spendByOwner(),
                        topics.budgets(),
                        topics.policyHistory(),
                        topics.experimentTrials(),
                        topics.experiments(),
                        topics.deadLetters());
    }

    @Test
    void shouldPlanTheTopicsOfATenantWithRequestsLast() {
        assertThat(catalog.forTenant(topics, shape, "online"))
                .extracting(PlannedTopic::name)
                .containsExactly(
                        topics.commands("online"),
                        topics.responses("online"),
                        topics.feedback("online"),
                        topics.requests(Lane.ONLINE, "online"),
                        topics.requests(Lane.BATCH, "online"));
    }

    @Test
    void shouldPlanTheTopicsOfAModelUnderOneSubject() {
        // Given
        Topics other = new Topics("x.");

        // When
        List<PlannedTopic> planned = catalog.forModel(other, shape, "gpt-4o");

        // Then
        assertThat(planned)
                .extracting(PlannedTopic::name)
                .containsExactly("x.models.online.gpt-4o", "x.models.batch.gpt-4o");
        assertThat(planned).extracting(PlannedTopic::subject).containsOnly("x.models-value");
    }

    @Test
    void shouldGiveEveryDataTopicTheSamePartitions() {
        Set<String> fixed = Set.of(
                topics.replies(),
                topics.policies(),
                topics.catalog(),
                topics.modelState(),
                topics.dispatcherState(),
                topics.budgets(),
                topics.policyHistory(),
                topics.experiments());
        assertThat(catalog.shared(topics, shape)).allSatisfy(topic -> {
            if (!fixed.contains(topic.name())) {
                assertThat(topic.partitions()).as(topic.name()).isEqualTo(4);
            }
        });
        assertThat(catalog.forTenant(topics, shape, "a"))
                .extracting(PlannedTopic::partitions)
                .containsOnly(4);
        assertThat(catalog.spec("policies").partitionsIn(shape)).isEqualTo(2);
        assertThat(catalog.spec("catalog").partitionsIn(shape)).isEqualTo(1);
        assertThat(catalog.spec("model-state").partitionsIn(shape)).isEqualTo(1);
    }

    @Test
    void shouldLetOnlyTheRouterWriteDispatchesAndDecisions() {
        assertThat(catalog.spec("models").writers()).containsExactly("router");
        assertThat(catalog.spec("decisions").writers()).containsExactly("router");
        assertThat(catalog.spec("signals-by-identity").writers()).containsExactly("router");
        assertThat(catalog.spec("requests-rekeyed").writers()).containsExactly("router");
    }

    @Test
    void shouldKeepTextFromThoseWhoNeedNone() {
        assertThat(catalog.specs())
                .filteredOn(spec -> spec.readers().contains("analyst"))
                .extracting(TopicSpec::value)
                .containsExactlyInAnyOrder(
                        "Decision", "Outcome", "PolicySnapshot", "CatalogEntry", "PolicyEvent", "ExperimentStatus");
    }

    @ParameterizedTest
    @CsvSource({
        "requests, LogAppendTime",
        "commands, LogAppendTime",
        "feedback, LogAppendTime",
        "signals-by-identity, LogAppendTime",
        "decisions, LogAppendTime",
        "completions, LogAppendTime",
        "route-events, CreateTime",
        "models, CreateTime",
        "requests-rekeyed, CreateTime",
        "policies, CreateTime",
    })
    void shouldTakeTheBrokersTimeWhereClientsWrite(String kind, String type) {
        assertThat(catalog.spec(kind).timestampType()).isEqualTo(type);
    }

    @Test
    void shouldSizeTopicsByWhatTheyHold() {
        assertThat(List.of("requests", "models", "completions", "responses"))
                .allSatisfy(kind -> assertThat(catalog.maxMessageBytes(kind)).isEqualTo(8L * MIB));
        assertThat(List.of("requests-rekeyed", "dead-letters"))
                .allSatisfy(kind -> assertThat(catalog.maxMessageBytes(kind)).isGreaterThan(8L * MIB));
        assertThat(catalog.maxMessageBytes("policies")).isEqualTo(2L * MIB);
        assertThat(catalog.maxMessageBytes("decisions")).isEqualTo(MIB);
    }

    @Test
    void shouldSpellOutTheConfigurationOfADataTopic() {
        // Given
        ClusterShape three = new ClusterShape(12, (short) 3);

        // When
        PlannedTopic topic = find(topics.outcomes(), three);

        // Then
        assertThat(topic.replication()).isEqualTo((short) 3);
        assertThat(topic.config())
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", "7776000000")
                .containsEntry("message.timestamp.type", "CreateTime")
                .containsEntry("max.message.bytes", "1048576")
                .containsEntry("segment.ms", "86400000")
                .containsEntry("min.insync.replicas", "2")
                .containsEntry("unclean.leader.election.enable", "false");
    }

    @Test
    void shouldSetCompactionOnPurpose() {
        for (String name : List.of(topics.policies(), topics.catalog(), topics.modelState())) {
            assertThat(find(name, shape).config())
                    .as(name)
                    .containsEntry("cleanup.policy", "compact")
                    .containsKeys(
                            "min.cleanable.dirty.ratio", "segment.ms", "max.compaction.lag.ms", "delete.retention.ms")
                    .doesNotContainKey("retention.ms");
        }
    }

    @Test
    void shouldPlanDeadLettersWithoutASchema() {
        assertThat(find(topics.deadLetters(), shape).subject()).isNull();
        assertThat(find(topics.deadLetters(), shape).schema()).isNull();
    }

    @Test
    void shouldChangeOneConfigurationValue() {
        // Given
        PlannedTopic topic = find(topics.decisions(), shape);

        // When
        PlannedTopic changed = topic.with("message.timestamp.type", "CreateTime");

        // Then
        assertThat(changed.config()).containsEntry("message.timestamp.type", "CreateTime");
        assertThat(topic.config()).containsEntry("message.timestamp.type", "LogAppendTime");
        assertThat(changed.config()).hasSameSizeAs(topic.config());
    }

    @Test
    void shouldNameTheKindsThereAre() {
        assertThatThrownBy(() -> catalog.spec("decision"))
                .hasMessageStartingWith("topic kind 'decision' must be one of [requests, commands,");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"P7D\" | \"7 days\" | topics.json row 1: topic kind k: retention '7 days' must be like P7D",
                "\"P7D\" | \"-P7D\" | topics.json row 1: topic kind k: retention '-P7D' must be like P7D",
                "\"P7D\" | null | topics.json row 1: topic kind k: retention must be given for cleanup delete and for nothing else, but is null for delete",
                "\"data\" | \"0\" | topics.json row 1: topic kind k: partitions '0' must be data or a number of 1 to 9999",
                "\"delete\" | \"drop\" | topics.json row 1: topic kind k: cleanup 'drop' must be one of [compact, delete]",
                "[\"router\"] | [\"rooter\"] | topics.json row 1: topic kind k: writers 'rooter' must be one of [analyst, dispatcher, gateway, learner, operator, router, tenant-consumer, tenant-producer]",
                "[\"learner\"] | [] | topics.json row 1: topic kind k: readers must not be empty",
                "1000 | 0 | topics.json row 1: topic kind k: maxMessageBytes 0 must be 1 to 2147483647",
                "\"{topic}-value\" | null | topics.json row 1: topic kind k: subject must be given unless the value is raw, but is null for Signal",
                "\"identity\" | null | topics.json row 1: topic kind k: key is missing",
            })
    void shouldSayWhatIsWrongWithARow(String from, String to, String message) {
        assertThatThrownBy(() -> TopicCatalog.parse(ROW.replace(from, to)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"not json", "{}", "{\"topics\": []}"})
    void shouldRefuseAFileWithoutRows(String json) {
        assertThatThrownBy(() -> TopicCatalog.parse(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("topics.json ");
    }

    @Test
    void shouldRefuseUnknownFieldsRecordsAndDoubleRows() {
        String row = ROW.substring(ROW.indexOf("[{") + 1, ROW.lastIndexOf(']'));
        assertThatThrownBy(() -> TopicCatalog.parse(ROW.replace("\"config\": {}", "\"config\": {}, \"clean\": 1")))
                .hasMessageContaining("row 1: Unrecognized field \"clean\"");
        assertThatThrownBy(() -> TopicCatalog.parse(ROW.replace("Signal", "Signals")))
                .hasMessageStartingWith("topic kind k: value 'Signals' must be raw or one of [BudgetGrant,");
        assertThatThrownBy(() -> TopicCatalog.parse(ROW.replace(row, row + "," + row)))
                .hasMessage("topic kind k has two rows in topics.json");
    }

    @Test
    void shouldRefuseAnImpossibleCluster() {
        assertThatThrownBy(() -> new ClusterShape(0, (short) 1))
                .hasMessage("partitions 0 and replication 1 must be at least 1");
    }

    private PlannedTopic find(String name, ClusterShape in) {
        return catalog.shared(topics, in).stream()
                .filter(topic -> topic.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
