package io.penstock.topology;

import io.penstock.event.Budget;
import io.penstock.event.BudgetGrant;
import io.penstock.event.Completion;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.OwnerSpend;
import io.penstock.topology.learn.LearnSettings;
import io.penstock.topology.observe.ObserveSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** Router and learner, each in a test driver, and what carries the records that money is about from the one to the other. */
final class MoneyHarness implements AutoCloseable {
    static final Duration TICK = Duration.ofMillis(250);

    final RouterHarness router;
    private final TopologyTestDriver learner;
    private final Path state;
    private final Map<String, Integer> carried = new HashMap<>();
    private final Map<String, List<TestRecord<String, byte[]>>> learned = new HashMap<>();

    MoneyHarness() throws Exception {
        router = new RouterHarness();
        state = Files.createTempDirectory("money-harness");
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "learner-test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        learner = new TopologyTestDriver(
                LearnerTopology.build(
                        new LearnerTopology.Settings(LearnSettings.defaults(), ObserveSettings.defaults()),
                        router.topics,
                        router.codec,
                        router.metrics),
                properties,
                RouterHarness.START);
    }

    static Budget.Builder budget(String owner, long cap) {
        return Budget.newBuilder().setOwner(owner).setCapNanos(cap).setPeriod("PT1H");
    }

    void budget(Budget.Builder budget) {
        router.catalog("budget", budget.getOwner(), budget.build());
    }

    void send(Lane lane, String tenant, InferenceRequest.Builder request) {
        InferenceRequest built = request.build();
        String key = built.getSessionId() == null ? built.getRequestId() : built.getSessionId();
        router.pipe(router.topics.requests(lane, tenant), key, router.codec.encode(built));
    }

    /** Time passes in ticks, and records travel after each. */
    void advance(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= TICK.toMillis()) {
            carry();
            learner.advanceWallClockTime(TICK);
            carry();
            router.advance(TICK);
        }
        carry();
    }

    private void carry() {
        for (String topic : List.of(router.topics.spendByOwner(), router.topics.decisions())) {
            List<TestRecord<String, byte[]>> all = router.records(topic);
            for (TestRecord<String, byte[]> record : rest(topic, all)) {
                learner.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer())
                        .pipeInput(record);
            }
        }
        for (TestRecord<String, byte[]> record : rest(router.topics.budgets(), learned(router.topics.budgets()))) {
            router.pipe(router.topics.budgets(), record.key(), record.value());
        }
    }

    private <T> List<T> rest(String topic, List<T> all) {
        int from = carried.getOrDefault(topic, 0);
        carried.put(topic, all.size());
        return List.copyOf(all.subList(from, all.size()));
    }

    private List<TestRecord<String, byte[]>> learned(String topic) {
        List<TestRecord<String, byte[]>> all = learned.computeIfAbsent(topic, name -> new ArrayList<>());
        all.addAll(learner.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList());
        return all;
    }

    /** Everything granted so far, oldest first. */
    List<BudgetGrant> grants() {
        return learned(router.topics.budgets()).stream()
                .map(record -> router.codec.decode(BudgetGrant.class, record.value()))
                .toList();
    }

    List<OwnerSpend> reports() {
        return router.events(OwnerSpend.class, router.topics.spendByOwner());
    }

    /** Ends an attempt, to route and to the learner. */
    void complete(Decision decision, CompletionStatus status, long cost, boolean inDoubt) {
        Completion completion = Completion.newBuilder()
                .setDecisionId(decision.getDecisionId())
                .setTenant(decision.getTenant())
                .setRequestId(decision.getRequestId())
                .setAttempt(decision.getAttempt())
                .setModel(decision.getModel())
                .setStatus(status)
                .setAnswer(status == CompletionStatus.SUCCESS ? "Paris" : null)
                .setRetryable(status != CompletionStatus.SUCCESS)
                .setCostNanos(cost)
                .setLatencyMs(10)
                .setInDoubt(inDoubt)
                .build();
        String key = decision.getTenant() + "/" + decision.getRequestId();
        byte[] value = router.codec.encode(completion);
        router.pipe(router.topics.completions(), key, value);
        learner.createInputTopic(router.topics.completions(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, value, RouterHarness.START);
    }

    List<Decision> dispatched() {
        return router.decisions().stream()
                .filter(decision -> decision.getKind() == DecisionKind.DISPATCH)
                .toList();
    }

    List<Decision> kinds(DecisionKind kind) {
        return router.decisions().stream()
                .filter(decision -> decision.getKind() == kind)
                .toList();
    }

    @Override
    public void close() throws java.io.IOException {
        learner.close();
        router.close();
        org.apache.kafka.common.utils.Utils.delete(state.toFile());
    }
}
