package io.penstock.benchmark;

import io.penstock.embedded.BrokerSettings;
import io.penstock.embedded.EmbeddedBroker;
import io.penstock.event.CatalogEntry;
import io.penstock.event.Lane;
import io.penstock.event.ModelCard;
import io.penstock.event.ModelPhase;
import io.penstock.event.ModelStatus;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.RoutingProfile;
import io.penstock.learner.Features;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import io.penstock.schema.ClusterShape;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Keys;
import io.penstock.schema.PlannedTopic;
import io.penstock.schema.TopicCatalog;
import io.penstock.schema.Topics;
import io.penstock.topology.policy.LearnedKey;
import io.penstock.topology.policy.PolicyFormat;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** An embedded broker with our topics, eleven active models, a learned policy at d = 64, and the preloaded records. */
final class BenchCluster implements AutoCloseable {
    static final int PARTITIONS = 4;
    static final int DIMENSION = 64;
    static final int MODELS = 11;
    static final String PASS_IN = "reference-in";
    static final String PASS_OUT = "reference-out";

    final Topics topics = new Topics("penstock.");
    final EventCodec codec = EventCodec.local();
    private final EmbeddedBroker broker;
    private final Admin admin;

    BenchCluster(Path folder) throws Exception {
        broker = EmbeddedBroker.start(new BrokerSettings(folder.resolve("kafka"), 0, 0, true, Map.of()));
        admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()));
        createTopics();
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    private void createTopics() throws Exception {
        TopicCatalog catalog = TopicCatalog.load();
        ClusterShape shape = new ClusterShape(PARTITIONS, (short) 1);
        List<PlannedTopic> planned = new ArrayList<>(catalog.shared(topics, shape));
        planned.addAll(catalog.forTenant(topics, shape, "default"));
        for (int i = 0; i < MODELS; i++) {
            planned.addAll(catalog.forModel(topics, shape, slug(i)));
        }
        List<NewTopic> create = new ArrayList<>();
        planned.forEach(topic -> create.add(
                new NewTopic(topic.name(), topic.partitions(), topic.replication()).configs(topic.config())));
        Map<String, String> append = Map.of("message.timestamp.type", "LogAppendTime");
        create.add(new NewTopic(PASS_IN, PARTITIONS, (short) 1).configs(append));
        create.add(new NewTopic(PASS_OUT, PARTITIONS, (short) 1).configs(append));
        admin.createTopics(create).all().get();
    }

    static String slug(int model) {
        return "model-" + model;
    }

    /** Puts the same requests into the requests topic and into the reference's input. */
    void preload(int records) {
        try (KafkaProducer<String, byte[]> producer = producer()) {
            for (int i = 0; i < records; i++) {
                byte[] value = FixedRecord.encoded(codec, i);
                send(producer, new ProducerRecord<>(topics.requests(Lane.ONLINE, "default"), "request-" + i, value));
                send(producer, new ProducerRecord<>(PASS_IN, "request-" + i, value));
            }
        }
    }

    /** Model cards, a profile with this policy, and statistics of 200 observations a model. */
    void teach(String policy, String extractor) {
        try (KafkaProducer<String, byte[]> producer = producer()) {
            RoutingProfile profile =
                    RoutingProfile.newBuilder().setPolicy(policy).build();
            profile.getWeights().setCost(0.05);
            catalog(producer, "profile", "default", profile);
            for (int i = 0; i < MODELS; i++) {
                catalog(producer, "model", slug(i), card(i));
                catalog(
                        producer,
                        "model-status",
                        slug(i),
                        ModelStatus.newBuilder()
                                .setSlug(slug(i))
                                .setPhase(ModelPhase.ACTIVE)
                                .build());
                PolicySnapshot snapshot = snapshot(i, extractor);
                send(
                        producer,
                        new ProducerRecord<>(
                                topics.policies(),
                                0,
                                Keys.policyKey(snapshot.getScope(), snapshot.getModel(), 0, extractor),
                                codec.encode(snapshot)));
            }
        }
    }

    static ModelCard card(int model) {
        return ModelCard.newBuilder()
                .setSlug(slug(model))
                .setName("vendor/" + slug(model))
                .setBackend("recorded")
                .setInputNanosPerMillionTokens(100_000_000L * (model + 1))
                .setOutputNanosPerMillionTokens(400_000_000L * (model + 1))
                .setContextWindow(128_000)
                .setMaxInFlight(512)
                .build();
    }

    private PolicySnapshot snapshot(int model, String extractor) {
        Random random = new Random(model);
        ModelStatistics statistics = ModelStatistics.empty(DIMENSION);
        for (int n = 0; n < 200; n++) {
            float[] x = new float[DIMENSION];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) random.nextGaussian();
            }
            Features features = Features.of(x);
            statistics.apply(features, new Observation.Judged(1, random.nextDouble()));
            statistics.apply(features, new Observation.Completed(1, 200, 800));
        }
        LearnedKey key = new LearnedKey("tenant/default", slug(model), extractor);
        return PolicyFormat.encode(key, 0, 200, statistics, Instant.EPOCH);
    }

    private void catalog(KafkaProducer<String, byte[]> producer, String kind, String id, Object body) {
        CatalogEntry entry =
                CatalogEntry.newBuilder().setKind(kind).setId(id).setBody(body).build();
        send(producer, new ProducerRecord<>(topics.catalog(), kind + "/" + id, codec.encode(entry)));
    }

    /** A record that cannot be sent ends the benchmark: its numbers would be about something else. */
    static void send(Producer<String, byte[]> producer, ProducerRecord<String, byte[]> record) {
        Future<RecordMetadata> unused = producer.send(record, (metadata, error) -> {
            if (error != null) {
                System.err.println("a benchmark record could not be sent: " + error);
                System.exit(1);
            }
        });
    }

    KafkaProducer<String, byte[]> producer() {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrapServers());
        config.put("acks", "all");
        config.put("linger.ms", 0);
        // With more, a partition that is too new for the first batch and ready for the second refuses both for minutes.
        config.put("max.in.flight.requests.per.connection", 1);
        return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    /** A consumer that sees committed records only. */
    KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrapServers());
        config.put("isolation.level", "read_committed");
        config.put("enable.auto.commit", false);
        config.put("auto.offset.reset", "latest");
        config.put("fetch.max.wait.ms", 20);
        config.put("max.partition.fetch.bytes", 8 << 20);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}
