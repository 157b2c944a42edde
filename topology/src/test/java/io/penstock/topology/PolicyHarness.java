package io.penstock.topology;

import io.penstock.event.CatalogEntry;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Decision;
import io.penstock.event.Experiment;
import io.penstock.event.ExperimentStatus;
import io.penstock.event.InferenceRequest;
import io.penstock.event.PolicyEvent;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.ScopeControl;
import io.penstock.learner.Features;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import io.penstock.topology.learn.LearnSettings;
import io.penstock.topology.observe.ObserveSettings;
import io.penstock.topology.policy.LearnedKey;
import io.penstock.topology.policy.PolicyFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** Router and learner, each in a test driver, and what carries outcomes, policies and experiments between them. */
final class PolicyHarness implements AutoCloseable {
    static final String SCOPE = "tenant/default";

    final RouterHarness router;
    private final TopologyTestDriver learner;
    private final Path state;
    private final Map<String, Integer> carried = new HashMap<>();
    private final Map<String, List<TestRecord<String, byte[]>>> learned = new HashMap<>();
    private int requests;

    PolicyHarness() throws Exception {
        router = new RouterHarness();
        state = Files.createTempDirectory("policy-harness");
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "learner-test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        learner = new TopologyTestDriver(
                LearnerTopology.build(
                        new LearnerTopology.Settings(new LearnSettings(Duration.ZERO, 100), ObserveSettings.defaults()),
                        router.topics,
                        router.codec,
                        router.metrics),
                properties,
                RouterHarness.START);
        router.activate(RouterHarness.card("good", 1.0));
        router.activate(RouterHarness.card("bad", 1.0));
    }

    /** Sends a request, answers it, and judges the answer by its model. */
    Decision ask(Map<String, Double> quality) {
        return ask(RouterHarness.request("r" + requests++), quality);
    }

    /** The same for a request with an id of its own. */
    Decision ask(InferenceRequest.Builder request, Map<String, Double> quality) {
        String id = request.getRequestId();
        router.send("default", request);
        Decision decision = last(router.decisions());
        router.complete(last(router.dispatches(decision.getModel())), CompletionStatus.SUCCESS, false);
        router.feedback("default", id, quality.get(decision.getModel()));
        carry();
        return decision;
    }

    static <T> T last(List<T> all) {
        return all.get(all.size() - 1);
    }

    void control(ScopeControl control) {
        catalog(CatalogEntry.newBuilder()
                .setKind("policy")
                .setId(control.getScope())
                .setControl(control)
                .build());
    }

    void experiment(Experiment experiment) {
        catalog(CatalogEntry.newBuilder()
                .setKind("experiment")
                .setId(experiment.getName())
                .setBody(experiment)
                .build());
    }

    private void catalog(CatalogEntry entry) {
        String key = entry.getKind() + '/' + entry.getId();
        byte[] bytes = router.codec.encode(entry);
        router.pipe(router.topics.catalog(), key, bytes);
        learner.createInputTopic(router.topics.catalog(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, bytes);
    }

    /** Publishes what is claimed of each model after many verdicts, on the features of a decision. */
    void publish(String scope, Decision like, Map<String, Double> qualities) {
        qualities.forEach((model, quality) -> {
            Features features = Features.fromBytes(like.getFeatures().getValues());
            ModelStatistics sums = ModelStatistics.empty(features.dimension());
            for (int i = 0; i < 400; i++) {
                sums.apply(features, new Observation.Judged(1, quality));
                sums.apply(features, new Observation.Completed(1, 2, 12));
            }
            LearnedKey key = new LearnedKey(scope, model, like.getFeatures().getExtractor());
            PolicySnapshot snapshot = PolicyFormat.encode(key, 0, 1_000_000, sums, RouterHarness.START);
            router.pipe(router.topics.policies(), key.policyKey(0), router.codec.encode(snapshot));
        });
    }

    void advance(Duration time) {
        learner.advanceWallClockTime(time);
        carry();
    }

    private void carry() {
        for (TestRecord<String, byte[]> record :
                rest(router.topics.outcomes(), router.records(router.topics.outcomes()))) {
            learner.createInputTopic(router.topics.outcomes(), new StringSerializer(), new ByteArraySerializer())
                    .pipeInput(record);
        }
        for (String topic : List.of(router.topics.policies(), router.topics.experiments())) {
            for (TestRecord<String, byte[]> record : rest(topic, learned(topic))) {
                router.pipe(topic, record.key(), record.value());
            }
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

    List<PolicyEvent> history() {
        return events(PolicyEvent.class, router.topics.policyHistory());
    }

    List<ExperimentStatus> statuses() {
        return events(ExperimentStatus.class, router.topics.experiments());
    }

    List<PolicySnapshot> published() {
        return events(PolicySnapshot.class, router.topics.policies());
    }

    private <T extends SpecificRecord> List<T> events(Class<T> type, String topic) {
        return learned(topic).stream()
                .map(record -> router.codec.decode(type, record.value()))
                .toList();
    }

    @Override
    public void close() throws java.io.IOException {
        learner.close();
        router.close();
        org.apache.kafka.common.utils.Utils.delete(state.toFile());
    }
}
