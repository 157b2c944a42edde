package io.penstock.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.app.audit.Audit;
import io.penstock.app.audit.AuditOptions;
import io.penstock.app.audit.AuditReport;
import io.penstock.app.audit.TopicReader;
import io.penstock.app.node.CatalogWriter;
import io.penstock.app.node.Node;
import io.penstock.app.node.NodeOptions;
import io.penstock.connector.Backend;
import io.penstock.connector.BackendAnswer;
import io.penstock.connector.Usage;
import io.penstock.connector.recorded.RecordedBackend;
import io.penstock.event.Decision;
import io.penstock.event.Dispatch;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.ModelCard;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.PolicyUse;
import io.penstock.event.RoutingProfile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** F31 on a real cluster: false verdicts spoil a policy, its guard rolls it back; a variant is refused, then promoted. */
@Tag("once")
class PolicyIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String SCOPE = "tenant/default";

    private final Judge judge = new Judge();
    private final List<Decision> decisions = new ArrayList<>();
    private final List<Outcome> verdicts = new ArrayList<>();
    private int sent;

    @Test
    void shouldRollABadPolicyBackAndPromoteOnlyOnEvidence() throws IOException {
        NodeOptions options = NodeOptions.temporary()
                .withBackend(RecordedBackend.NAME, judge)
                .with("penstock.policy.history.interval.ms", "1000");
        try (Node node = Node.start(options, step -> {});
                Consumer<byte[], byte[]> consumer = node.clients().consumer(null, "earliest")) {
            node.applyCatalog(List.of(
                    CatalogWriter.of(card("good")),
                    CatalogWriter.of(card("bad")),
                    CatalogWriter.of("default", RoutingProfile.newBuilder().build())));
            node.awaitActive(List.of("good", "bad"), LIMIT);
            TopicReader reader = new TopicReader(consumer, InstantSource.system());

            // Given: what was learned is recorded, then spoiled by false verdicts
            ask(node, reader, 120);
            await().atMost(LIMIT)
                    .until(() -> show(node).at("/scopes/0/checkpoints").asInt() > 0 && verdictsIn(show(node)) == 120);
            Instant healthy = settled(node);
            judge.lies = true;
            ask(node, reader, 100);
            // How long it takes depends on the draws, and on how soon routers see what is learned.
            for (int i = 0; i < 30 && share("good", 40) >= 0.3; i++) {
                ask(node, reader, 40);
            }
            judge.lies = false;
            assertThat(share("good", 40))
                    .as("share of the good model in a spoiled policy")
                    .isLessThan(0.3);

            // When: the guard compares with what was known before
            run(
                    node,
                    0,
                    "policy",
                    "experiment",
                    "set",
                    "watch",
                    "--scope",
                    SCOPE,
                    "--mode",
                    "guard",
                    "--share",
                    "0.2",
                    "--min-outcomes",
                    "20",
                    "--as-of",
                    healthy.toString());
            int before = sent;
            while (!state(node, "watch").equals("rolled back") && sent - before < 600) {
                ask(node, reader, 20);
            }
            int spent = sent - before;
            System.out.println("rolled back within " + spent + " requests");

            // Then
            assertThat(state(node, "watch")).isEqualTo("rolled back");
            assertThat(spent).isLessThanOrEqualTo(300);
            await().atMost(LIMIT).until(() -> {
                ask(node, reader, 5);
                return uses().equals(List.of(SCOPE + "@base-1", SCOPE + "@1"));
            });
            ask(node, reader, 60);
            assertThat(share("good", 40)).as("share of the good model after it").isGreaterThan(0.6);
            assertThat(show(node).at("/scopes/0/history").toString())
                    .contains("rolled back", "the guard's base is better");
            assertThat(node.metrics().values()).containsEntry("experiment.rolled-back", 1L);

            pinAndRelease(node, reader);
            promoteOnEvidence(node, reader);
            assertThat(audit(node).violations()).isEmpty();
            System.out.println(run(node, 0, "policy", "show"));
        }
    }

    private void pinAndRelease(Node node, TopicReader reader) {
        run(node, 0, "policy", "pin", SCOPE, "--reason", "test");
        await().atMost(LIMIT).until(() -> {
            ask(node, reader, 5);
            return uses().equals(List.of(SCOPE + "@base-2", SCOPE + "@1"));
        });
        run(node, 0, "policy", "release", SCOPE);
        await().atMost(LIMIT).until(() -> {
            ask(node, reader, 5);
            return uses().equals(List.of(SCOPE + "@base-1", SCOPE + "@1"));
        });
        assertThat(run(node, 1, "policy", "release", SCOPE))
                .contains("Scope " + SCOPE + " is not pinned, so there is nothing to release");
    }

    private void promoteOnEvidence(Node node, TopicReader reader) {
        run(node, 0, "policy", "experiment", "stop", "watch");
        run(
                node,
                0,
                "policy",
                "experiment",
                "set",
                "sharper",
                "--scope",
                SCOPE,
                "--mode",
                "canary",
                "--share",
                "0.3",
                "--policy",
                "greedy",
                "--margin",
                "0.2",
                "--min-outcomes",
                "50");
        assertThat(run(node, 1, "policy", "promote", "sharper"))
                .contains("Experiment sharper cannot be promoted: it has no verdicts yet; needed are 50 verdicts and a"
                        + " difference of at least -0.20 with confidence 0.95");
        for (int i = 0; i < 40 && !state(node, "sharper").equals("promotable"); i++) {
            ask(node, reader, 20);
        }
        assertThat(run(node, 0, "policy", "promote", "sharper")).contains("Policy " + SCOPE + " is now greedy");
        await().atMost(LIMIT).until(() -> {
            ask(node, reader, 5);
            return decisions.get(decisions.size() - 1).getPolicy().equals("greedy");
        });
    }

    /** Sends requests one window at a time, each window judged before the next. */
    private void ask(Node node, TopicReader reader, int count) {
        int window = 10;
        for (int done = 0; done < count; done += window) {
            for (int i = 0; i < Math.min(window, count - done); i++) {
                String id = "r" + sent++;
                InferenceRequest request = InferenceRequest.newBuilder()
                        .setRequestId(id)
                        .setPrompt("Question " + id)
                        .build();
                node.producer()
                        .send(new ProducerRecord<>(
                                node.topics().requests(Lane.ONLINE, "default"),
                                id,
                                node.codec().encode(request)));
            }
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).until(() -> {
                read(node, reader);
                return verdicts.size() >= sent;
            });
        }
    }

    private void read(Node node, TopicReader reader) {
        reader.read(
                Set.of(node.topics().decisions()),
                record -> decisions.add(node.codec().decode(Decision.class, record.value())));
        reader.read(Set.of(node.topics().outcomes()), record -> {
            Outcome outcome = node.codec().decode(Outcome.class, record.value());
            if (outcome.getKind() == OutcomeKind.JUDGED) {
                verdicts.add(outcome);
            }
        });
    }

    /** A time by which everything that was learned so far is in the history. */
    private static Instant settled(Node node) {
        Instant[] last = new Instant[1];
        await().atMost(LIMIT).during(Duration.ofSeconds(3)).until(() -> {
            JsonNode scope = show(node).at("/scopes/0");
            Instant seen = Instant.parse(scope.at("/models/0/published_at").asText());
            boolean same = seen.equals(last[0]);
            last[0] = seen;
            return same;
        });
        return Instant.now();
    }

    private static int verdictsIn(JsonNode report) {
        int sum = 0;
        for (JsonNode model : report.at("/scopes/0/models")) {
            sum += model.get("verdicts").asInt();
        }
        return sum;
    }

    private double share(String model, int last) {
        List<Outcome> recent = verdicts.subList(verdicts.size() - last, verdicts.size());
        return recent.stream()
                        .filter(outcome -> outcome.getModel().equals(model))
                        .count()
                / (double) last;
    }

    private List<String> uses() {
        return decisions.get(decisions.size() - 1).getPolicies().stream()
                .map(PolicyUse::getScope)
                .toList();
    }

    private static String state(Node node, String experiment) {
        for (JsonNode one : json(run(node, 0, "policy", "experiment", "list", "--json"))) {
            if (one.get("name").asText().equals(experiment)) {
                return one.get("state").asText();
            }
        }
        throw new AssertionError("no experiment " + experiment);
    }

    private static JsonNode show(Node node) {
        return json(run(node, 0, "policy", "show", SCOPE, "--json"));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    /** Output, or what was complained about. */
    private static String run(Node node, int expected, String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--bootstrap-servers", node.bootstrapServers(), "--schema-registry", node.registryUrl()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = Penstock.run(all.toArray(String[]::new), new PrintWriter(out), new PrintWriter(err));
        assertThat(exit).as(all + "\n" + out + err).isEqualTo(expected);
        return expected == 0 ? out.toString() : err.toString();
    }

    private static AuditReport audit(Node node) {
        return Audit.run(
                new AuditOptions(
                        node.bootstrapServers(),
                        node.registryUrl(),
                        "penstock.",
                        Map.of(),
                        new AuditOptions.Scope(false, null)),
                step -> {});
    }

    private static ModelCard card(String slug) {
        return ModelCard.newBuilder()
                .setSlug(slug)
                .setName(slug)
                .setBackend(RecordedBackend.NAME)
                .setInputNanosPerMillionTokens(1_000_000_000)
                .setOutputNanosPerMillionTokens(4_000_000_000L)
                .setContextWindow(128_000)
                .build();
    }

    /** Answers anything, and says of each answer what it was worth, or the contrary. */
    private static final class Judge implements Backend {
        private volatile boolean lies;

        /** False ones make the good model look worse than the bad one ever did, or a router might see no reason to turn. */
        private double verdict(boolean good) {
            if (lies) {
                return good ? 0 : 0.9;
            }
            return good ? 0.9 : 0.1;
        }

        @Override
        public CompletableFuture<BackendAnswer> call(Dispatch dispatch, ModelCard card) {
            boolean good = card.getSlug().equals("good");
            BackendAnswer answer =
                    BackendAnswer.success("answer", "stop", new Usage(8, 4, 24_000, 3, null, 0), "judge");
            return CompletableFuture.completedFuture(judged(answer, verdict(good)));
        }

        private static BackendAnswer judged(BackendAnswer answer, double quality) {
            return new BackendAnswer(
                    answer.status(),
                    answer.answer(),
                    answer.finishReason(),
                    answer.usage(),
                    answer.confidence(),
                    answer.failure(),
                    answer.inDoubt(),
                    answer.endpoint(),
                    quality);
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
