package io.penstock.app.crash;

import static io.penstock.app.crash.CrashCluster.awaitLong;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.app.batch.BatchFile;
import io.penstock.app.batch.BatchOutput;
import io.penstock.app.batch.BatchRun;
import io.penstock.app.batch.BatchState;
import io.penstock.app.batch.BatchTopics;
import io.penstock.app.gateway.OfflineChat;
import io.penstock.app.node.Node;
import io.penstock.event.Completion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A batch of {@code -Dbatch.lines} calls (2,000) whose router, dispatcher and submitter die half-way. */
@Tag("crash")
class BatchCrashIT {
    private static final int LINES = Integer.getInteger("batch.lines", 2_000);
    private static final Duration COMMIT = Duration.ofSeconds(1);
    private static final String TENANT = "acme";
    private static final String ID = "f29";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void shouldEndEveryLineOnceAndCallAgainOnlyWhatHadNotBeenCommittedWhenAllOfItDies() throws Exception {
        // Given
        CrashCluster.Service service = new CrashCluster.Service(32, 30_000, 120_000, 20, 100);
        try (CrashCluster cluster = new CrashCluster("BatchCrashIT", service, Map.of())) {
            try {
                Evidence evidence = new Evidence(cluster.client());
                cluster.start("dispatcher", "router-a", "learner");
                Path file = write(cluster);
                AtomicInteger ended = new AtomicInteger();
                Thread submitter = new Thread(() -> submit(cluster.client(), file, ended), "submitter");
                submitter.setUncaughtExceptionHandler((thread, death) -> {});
                submitter.start();
                awaitLong("half of it", () -> ended.get() >= LINES / 2);

                // When
                Instant kill = Instant.now();
                submitter.interrupt();
                cluster.child("dispatcher").kill();
                cluster.child("router-a").kill();
                submitter.join();
                int inFlight = calls(cluster).size() - evidence.completions().size();
                // Offsets are committed a little after completions.
                long uncommitted = evidence.completions().stream()
                        .filter(completion -> completion.getFinishedAt().isAfter(kill.minus(COMMIT)))
                        .count();
                cluster.start("dispatcher", "router-a");
                BatchState state = submit(cluster.client(), file, ended);

                // Then
                List<String> calls = calls(cluster);
                System.out.println(LINES + " lines, " + inFlight + " calls in flight at the kill, " + uncommitted
                        + " ended in the second before, " + calls.size() + " calls in all, "
                        + state.inDoubt().size() + " requests in doubt");
                assertThat((long) calls.size()).isLessThanOrEqualTo(LINES + inFlight + uncommitted);
                assertThat(state.sent()).isEqualTo(LINES);
                assertThat(state.ended()).isEqualTo(LINES);
                assertOnce(cluster.client(), file);
                assertPaidAsCalled(evidence, calls, state);
            } catch (Throwable e) {
                cluster.explain();
                throw e;
            }
        }
    }

    private Path write(CrashCluster cluster) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < LINES; i++) {
            ObjectNode line = MAPPER.createObjectNode();
            line.put("custom_id", "c" + i).put("method", "POST").put("url", BatchFile.URL);
            line.putObject("body")
                    .put("model", "penstock/auto")
                    .putArray("messages")
                    .addObject()
                    .put("role", "user")
                    .put(
                            "content",
                            cluster.sample()
                                    .prompts()
                                    .get(i % cluster.sample().prompts().size())
                                    .text());
            lines.add(line.toString());
        }
        return Files.write(folder.resolve("calls.jsonl"), lines);
    }

    private static BatchState submit(Node client, Path file, AtomicInteger ended) {
        try (BatchTopics topics = new BatchTopics(client.clients(), client.codec(), client.topics(), TENANT)) {
            BatchRun run = new BatchRun(
                    new BatchRun.Settings(ID, 256, Duration.ofMinutes(3)),
                    topics,
                    (state, wrong) -> ended.set(state.ended()));
            BatchRun.End end = run.run(new BatchFile(file), new OfflineChat(topics.catalog(), TENANT), true);
            assertThat(end).isEqualTo(BatchRun.End.DONE);
            assertThat(run.wrong().first()).isEmpty();
            return run.state();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void assertOnce(Node client, Path file) throws IOException {
        BatchOutput output = new BatchOutput(ID, folder);
        try (BatchTopics topics = new BatchTopics(client.clients(), client.codec(), client.topics(), TENANT)) {
            output.write(topics, new BatchFile(file), new OfflineChat(topics.catalog(), TENANT));
        }
        List<String> ids = new ArrayList<>();
        for (Path written : List.of(output.outputs(), output.errors())) {
            for (String line : Files.readAllLines(written)) {
                ids.add(MAPPER.readTree(line).path("custom_id").asText());
            }
        }
        assertThat(ids).hasSize(LINES).doesNotHaveDuplicates();
    }

    /** What the batch says it cost is what its completions cost, and each call without one is in doubt by name. */
    private static void assertPaidAsCalled(Evidence evidence, List<String> calls, BatchState state) {
        Map<String, Completion> completions = evidence.completions().stream()
                .collect(Collectors.toMap(Completion::getDecisionId, completion -> completion, (one, other) -> one));
        assertThat(state.costNanos())
                .isEqualTo(completions.values().stream()
                        .mapToLong(Completion::getCostNanos)
                        .sum());
        Set<String> unanswered = new HashSet<>(calls);
        unanswered.removeAll(completions.keySet());
        assertThat(state.inDoubt().size()).isGreaterThanOrEqualTo(unanswered.size());
    }

    /** Decisions as they were called, by every life of the dispatcher. */
    private static List<String> calls(CrashCluster cluster) throws IOException {
        List<String> calls = new ArrayList<>();
        Child dispatcher = cluster.child("dispatcher");
        for (int life = 1; life <= dispatcher.starts(); life++) {
            Path log = dispatcher.folder().resolve("calls-dispatcher-" + life);
            if (Files.exists(log)) {
                Files.readAllLines(log).forEach(line -> calls.add(line.substring(0, line.indexOf(' '))));
            }
        }
        return calls;
    }
}
