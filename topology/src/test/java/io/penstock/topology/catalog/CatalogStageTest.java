package io.penstock.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Budget;
import io.penstock.event.CatalogEntry;
import io.penstock.event.Condition;
import io.penstock.event.Endpoint;
import io.penstock.event.LatencyReference;
import io.penstock.event.ModelCard;
import io.penstock.event.ModelPhase;
import io.penstock.event.ModelStatus;
import io.penstock.event.ObjectiveWeights;
import io.penstock.event.RoutingProfile;
import io.penstock.event.Rule;
import io.penstock.event.RuleSet;
import io.penstock.learner.ModelPrior;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogStageTest {
    private final EventCodec codec = EventCodec.local();
    private final Topics topics = new Topics("penstock.");
    private final List<String> counted = new ArrayList<>();
    private final CatalogView view = new CatalogView();
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> input;

    /** Opened by the tests that need it: most check entries without a topology. */
    private TestInputTopic<byte[], byte[]> input() {
        if (input != null) {
            return input;
        }
        Topology topology = new Topology();
        CatalogStage.addGlobalTo(topology, topics, codec, view, counted::add);
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "catalog-test");
        driver = new TopologyTestDriver(topology, config);
        input = driver.createInputTopic(topics.catalog(), new ByteArraySerializer(), new ByteArraySerializer());
        return input;
    }

    @AfterEach
    void close() {
        if (driver != null) {
            driver.close();
        }
    }

    private static CatalogEntry entry(String kind, String id, SpecificRecord body) {
        return CatalogEntry.newBuilder().setKind(kind).setId(id).setBody(body).build();
    }

    private void write(String kind, String id, SpecificRecord body) {
        write(kind + '/' + id, codec.encode(entry(kind, id, body)));
    }

    private void write(String key, byte[] value) {
        input().pipeInput(key.getBytes(StandardCharsets.UTF_8), value);
    }

    private void phase(String slug, ModelPhase phase) {
        write(
                "model-status",
                slug,
                ModelStatus.newBuilder().setSlug(slug).setPhase(phase).build());
    }

    private static ModelCard.Builder card(String slug) {
        return ModelCard.newBuilder()
                .setSlug(slug)
                .setName("vendor/" + slug)
                .setBackend("recorded")
                .setInputNanosPerMillionTokens(2_000_000_000L)
                .setOutputNanosPerMillionTokens(8_000_000_000L);
    }

    private static RoutingProfile.Builder profile() {
        return RoutingProfile.newBuilder()
                .setWeights(ObjectiveWeights.newBuilder().setCost(0.5).build());
    }

    private static RuleSet rules(Rule... rules) {
        return RuleSet.newBuilder().setVersion("v1").setRules(List.of(rules)).build();
    }

    private static Rule rule(String operator, double value) {
        return Rule.newBuilder()
                .setName("long")
                .setConditions(List.of(new Condition("tokens", operator, value)))
                .setAllowModels(List.of("big"))
                .build();
    }

    @Test
    void shouldRouteOnlyToModelsThatTheControllerCallsActive() {
        // Given
        write("model", "a", card("a").build());
        write("model", "b", card("b").build());
        write("model", "c", card("c").setEnabled(false).build());
        write("model", "d", card("d").build());

        // When
        phase("b", ModelPhase.ACTIVE);
        phase("c", ModelPhase.ACTIVE);
        phase("d", ModelPhase.ACTIVE);
        phase("d", ModelPhase.DRAINING);
        phase("ghost", ModelPhase.ACTIVE);

        // Then
        Catalog catalog = view.current();
        assertThat(catalog.models().keySet()).containsExactly("a", "b", "c", "d");
        assertThat(catalog.models().get("a").phase()).isEqualTo(ModelPhase.CREATING);
        assertThat(catalog.activeModels())
                .extracting(model -> model.card().getSlug())
                .containsExactly("b");
        assertThat(catalog.version()).isEqualTo(8);
    }

    @Test
    void shouldTurnCardsIntoPriors() {
        // When
        write(
                "model",
                "a",
                card("a")
                        .setLatencyReference(new LatencyReference(200.0, 12.0))
                        .setEnergyJoulesPerOutputToken(0.5)
                        .setPriorQuality(0.7)
                        .setPriorObservations(25)
                        .setSimilarTo("b")
                        .setSimilarObservations(80)
                        .build());
        write("model", "b", card("b").setPriorQuality(0.7).build());

        // Then
        assertThat(view.current().priors())
                .containsEntry(
                        "a",
                        new ModelPrior(
                                2000,
                                8000,
                                ModelPrior.DEFAULT_REFERENCE_TOKENS,
                                OptionalDouble.of(0.7),
                                25,
                                200,
                                12,
                                0.5,
                                0,
                                new ModelPrior.Similar("b", 80)))
                .containsEntry("b", ModelPrior.ofPrice(2000, 8000));
    }

    @Test
    void shouldFallBackFromOwnToDefaultToBuiltInProfile() {
        // Given
        RoutingProfile builtIn = view.current().profile("acme");
        write("profile", "default", profile().setPolicy("greedy").build());
        write("profile", "acme", profile().setPolicy("linucb").build());

        // When
        Catalog catalog = view.current();

        // Then
        assertThat(builtIn.getPolicy()).isEqualTo("thompson");
        assertThat(catalog.profile("acme").getPolicy()).isEqualTo("linucb");
        assertThat(catalog.profile("other").getPolicy()).isEqualTo("greedy");
    }

    @Test
    void shouldReplaceAndRemoveEntries() {
        // Given
        write("model", "a", card("a").build());
        phase("a", ModelPhase.ACTIVE);
        write("rules", "default", rules(rule(">=", 1000)));
        Catalog before = view.current();

        // When
        write("model", "a", card("a").setMaxInFlight(7).build());
        write("rules/default", null);
        Catalog replaced = view.current();
        write("model/a", null);

        // Then
        assertThat(before.rules().getRules()).hasSize(1);
        assertThat(before.models().get("a").card().getMaxInFlight()).isEqualTo(64);
        assertThat(replaced.rules().getRules()).isEmpty();
        assertThat(replaced.activeModels().get(0).card().getMaxInFlight()).isEqualTo(7);
        assertThat(view.current().models()).isEmpty();
        assertThat(view.current().priors()).isEmpty();
        assertThat(counted).hasSize(6).containsOnly("catalog.applied");
    }

    static Stream<Arguments> badEntries() {
        Map<String, CatalogEntry> bad = new LinkedHashMap<>();
        bad.put("kind 'modle' must be one of", entry("modle", "a", card("a").build()));
        bad.put("must be a ModelCard, but is a RuleSet", entry("model", "a", rules()));
        bad.put("must be a ModelCard, but is null", entry("model", "a", null));
        bad.put("id 'A' must be a slug", entry("model", "A", card("A").build()));
        bad.put("slug must be a, but is b", entry("model", "a", card("b").build()));
        bad.put("name must be", entry("model", "a", card("a").setName(" ").build()));
        bad.put(
                "backend must be recorded or openai",
                entry("model", "a", card("a").setBackend("magic").build()));
        bad.put(
                "endpoints must have at least one",
                entry("model", "a", card("a").setBackend("openai").build()));
        bad.put("endpoint url", entry("model", "a", withEndpoint("ftp://host/v1", null)));
        bad.put("without user information", entry("model", "a", withEndpoint("https://me:pw@host/v1", null)));
        bad.put("api_key_env must be", entry("model", "a", withEndpoint("https://host/v1", "sk-secret-1")));
        bad.put(
                "input_nanos_per_million_tokens must be from 0",
                entry("model", "a", card("a").setInputNanosPerMillionTokens(-1).build()));
        bad.put(
                "output_nanos_per_million_tokens must be from 0",
                entry("model", "a", card("a").setOutputNanosPerMillionTokens(-1).build()));
        bad.put(
                "first_token_ms must be from 0",
                entry(
                        "model",
                        "a",
                        card("a")
                                .setLatencyReference(new LatencyReference(Double.NaN, 1.0))
                                .build()));
        bad.put(
                "energy_joules_per_output_token must be",
                entry(
                        "model",
                        "a",
                        card("a")
                                .setEnergyJoulesPerOutputToken(Double.POSITIVE_INFINITY)
                                .build()));
        bad.put(
                "prior_quality must be",
                entry("model", "a", card("a").setPriorQuality(1.1).build()));
        bad.put(
                "prior_observations must be",
                entry("model", "a", card("a").setPriorObservations(-1).build()));
        bad.put(
                "similar_to must be null or the slug",
                entry("model", "a", card("a").setSimilarTo("a").build()));
        bad.put(
                "similar_observations must be above 0",
                entry("model", "a", card("a").setSimilarObservations(0).build()));
        bad.put(
                "max_output_tokens must be from 1",
                entry("model", "a", card("a").setMaxOutputTokens(0).build()));
        bad.put(
                "max_in_flight must be from 1",
                entry("model", "a", card("a").setMaxInFlight(0).build()));
        bad.put(
                "call_timeout_ms must be from 1",
                entry("model", "a", card("a").setCallTimeoutMs(0).build()));
        bad.put(
                "tenant 'X Y' must be",
                entry("model", "a", card("a").setTenants(List.of("X Y")).build()));
        bad.put(
                "slug must be a, but is x",
                entry("model-status", "a", ModelStatus.newBuilder().setSlug("x").build()));
        bad.put(
                "id 'Acme' must be default or a tenant",
                entry("profile", "Acme", profile().build()));
        bad.put(
                "weights.cost must be a number >= 0, but is -1.0",
                entry(
                        "profile",
                        "default",
                        weighted(ObjectiveWeights.newBuilder().setCost(-1).build())));
        bad.put(
                "weights.quality must be a number >= 0, but is NaN",
                entry(
                        "profile",
                        "default",
                        weighted(ObjectiveWeights.newBuilder()
                                .setQuality(Double.NaN)
                                .build())));
        bad.put(
                "cost_reference_nanos",
                entry("profile", "default", profile().setCostReferenceNanos(0).build()));
        bad.put(
                "latency_reference_ms",
                entry("profile", "default", profile().setLatencyReferenceMs(0).build()));
        bad.put(
                "energy_reference_joules",
                entry(
                        "profile",
                        "default",
                        profile().setEnergyReferenceJoules(-1).build()));
        bad.put(
                "unknown policy 'linucv'",
                entry("profile", "default", profile().setPolicy("linucv").build()));
        bad.put(
                "unknown option",
                entry(
                        "profile",
                        "default",
                        profile().setPolicyOptions(Map.of("alhpa", "1")).build()));
        bad.put(
                "pooling must be",
                entry("profile", "default", profile().setPooling("a b").build()));
        bad.put(
                "task 'a/b' must be [a-z0-9-]{1,40}",
                entry("profile", "default", profile().setTasks(List.of("a/b")).build()));
        bad.put(
                "'sql' is there twice",
                entry(
                        "profile",
                        "default",
                        profile().setTasks(List.of("sql", "sql")).build()));
        bad.put(
                "tasks must be at most 100 names, but are 101",
                entry(
                        "profile",
                        "default",
                        profile()
                                .setTasks(IntStream.range(0, 101)
                                        .mapToObj(i -> "t" + i)
                                        .toList())
                                .build()));
        bad.put(
                "max_attempts must be from 1",
                entry("profile", "default", profile().setMaxAttempts(0).build()));
        bad.put(
                "fallback_model must be",
                entry("profile", "default", profile().setFallbackModel("A/b").build()));
        bad.put("id must be default", entry("rules", "mine", rules()));
        bad.put(
                "version must not be empty",
                entry("rules", "default", RuleSet.newBuilder().build()));
        bad.put("operator must be one of", entry("rules", "default", rules(rule("=>", 1))));
        bad.put("value must be a finite number", entry("rules", "default", rules(rule(">", Double.NaN))));
        bad.put("rule names must be distinct", entry("rules", "default", rules(rule(">", 1), rule(">", 2))));
        return bad.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    private static ModelCard withEndpoint(String url, String keyName) {
        Endpoint endpoint =
                Endpoint.newBuilder().setUrl(url).setApiKeyEnv(keyName).build();
        return card("a").setBackend("openai").setEndpoints(List.of(endpoint)).build();
    }

    private static RoutingProfile weighted(ObjectiveWeights weights) {
        return profile().setWeights(weights).build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badEntries")
    void shouldSayWhatIsWrongAndKeepTheLastGoodEntry(String problem, CatalogEntry bad) {
        // Given
        CatalogView guarded = new CatalogView();
        guarded.apply("model/a", entry("model", "a", card("a").build()), 0);
        guarded.apply("profile/default", entry("profile", "default", profile().build()), 1);
        guarded.apply("rules/default", entry("rules", "default", rules(rule(">", 3))), 2);
        Catalog good = guarded.current();

        // When
        List<String> problems = guarded.apply(bad.getKind() + '/' + bad.getId(), bad, 3);

        // Then
        assertThat(problems).anyMatch(found -> found.contains(problem));
        assertThat(problems).noneMatch(found -> found.contains("secret"));
        assertThat(guarded.current()).isSameAs(good);
        assertThat(good.version()).isEqualTo(2);
    }

    @Test
    void shouldNameEverythingThatIsWrongAtOnce() {
        // Given
        ModelCard card = card("a").setMaxInFlight(0).setCallTimeoutMs(-5).build();

        // When
        List<String> problems = CatalogCheck.problems("model/b", entry("model", "a", card));

        // Then
        assertThat(problems)
                .containsExactly(
                        "the key must be model/a, but is model/b",
                        "max_in_flight must be from 1 to 1000000, but is 0",
                        "call_timeout_ms must be from 1 to 3600000, but is -5");
    }

    @Test
    void shouldCountAndIgnoreWhatIsNoEntry() {
        // Given
        write("model", "a", card("a").build());
        Catalog good = view.current();

        // When
        write("model/a", new byte[] {1, 2, 3});
        write("model/a", new byte[] {0, 0, 1, 0, 0, 0});
        write("model/b", codec.encode(entry("model", "a", card("a").build())));
        write("model/ghost", null);
        input().pipeInput(null, codec.encode(entry("model", "a", card("a").build())));

        // Then
        assertThat(view.current()).isSameAs(good);
        assertThat(counted)
                .containsExactly(
                        "catalog.applied",
                        "catalog.rejected",
                        "catalog.rejected",
                        "catalog.rejected",
                        "catalog.rejected",
                        "catalog.rejected");
    }

    @Test
    void shouldNotGoBackWhenRecordsComeAgain() {
        // Given
        CatalogView guarded = new CatalogView();
        guarded.apply("model/a", entry("model", "a", card("a").setMaxInFlight(1).build()), 5);
        guarded.apply("model/a", entry("model", "a", card("a").setMaxInFlight(2).build()), 6);

        // When
        guarded.apply("model/a", entry("model", "a", card("a").setMaxInFlight(1).build()), 5);

        // Then
        assertThat(guarded.current().models().get("a").card().getMaxInFlight()).isEqualTo(2);
    }

    @Test
    void shouldAcceptEveryOperatorAndAModelThatIsNotThereYet() {
        // Given
        List<Rule> rules = new ArrayList<>();
        for (String operator : List.of("<", "<=", "=", ">=", ">")) {
            rules.add(Rule.newBuilder(rule(operator, 1))
                    .setName("rule " + operator)
                    .build());
        }

        // When
        write("rules", "default", rules(rules.toArray(new Rule[0])));
        write(
                "budget",
                "acme",
                Budget.newBuilder().setOwner("acme").setCapNanos(1).build());

        // Then
        assertThat(view.current().rules().getRules()).hasSize(5);
        assertThat(counted).containsExactly("catalog.applied", "catalog.applied");
    }
}
