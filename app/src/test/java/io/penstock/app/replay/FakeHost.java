package io.penstock.app.replay;

import io.penstock.event.Candidate;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

/**
 * A node without Kafka: every poll does one step of one request, in an order drawn from a seed, and remembers how many
 * requests were ever unlearned at once.
 */
final class FakeHost implements LoopHost {
    static final int PARTITIONS = 3;

    private final Random random;
    private final List<String> models;
    private final Predicate<String> mayAnswer;
    private final List<String> waiting = new ArrayList<>();
    private final List<String> decided = new ArrayList<>();
    private final Deque<long[]> toLearn = new ArrayDeque<>();
    private final Map<Integer, Long> ends = new HashMap<>();
    private final Map<Integer, Long> covered = new HashMap<>();
    private final Map<String, Long> timestamps = new HashMap<>();
    private final List<LoopEvent> last = new ArrayList<>();
    private int unlearned;
    private int mostUnlearned;
    private int mostDecided;
    private String failing = "";
    private String silent = "";
    private String doubled = "";

    FakeHost(long seed, List<String> models, Predicate<String> mayAnswer) {
        this.random = new Random(seed);
        this.models = models;
        this.mayAnswer = mayAnswer;
    }

    FakeHost failing(String requestId) {
        failing = requestId;
        return this;
    }

    /** The request gets a second response, which is only there after everything else. */
    FakeHost doubled(String requestId) {
        doubled = requestId;
        return this;
    }

    /** The request is never decided. */
    FakeHost silent(String requestId) {
        silent = requestId;
        return this;
    }

    int mostUnlearned() {
        return mostUnlearned;
    }

    int mostDecided() {
        return mostDecided;
    }

    Map<String, Long> timestamps() {
        return timestamps;
    }

    @Override
    public void send(InferenceRequest request, long timestampMillis) {
        timestamps.put(request.getRequestId(), timestampMillis);
        if (!request.getRequestId().equals(silent)) {
            waiting.add(request.getRequestId());
        }
        mostUnlearned = Math.max(mostUnlearned, ++unlearned);
    }

    @Override
    public List<LoopEvent> poll(Duration wait) {
        int step = random.nextInt(3);
        if (step == 0 && !waiting.isEmpty()) {
            String id = waiting.remove(random.nextInt(waiting.size()));
            decided.add(id);
            mostDecided = Math.max(mostDecided, decided.size());
            return List.of(new LoopEvent.Decided(decision(id)));
        }
        List<String> answerable = decided.stream().filter(mayAnswer).toList();
        if (step == 1 && !answerable.isEmpty()) {
            String id = answerable.get(random.nextInt(answerable.size()));
            decided.remove(id);
            return answer(id);
        }
        if (step == 2 && !toLearn.isEmpty()) {
            long[] next = toLearn.remove();
            covered.put((int) next[0], next[1] + 1);
            unlearned--;
        }
        return List.of();
    }

    private List<LoopEvent> answer(String id) {
        if (id.equals(failing)) {
            unlearned--;
            return List.of(new LoopEvent.Responded(response(id, ResponseKind.FAILED)));
        }
        int partition = Math.floorMod(id.hashCode(), PARTITIONS);
        // Offsets with gaps, as transactions leave them.
        long offset = ends.merge(partition, 2L, Long::sum);
        toLearn.add(new long[] {partition, offset});
        if (id.equals(doubled)) {
            last.add(new LoopEvent.Responded(response(id, ResponseKind.ANSWERED)));
        }
        Outcome outcome = Outcome.newBuilder()
                .setTenant("default")
                .setRequestId(id)
                .setKind(OutcomeKind.JUDGED)
                .build();
        return List.of(
                new LoopEvent.Learnable(outcome, partition, offset),
                new LoopEvent.Responded(response(id, ResponseKind.ANSWERED)));
    }

    @Override
    public List<LoopEvent> drain() {
        return last;
    }

    @Override
    public long covered(int outcomesPartition) {
        return covered.getOrDefault(outcomesPartition, 0L);
    }

    private String model(String id) {
        return models.get(Math.floorMod(id.hashCode(), models.size()));
    }

    Decision decision(String id) {
        return Decision.newBuilder()
                .setDecisionId("d-" + id)
                .setKind(DecisionKind.DISPATCH)
                .setTenant("default")
                .setRequestId(id)
                .setAttempt(1)
                .setModel(model(id))
                .setPropensity(1)
                .setCandidates(List.of(Candidate.newBuilder()
                        .setModel(model(id))
                        .setProbability(1)
                        .build()))
                .build();
    }

    private Response response(String id, ResponseKind kind) {
        return Response.newBuilder()
                .setTenant("default")
                .setRequestId(id)
                .setKind(kind)
                .setAnswer("SECRET ANSWER")
                .setModel(model(id))
                .setSettledCostNanos(kind == ResponseKind.ANSWERED ? 1_500_000 : 250_000)
                .setFinishedAt(Instant.ofEpochMilli(1))
                .build();
    }
}
