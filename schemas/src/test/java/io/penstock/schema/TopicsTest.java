package io.penstock.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.event.Lane;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TopicsTest {
    private final Topics topics = new Topics("penstock.");

    @Test
    void shouldNameTopics() {
        assertThat(topics.requests(Lane.ONLINE, "acme")).isEqualTo("penstock.requests.online.acme");
        assertThat(topics.requestsRekeyed(Lane.BATCH)).isEqualTo("penstock.requests-rekeyed.batch");
        assertThat(topics.models(Lane.BATCH, "gpt-4o")).isEqualTo("penstock.models.batch.gpt-4o");
        assertThat(topics.schemas()).isEqualTo("penstock.schemas");
        assertThat(new Topics("").decisions()).isEqualTo("decisions");
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme", "online", "batch", "a-b-c", "-", "requests", "default"})
    void shouldFindTheTenantOfEachOfItsTopics(String tenant) {
        assertThat(topics.tenantOf(topics.requests(Lane.ONLINE, tenant))).isEqualTo(tenant);
        assertThat(topics.tenantOf(topics.requests(Lane.BATCH, tenant))).isEqualTo(tenant);
        assertThat(topics.tenantOf(topics.commands(tenant))).isEqualTo(tenant);
        assertThat(topics.tenantOf(topics.feedback(tenant))).isEqualTo(tenant);
        assertThat(topics.tenantOf(topics.responses(tenant))).isEqualTo(tenant);
        assertThat(topics.laneOf(topics.requests(Lane.BATCH, tenant))).isEqualTo(Lane.BATCH);
        assertThat(topics.laneOf(topics.requests(Lane.ONLINE, tenant))).isEqualTo(Lane.ONLINE);
        assertThat(topics.laneOf(topics.commands(tenant))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "penstock.requests.online",
                "penstock.requests.fast.acme",
                "penstock.requests.online.Acme",
                "penstock.requests.online.a.b",
                "penstock.requests-rekeyed.online",
                "penstock.decisions",
                "other.requests.online.acme",
                "xpenstock.commands.acme",
                "penstockxcommands.acme",
            })
    void shouldFindNoTenantElsewhere(String topic) {
        assertThat(topics.tenantOf(topic)).isNull();
    }

    @Test
    void shouldFindLanes() {
        assertThat(topics.laneOf(topics.models(Lane.BATCH, "online"))).isEqualTo(Lane.BATCH);
        assertThat(topics.laneOf(topics.routeEvents(Lane.ONLINE))).isEqualTo(Lane.ONLINE);
        assertThat(topics.laneOf(topics.requestsRekeyed(Lane.BATCH))).isEqualTo(Lane.BATCH);
        assertThat(topics.laneOf(topics.decisions())).isNull();
        assertThat(topics.laneOf("penstock.route-events.fast")).isNull();
    }

    @Test
    void shouldMatchOnlyTheRequestsOfALane() {
        assertThat(topics.requestsPattern(Lane.ONLINE).asMatchPredicate())
                .accepts(topics.requests(Lane.ONLINE, "acme"), topics.requests(Lane.ONLINE, "batch"))
                .rejects(
                        topics.requests(Lane.BATCH, "online"),
                        topics.requestsRekeyed(Lane.ONLINE),
                        "penstock.requests.online.a.b",
                        "penstockxrequests.online.acme");
    }

    @Test
    void shouldMatchCommandsFeedbackAndModels() {
        assertThat(topics.commandsPattern().asMatchPredicate())
                .accepts(topics.commands("a-1"))
                .rejects(topics.feedback("a-1"));
        assertThat(topics.feedbackPattern().asMatchPredicate())
                .accepts(topics.feedback("a-1"))
                .rejects(topics.commands("a-1"));
        assertThat(topics.modelsPattern().asMatchPredicate())
                .accepts(topics.models(Lane.ONLINE, "m"), topics.models(Lane.BATCH, "m"))
                .rejects("penstock.models.m", topics.modelState());
    }

    @Test
    void shouldRefuseNamesThatKafkaOrAPatternWouldMisread() {
        assertThatThrownBy(() -> topics.requests(Lane.ONLINE, "a.b"))
                .hasMessage("tenant 'a.b' must match [a-z0-9-]{1,40}");
        assertThatThrownBy(() -> topics.models(Lane.ONLINE, "meta/llama"))
                .hasMessage("model slug 'meta/llama' must match [a-z0-9-]{1,80}");
        assertThatThrownBy(() -> new Topics("Pen stock")).hasMessageContaining("topic prefix 'Pen stock' must match");
    }
}
