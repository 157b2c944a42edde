package io.penstock.app.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.penstock.app.models.SampleModels;
import io.penstock.app.replay.SampleData;
import io.penstock.connector.Backend;
import io.penstock.connector.BackendAnswer;
import io.penstock.connector.recorded.RecordedBackend;
import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.embedded.StartupException;
import io.penstock.event.CatalogEntry;
import io.penstock.event.Decision;
import io.penstock.event.Dispatch;
import io.penstock.event.InferenceRequest;
import io.penstock.event.ModelCard;
import io.penstock.event.Outcome;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.schema.Keys;
import io.penstock.topology.learn.Refold;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole node in this process: broker, registry, router, learner, dispatcher and controller. */
class NodeIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final RecordedOutcomes SAMPLE = SampleData.load();
    private static final String SLOW = "slow";

    @TempDir
    private Path folder;

    @Test
    void shouldAnswerTwoTenantsInSessionOrderAndEachRequestOnce() {
        // Given
        try (Node node = start(NodeOptions.temporary());
                Caller caller = new Caller(node, "default", "acme")) {
            // When
            for (int i = 0; i < 20; i++) {
                caller.send(request(i, i % 2 == 0 ? "default" : "acme"));
            }
            caller.send(request(4, "default"));
            await().atMost(LIMIT).until(() -> caller.poll().responses.size() >= 20);
            await().during(Duration.ofSeconds(2))
                    .atMost(LIMIT)
                    .until(() -> caller.poll().responses.size() == 20);
            // Then
            assertThat(caller.responses).extracting(Response::getKind).containsOnly(ResponseKind.ANSWERED);
            assertThat(caller.responses).extracting(Response::getRequestId).doesNotHaveDuplicates();
            assertThat(caller.deadLetters).isEmpty();
            assertThat(node.metrics().values()).containsEntry("route.duplicate", 1L);
            assertThat(sessions(caller.decisions))
                    .allSatisfy((session, ids) ->
                            assertThat(ids).as("order of session %s", session).isSorted());
        }
    }

    @Test
    void shouldEndARequestByACancelWhileItsCallRuns() {
        // Given
        try (Node node = start(NodeOptions.temporary());
                Caller caller = new Caller(node, "default")) {
            InferenceRequest request = request(0, "default");
            request.setAttributes(Map.of(SLOW, "true"));
            caller.send(request);
            await().atMost(LIMIT).until(() -> !caller.poll().decisions.isEmpty());
            // When
            caller.cancel("default", request.getRequestId());
            // Then
            await().atMost(LIMIT)
                    .until(() -> !caller.poll().to(request.getRequestId()).isEmpty());
            assertThat(caller.to(request.getRequestId()))
                    .singleElement()
                    .extracting(Response::getKind)
                    .isEqualTo(ResponseKind.CANCELLED);
        }
    }

    @Test
    void shouldGoOnAfterARestartWithWhatItHadLearned() {
        // Given
        NodeOptions options = NodeOptions.everything(folder).withPorts(0, 0, 0);
        Map<String, Long> before;
        try (Node node = start(options);
                Caller caller = new Caller(node, "default", "acme")) {
            answer(caller, 0, 10);
            before = versions(learned(caller, 10));
        }
        // When
        try (Node node = start(options);
                Caller caller = new Caller(node, "default", "acme")) {
            answer(caller, 10, 20);
            Map<String, Long> after = versions(learned(caller, 20));
            // Then
            assertThat(before).isNotEmpty();
            before.forEach((key, version) ->
                    assertThat(after.getOrDefault(key, 0L)).as(key).isGreaterThanOrEqualTo(version));
            assertThat(caller.responses)
                    .hasSize(20)
                    .extracting(Response::getKind)
                    .containsOnly(ResponseKind.ANSWERED);
            assertThat(caller.decisions.stream().filter(NodeIT::isOfTheSecondRun))
                    .allSatisfy(
                            decision -> assertThat(decision.getPolicies().get(0).getOffset())
                                    .as("policy used after the restart")
                                    .isNotNegative());
        }
    }

    @Test
    void shouldTeachATenantNothingOfAnothersRequests() {
        // Given
        try (Node node = start(NodeOptions.temporary());
                Caller caller = new Caller(node, "default", "acme")) {
            // When
            for (int i = 0; i < 24; i++) {
                caller.send(request(i, i % 2 == 0 ? "default" : "acme"));
            }
            await().atMost(LIMIT).until(() -> caller.poll().responses.size() >= 24);
            Map<String, ByteBuffer> published = new TreeMap<>();
            learned(caller, 24)
                    .forEach(policy -> published.put(
                            Keys.policyKey(
                                    policy.getScope(), policy.getModel(), policy.getShard(), policy.getExtractor()),
                            policy.getStatistics()));
            // Then: each tenant's bytes are those that its own outcomes alone give
            for (String tenant : List.of("default", "acme")) {
                Map<String, ByteBuffer> own = new TreeMap<>(published);
                own.keySet().removeIf(key -> !key.startsWith("tenant/" + tenant + "/"));
                assertThat(own).isNotEmpty().isEqualTo(refolded(caller, tenant));
            }
        }
    }

    private static Map<String, ByteBuffer> refolded(Caller caller, String tenant) {
        Map<String, ByteBuffer> sums = new TreeMap<>();
        caller.outcomes.forEach((partition, all) -> {
            List<Outcome> own = all.stream()
                    .filter(outcome -> outcome.getTenant().equals(tenant))
                    .toList();
            Refold.of(partition, own)
                    .forEach((key, statistics) -> sums.put(key, ByteBuffer.wrap(statistics.toBytes())));
        });
        return sums;
    }

    @Test
    void shouldSayInOneSentenceThatAPortIsUsed() throws IOException {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            NodeOptions options = NodeOptions.everything(folder).withPorts(taken.getLocalPort(), 0, 0);
            // When
            // Then
            assertThatThrownBy(() -> Node.start(options, step -> {}))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()))
                    .message()
                    .doesNotContain("\n");
        }
    }

    @Test
    void shouldSayInOneSentenceThatTheDataFolderIsAFile() throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("data"), "not a folder");
        // When
        // Then
        assertThatThrownBy(() -> Node.start(NodeOptions.everything(file).withPorts(0, 0, 0), step -> {}))
                .hasMessageContaining(file.toString())
                .message()
                .doesNotContain("\n");
    }

    @Test
    void shouldTellThatItsBrokerFailed() {
        // Given
        try (Node node = start(NodeOptions.temporary())) {
            assertThat(node.failure()).isNotDone();
            // When
            assertThatThrownBy(() -> Exit.halt(1, "all folders failed")).isInstanceOf(RuntimeException.class);
            // Then
            assertThat(node.failure())
                    .isCompletedWithValueMatching(why -> why.getMessage().contains("all folders failed"));
        }
    }

    private static Node start(NodeOptions options) {
        Node node = Node.start(
                options.withBackend(RecordedBackend.NAME, new Slow(new RecordedBackend(SAMPLE))), step -> {});
        node.addTenant("acme");
        List<CatalogEntry> entries = SampleModels.entries(SAMPLE);
        node.applyCatalog(entries);
        node.awaitActive(
                entries.stream()
                        .filter(entry -> entry.getKind().equals("model"))
                        .map(CatalogEntry::getId)
                        .toList(),
                LIMIT);
        return node;
    }

    private static void answer(Caller caller, int from, int to) {
        for (int i = from; i < to; i++) {
            caller.send(request(i, "default"));
        }
        await().atMost(LIMIT).until(() -> caller.poll().responses.size() >= to);
    }

    /** Waits until every answer and verdict so far is in a policy, so that a stop loses nothing that is asserted on. */
    private static List<PolicySnapshot> learned(Caller caller, int requests) {
        await().atMost(LIMIT).during(Duration.ofSeconds(2)).until(() -> {
            int seen = caller.policies.size();
            return caller.poll().policies.size() == seen && seen > 0;
        });
        return caller.policies;
    }

    private static Map<String, Long> versions(List<PolicySnapshot> policies) {
        Map<String, Long> versions = new HashMap<>();
        policies.forEach(policy -> versions.merge(
                policy.getScope() + '/' + policy.getModel() + '/' + policy.getShard(), policy.getVersion(), Math::max));
        return versions;
    }

    private static boolean isOfTheSecondRun(Decision decision) {
        return Integer.parseInt(decision.getRequestId().substring(1)) >= 10;
    }

    private static Map<String, List<String>> sessions(List<Decision> decisions) {
        Map<String, List<String>> sessions = new HashMap<>();
        decisions.stream()
                .sorted(java.util.Comparator.comparingLong(Decision::getRouteSequence))
                .forEach(decision -> sessions.computeIfAbsent(
                                decision.getTenant() + '/' + decision.getSessionId(),
                                key -> new java.util.ArrayList<>())
                        .add(decision.getRequestId()));
        return sessions;
    }

    private static InferenceRequest request(int number, String tenant) {
        var prompt = SAMPLE.prompts().get(number);
        return InferenceRequest.newBuilder()
                .setRequestId("r%03d".formatted(number))
                .setTenant(tenant)
                .setSessionId("s" + number % 3)
                .setPrompt(prompt.text())
                .setAttributes(Map.of(RecordedBackend.ID_ATTRIBUTE, prompt.id()))
                .build();
    }

    /** Never answers a request that asks for it. */
    private record Slow(Backend backend) implements Backend {
        @Override
        public CompletableFuture<BackendAnswer> call(Dispatch dispatch, ModelCard card) {
            return dispatch.getAttributes().containsKey(SLOW)
                    ? new CompletableFuture<>()
                    : backend.call(dispatch, card);
        }

        @Override
        public void close() {
            backend.close();
        }
    }
}
