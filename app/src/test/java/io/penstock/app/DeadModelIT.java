package io.penstock.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.app.audit.TopicReader;
import io.penstock.app.node.CatalogWriter;
import io.penstock.app.node.Node;
import io.penstock.app.node.NodeOptions;
import io.penstock.connector.openai.OpenAiBackend;
import io.penstock.event.Candidate;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Endpoint;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.ModelCard;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.event.RoutingProfile;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** F15 on a real cluster: one model of four answers 503, under a steady load. */
@Tag("once")
class DeadModelIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final List<String> MODELS = List.of("one", "two", "three", "four");
    private static final String DEAD = "four";

    private final List<Decision> decisions = new ArrayList<>();
    private final List<Response> responses = new ArrayList<>();
    private final AtomicInteger sent = new AtomicInteger();

    @Test
    void shouldStopChoosingADeadModelServeAllByTheOthersAndTakeItBackWhenItHeals() {
        ScheduledExecutorService feeder = Executors.newSingleThreadScheduledExecutor();
        try (FakeModels models = new FakeModels();
                OpenAiBackend backend = new OpenAiBackend();
                Node node = Node.start(NodeOptions.temporary().withBackend(OpenAiBackend.NAME, backend), step -> {});
                Consumer<byte[], byte[]> consumer = node.clients().consumer(null, "earliest")) {
            node.applyCatalog(MODELS.stream()
                    .map(model -> CatalogWriter.of(card(model, models.url(model))))
                    .toList());
            // Every model gets its share, so that what changes is the breaker's work.
            node.applyCatalog(List.of(CatalogWriter.of(
                    "default", RoutingProfile.newBuilder().setPolicy("random").build())));
            node.awaitActive(MODELS, LIMIT);
            TopicReader reader = new TopicReader(consumer, InstantSource.system());
            feeder.scheduleAtFixedRate(() -> ask(node), 0, 20, TimeUnit.MILLISECONDS);
            await().atMost(LIMIT).until(() -> read(node, reader) && models.calls(DEAD) >= 30);

            // When
            Instant died = Instant.now();
            models.fail(DEAD);
            await().atMost(LIMIT).until(() -> read(node, reader) && isOff(last()));

            // Then: it is not chosen, but for a probe now and then
            Instant heard = Instant.ofEpochMilli(last().getDecidedAt().toEpochMilli());
            System.out.println(
                    "not chosen any more after " + Duration.between(died, heard).toMillis() + " ms");
            int before = decisions.size();
            int others = callsOfOthers(models);
            await().atMost(LIMIT).until(() -> read(node, reader) && decisions.size() >= before + 600);
            List<Decision> during = decisions.subList(before, decisions.size());
            assertThat(during)
                    .filteredOn(decision -> DEAD.equals(decision.getModel()))
                    .hasSizeLessThan(60);
            int sentMeanwhile = (int) during.stream()
                    .filter(decision -> decision.getAttempt() == 1)
                    .count();
            assertThat(callsOfOthers(models) - others)
                    .as("calls of the others for " + sentMeanwhile + " requests")
                    .isGreaterThan(sentMeanwhile * 9 / 10);

            // When
            models.heal(DEAD);

            // Then
            int until = decisions.size();
            await().atMost(LIMIT)
                    .until(() -> read(node, reader)
                            && decisions.subList(until, decisions.size()).stream()
                                            .filter(decision -> DEAD.equals(decision.getModel()))
                                            .count()
                                    >= 50);
            feeder.shutdown();
            await().atMost(LIMIT).until(() -> read(node, reader) && responses.size() == sent.get());
            assertThat(responses).extracting(Response::getKind).containsOnly(ResponseKind.ANSWERED);
            System.out.println(sent + " requests, all answered; the dead model got " + models.calls(DEAD) + " calls");
        } finally {
            feeder.shutdownNow();
        }
    }

    @Test
    void shouldAnswerEverythingFromTheOtherEndpointWhenOneDies() {
        try (FakeModels models = new FakeModels();
                OpenAiBackend backend = new OpenAiBackend();
                Node node = Node.start(NodeOptions.temporary().withBackend(OpenAiBackend.NAME, backend), step -> {});
                Consumer<byte[], byte[]> consumer = node.clients().consumer(null, "earliest")) {
            // Given
            ModelCard card = ModelCard.newBuilder(card("m", models.url("a")))
                    .setEndpoints(List.of(
                            Endpoint.newBuilder().setUrl(models.url("a")).build(),
                            Endpoint.newBuilder().setUrl(models.url("b")).build()))
                    .build();
            node.applyCatalog(List.of(
                    CatalogWriter.of(card),
                    CatalogWriter.of("default", RoutingProfile.newBuilder().build())));
            node.awaitActive(List.of("m"), LIMIT);
            TopicReader reader = new TopicReader(consumer, InstantSource.system());
            askMany(node, reader, 100);
            int callsOfA = models.calls("a");
            assertThat(callsOfA).isBetween(20, 80);

            // When
            models.fail("a");
            askMany(node, reader, 200);

            // Then: ten calls open its breaker, and a probe is made again elsewhere
            assertThat(responses).hasSize(300);
            assertThat(responses).extracting(Response::getKind).containsOnly(ResponseKind.ANSWERED);
            assertThat(responses).extracting(Response::getAttempts).containsOnly(1);
            assertThat(models.calls("a") - callsOfA).isBetween(1, 80);
            assertThat(decisions).hasSize(300);
        }
    }

    private void askMany(Node node, TopicReader reader, int count) {
        for (int i = 0; i < count; i++) {
            ask(node);
        }
        await().atMost(LIMIT).until(() -> read(node, reader) && responses.size() == sent.get());
    }

    private static int callsOfOthers(FakeModels models) {
        return MODELS.stream()
                .filter(model -> !model.equals(DEAD))
                .mapToInt(models::calls)
                .sum();
    }

    private Decision last() {
        return decisions.get(decisions.size() - 1);
    }

    private static boolean isOff(Decision decision) {
        for (Candidate candidate : decision.getCandidates()) {
            if (candidate.getModel().equals(DEAD)) {
                return "breaker".equals(candidate.getFilter());
            }
        }
        return false;
    }

    private void ask(Node node) {
        String id = "r" + sent.getAndIncrement();
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

    private boolean read(Node node, TopicReader reader) {
        reader.read(Set.of(node.topics().decisions()), record -> {
            Decision decision = node.codec().decode(Decision.class, record.value());
            if (decision.getKind() == DecisionKind.DISPATCH) {
                decisions.add(decision);
            }
        });
        reader.read(
                Set.of(node.topics().responses("default")),
                record -> responses.add(node.codec().decode(Response.class, record.value())));
        return true;
    }

    private static ModelCard card(String slug, String url) {
        return ModelCard.newBuilder()
                .setSlug(slug)
                .setName(slug)
                .setBackend(OpenAiBackend.NAME)
                .setEndpoints(List.of(Endpoint.newBuilder().setUrl(url).build()))
                .setInputNanosPerMillionTokens(1_000_000_000)
                .setOutputNanosPerMillionTokens(4_000_000_000L)
                .setContextWindow(128_000)
                .build();
    }
}
