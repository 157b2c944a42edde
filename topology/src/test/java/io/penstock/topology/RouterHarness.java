package io.penstock.topology;

import io.penstock.event.CatalogEntry;
import io.penstock.event.Completion;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Decision;
import io.penstock.event.Dispatch;
import io.penstock.event.Feedback;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.ModelCard;
import io.penstock.event.ModelPhase;
import io.penstock.event.ModelStatus;
import io.penstock.event.Response;
import io.penstock.event.RoutingProfile;
import io.penstock.feature.EngineMetrics;
import io.penstock.feature.EngineSettings;
import io.penstock.feature.FeatureEngine;
import io.penstock.feature.FeatureExtractor;
import io.penstock.feature.FeatureExtractors;
import io.penstock.feature.FeatureSettings;
import io.penstock.learner.LearnerSettings;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.catalog.CatalogView;
import io.penstock.topology.enrich.EnrichSettings;
import io.penstock.topology.enrich.Ingress;
import io.penstock.topology.enrich.SchemaResolver;
import io.penstock.topology.enrich.TenantReadiness;
import io.penstock.topology.join.JoinSettings;
import io.penstock.topology.observe.LoadView;
import io.penstock.topology.policy.PolicyViews;
import io.penstock.topology.progress.TimerGate;
import io.penstock.topology.route.RouteSettings;
import io.penstock.topology.route.RouteViews;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The whole router in a test driver, with one partition, its own clock, and helpers that speak in events. */
final class RouterHarness implements AutoCloseable {
    static final Instant START = Instant.parse("2026-06-01T00:00:00Z");

    final Topics topics = new Topics("penstock.");
    final EventCodec codec = EventCodec.local();
    final CountingMetrics metrics = new CountingMetrics();
    private final Map<String, List<TestRecord<String, byte[]>>> read = new HashMap<>();
    private final FeatureEngine engine;
    private final SchemaResolver resolver;
    private final TopologyTestDriver driver;
    private final Path state;

    RouterHarness() throws Exception {
        this(FeatureExtractors.byName(FeatureSettings.defaults()), TenantReadiness.always(), 1);
    }

    RouterHarness(FeatureExtractor extractor, TenantReadiness tenants, int partitions) throws Exception {
        engine = new FeatureEngine(extractor, EngineSettings.from(FeatureSettings.defaults()), EngineMetrics.NONE);
        resolver = new SchemaResolver(codec);
        state = Files.createTempDirectory("router-harness");
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "router-test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        properties.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, topics.deadLetters());
        properties.put(
                StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, UnreadableRecordHandler.class.getName());
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        driver = new TopologyTestDriver(topology(tenants, partitions), properties, START);
    }

    private Topology topology(TenantReadiness tenants, int partitions) {
        Ingress ingress = new Ingress(topics, codec, engine, resolver, tenants, metrics);
        RouteViews views =
                new RouteViews(new CatalogView(), new PolicyViews(LearnerSettings.defaults()), new LoadView());
        RouterTopology.Settings settings = new RouterTopology.Settings(
                EnrichSettings.of(partitions, 1024 * 1024),
                new RouteSettings(Bytes.wrap(new byte[32]), Duration.ofHours(24), false, 8 * 1024 * 1024, 3_000),
                JoinSettings.defaults());
        return RouterTopology.build(settings, ingress, views, alwaysPassed());
    }

    private static TimerGate alwaysPassed() {
        return (topic, partition, due) -> true;
    }

    static ModelCard.Builder card(String slug, double usdPerMillion) {
        return ModelCard.newBuilder()
                .setSlug(slug)
                .setName(slug)
                .setBackend("recorded")
                .setInputNanosPerMillionTokens(Math.round(usdPerMillion * 1e9))
                .setOutputNanosPerMillionTokens(Math.round(usdPerMillion * 4e9))
                .setContextWindow(128_000);
    }

    void activate(ModelCard.Builder card) {
        catalog("model", card.getSlug(), card.build());
        catalog(
                "model-status",
                card.getSlug(),
                ModelStatus.newBuilder()
                        .setSlug(card.getSlug())
                        .setPhase(ModelPhase.ACTIVE)
                        .build());
    }

    void profile(String tenant, RoutingProfile.Builder profile) {
        catalog("profile", tenant, profile.build());
    }

    void catalog(String kind, String id, SpecificRecord body) {
        CatalogEntry entry =
                CatalogEntry.newBuilder().setKind(kind).setId(id).setBody(body).build();
        pipe(topics.catalog(), kind + "/" + id, codec.encode(entry));
    }

    static InferenceRequest.Builder request(String id) {
        return InferenceRequest.newBuilder().setRequestId(id).setPrompt("What is the capital of France?");
    }

    void send(String tenant, InferenceRequest.Builder request) {
        send(tenant, request, START);
    }

    void send(String tenant, InferenceRequest.Builder request, Instant brokerTime) {
        InferenceRequest built = request.build();
        String key = built.getSessionId() == null ? built.getRequestId() : built.getSessionId();
        pipe(topics.requests(Lane.ONLINE, tenant), key, codec.encode(built), brokerTime);
    }

    void feedback(String tenant, String requestId, double value) {
        Feedback feedback = Feedback.newBuilder()
                .setFeedbackId("f-" + requestId + "-" + value)
                .setRequestId(requestId)
                .setValue(value)
                .build();
        pipe(topics.feedback(tenant), requestId, codec.encode(feedback));
    }

    /** Answers a dispatch as a dispatcher would. */
    void complete(Dispatch dispatch, CompletionStatus status, boolean retryable) {
        Completion completion = Completion.newBuilder()
                .setDecisionId(dispatch.getDecisionId())
                .setTenant(dispatch.getTenant())
                .setRequestId(dispatch.getRequestId())
                .setAttempt(dispatch.getAttempt())
                .setModel(dispatch.getModel())
                .setStatus(status)
                .setAnswer(status == CompletionStatus.SUCCESS ? "Paris" : null)
                .setRetryable(retryable)
                .setInputTokens(8)
                .setOutputTokens(2)
                .setCostNanos(1000)
                .setLatencyMs(12)
                .build();
        pipe(topics.completions(), dispatch.getTenant() + "/" + dispatch.getRequestId(), codec.encode(completion));
    }

    void pipe(String topic, String key, byte[] value) {
        pipe(topic, key, value, START);
    }

    void pipe(String topic, String key, byte[] value, Instant brokerTime) {
        TestInputTopic<String, byte[]> input =
                driver.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer());
        input.pipeInput(new TestRecord<>(key, value, brokerTime));
    }

    void advance(Duration time) {
        driver.advanceWallClockTime(time);
    }

    /** Everything written to a topic so far. */
    List<TestRecord<String, byte[]>> records(String topic) {
        List<TestRecord<String, byte[]>> all = read.computeIfAbsent(topic, name -> new ArrayList<>());
        all.addAll(driver.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList());
        return all;
    }

    <T extends SpecificRecord> List<T> events(Class<T> type, String topic) {
        return records(topic).stream()
                .map(record -> codec.decode(type, record.value()))
                .toList();
    }

    List<Decision> decisions() {
        return events(Decision.class, topics.decisions());
    }

    List<Response> responses(String tenant) {
        return events(Response.class, topics.responses(tenant));
    }

    List<Dispatch> dispatches(String model) {
        return events(Dispatch.class, topics.models(Lane.ONLINE, model));
    }

    /** Reasons of all dead letters, in order. */
    List<String> deadLetterReasons() {
        return records(topics.deadLetters()).stream()
                .map(record -> new String(
                        record.headers().lastHeader(DeadLetter.REASON).value()))
                .toList();
    }

    TopologyTestDriver driver() {
        return driver;
    }

    @Override
    public void close() throws java.io.IOException {
        driver.close();
        resolver.close();
        engine.close();
        org.apache.kafka.common.utils.Utils.delete(state.toFile());
    }
}
