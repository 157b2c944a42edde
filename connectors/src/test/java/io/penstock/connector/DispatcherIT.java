package io.penstock.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.embedded.EmbeddedBroker;
import io.penstock.event.Cancellation;
import io.penstock.event.CatalogEntry;
import io.penstock.event.Completion;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Dispatch;
import io.penstock.event.Lane;
import io.penstock.event.ModelCard;
import io.penstock.schema.ClusterShape;
import io.penstock.schema.EventCodec;
import io.penstock.schema.PlannedTopic;
import io.penstock.schema.TopicCatalog;
import io.penstock.schema.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DispatcherIT {
    private static final ClusterShape SHAPE = new ClusterShape(4, (short) 1);
    private static final List<String> MODELS = List.of("m0", "m1", "m2");
    private static final int LIMIT = 5;

    private static final AtomicInteger TESTS = new AtomicInteger();
    private static EmbeddedBroker broker;

    private final Topics topics = new Topics("it" + TESTS.incrementAndGet() + '.');
    private final EventCodec codec = EventCodec.local();
    private final CountingBackend backend = new CountingBackend();
    private KafkaProducer<byte[], byte[]> producer;
    private int dispatched;

    /** Answers at once unless told to hold; knows every call made and the most it had at once. */
    private static final class CountingBackend implements Backend {
        private final List<String> made = new CopyOnWriteArrayList<>();
        private final Map<String, CompletableFuture<BackendAnswer>> held = new ConcurrentHashMap<>();
        private final Map<String, AtomicInteger> open = new ConcurrentHashMap<>();
        private final AtomicInteger most = new AtomicInteger();
        private volatile boolean hold;
        private volatile String stuck = "";

        @Override
        public CompletableFuture<BackendAnswer> call(Dispatch dispatch, ModelCard card) {
            made.add(dispatch.getRequestId());
            AtomicInteger ofModel = open.computeIfAbsent(card.getSlug(), slug -> new AtomicInteger());
            most.accumulateAndGet(ofModel.incrementAndGet(), Math::max);
            CompletableFuture<BackendAnswer> call = new CompletableFuture<>();
            held.put(dispatch.getRequestId(), call);
            if (!hold && !dispatch.getRequestId().equals(stuck)) {
                // On another thread, as real backends do.
                CompletableFuture.runAsync(() -> finish(call, ofModel));
            }
            return call;
        }

        private static void finish(CompletableFuture<BackendAnswer> call, AtomicInteger ofModel) {
            ofModel.decrementAndGet();
            call.complete(Samples.answer().withQuality(1));
        }

        @Override
        public void close() {}
    }

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.temporary();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void start() throws ExecutionException, InterruptedException {
        List<PlannedTopic> planned = new ArrayList<>(TopicCatalog.load().shared(topics, SHAPE));
        planned.addAll(TopicCatalog.load().forTenant(topics, SHAPE, "acme"));
        for (String model : MODELS) {
            planned.addAll(TopicCatalog.load().forModel(topics, SHAPE, model));
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(planned.stream()
                            .map(topic -> new NewTopic(topic.name(), topic.partitions(), topic.replication())
                                    .configs(topic.config()))
                            .toList())
                    .all()
                    .get();
        }
        producer = new KafkaClients(broker.bootstrapServers(), Map.of()).producer(8 << 20);
        for (String model : MODELS) {
            // No call ends by its time limit here: on a busy machine thousands behind a stuck one take many seconds.
            ModelCard card = Samples.card(model)
                    .setMaxInFlight(LIMIT)
                    .setCallTimeoutMs(300_000)
                    .build();
            CatalogEntry entry = CatalogEntry.newBuilder()
                    .setKind("model")
                    .setId(model)
                    .setBody(card)
                    .build();
            send(topics.catalog(), "model/" + model, entry);
        }
        producer.flush();
    }

    @AfterEach
    void stop() {
        producer.close();
    }

    private void send(String topic, String key, SpecificRecord value) {
        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), codec.encode(value)));
    }

    private void dispatch(int from, int to) {
        for (int i = from; i < to; i++) {
            Lane lane = i % 5 == 0 ? Lane.BATCH : Lane.ONLINE;
            String model = MODELS.get(i % MODELS.size());
            Dispatch dispatch = Samples.dispatch(model, "r" + i)
                    .setLane(lane)
                    .setStartBefore(Instant.now().plusSeconds(120))
                    .setCallTimeoutMs(60_000)
                    .build();
            send(topics.models(lane, model), "acme/r" + i, dispatch);
        }
        producer.flush();
        dispatched = Math.max(dispatched, to);
    }

    private Dispatcher dispatcher() {
        return dispatcher("one");
    }

    /** @param id a static member: whoever comes after a killed one takes its partitions at once */
    private Dispatcher dispatcher(String id) {
        DispatcherSettings settings = DispatcherSettings.of(broker.bootstrapServers(), id)
                .withGroupId(topics.prefix() + "dispatcher")
                .withDrainTimeout(Duration.ofSeconds(5))
                .withRevokeTimeout(Duration.ofSeconds(30))
                .withKafkaConfig(Map.of("group.instance.id", topics.prefix() + id));
        Dispatcher dispatcher =
                new Dispatcher(settings, topics, codec, Map.of("fake", backend), InstantSource.system()).start();
        dispatcher.ready().join();
        return dispatcher;
    }

    /** Everything on a topic up to now. */
    private List<byte[]> values(String topic) {
        try (KafkaConsumer<byte[], byte[]> reader =
                new KafkaClients(broker.bootstrapServers(), Map.of()).follower(true)) {
            List<TopicPartition> partitions = reader.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            List<byte[]> values = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                reader.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
            return values;
        }
    }

    private List<Completion> completions() {
        return values(topics.completions()).stream()
                .map(value -> codec.decode(Completion.class, value))
                .toList();
    }

    @Test
    void shouldAnswerEveryDispatchOnceWithinTheLimitAndNotAgainAfterARestart() {
        // Given
        dispatch(0, 200);

        // When
        try (Dispatcher dispatcher = dispatcher()) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> dispatcher.stats().completions().get(CompletionStatus.SUCCESS) == 200);
        }
        dispatch(200, 210);
        try (Dispatcher dispatcher = dispatcher()) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> dispatcher.stats().completions().get(CompletionStatus.SUCCESS) == 10);
        }

        // Then
        assertThat(completions())
                .hasSize(210)
                .allSatisfy(done -> assertThat(done.getStatus()).isEqualTo(CompletionStatus.SUCCESS))
                .extracting(Completion::getRequestId)
                .doesNotHaveDuplicates();
        assertThat(backend.made).hasSize(210);
        assertThat(backend.most).hasValueBetween(1, LIMIT);
        assertThat(values(topics.feedback("acme"))).hasSize(210);
    }

    @Test
    void shouldRepeatOnlyTheCallsInFlightAfterAKill() {
        // Given
        dispatch(0, 100);
        Dispatcher first = dispatcher();
        await().atMost(Duration.ofSeconds(60)).until(() -> committed() == 100);
        backend.hold = true;
        dispatch(100, 200);
        int inFlightAtKill = MODELS.size() * LIMIT;
        await().atMost(Duration.ofSeconds(60)).until(() -> first.stats().inFlight() == inFlightAtKill);

        // When
        first.kill();
        backend.hold = false;
        backend.open.clear();
        try (Dispatcher second = dispatcher()) {
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(answered()).hasSize(200));
            assertThat(second.stats().calls()).isEqualTo(100);
        }

        // Then
        assertThat(backend.made).hasSize(200 + inFlightAtKill);
        assertThat(completions()).hasSize(200);
    }

    @Test
    void shouldCallOnlyTheStuckOneAgainThoughThousandsHadFinishedBehindIt() throws Exception {
        // Given: one call that hangs, and five thousand behind it in its partition
        int behind = Integer.getInteger("dispatch.behind", 5_000);
        backend.stuck = "r0";
        for (int i = 0; i <= behind; i++) {
            Dispatch dispatch = Samples.dispatch("m0", "r" + i)
                    .setStartBefore(Instant.now().plusSeconds(600))
                    .setCallTimeoutMs(300_000)
                    .build();
            producer.send(new ProducerRecord<>(
                    topics.models(Lane.ONLINE, "m0"),
                    0,
                    ("acme/r" + i).getBytes(StandardCharsets.UTF_8),
                    codec.encode(dispatch)));
        }
        producer.flush();
        Dispatcher first = dispatcher();
        await().atMost(Duration.ofSeconds(120))
                .until(() -> first.stats().completions().getOrDefault(CompletionStatus.SUCCESS, 0L) == behind);
        await().atMost(Duration.ofSeconds(60)).until(() -> remembered() == behind);

        // When
        first.kill();
        backend.stuck = "";
        try (Dispatcher second = dispatcher()) {
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(answered()).hasSize(behind + 1));
            await().atMost(Duration.ofSeconds(60)).until(() -> committed() == behind + 1);

            // Then
            assertThat(second.stats().calls()).isEqualTo(1);
        }
        assertThat(backend.made).hasSize(behind + 2);
        assertThat(completions()).hasSize(behind + 1);
    }

    /** How many records above the committed offset of the first partition the group remembers as finished. */
    private long remembered() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            OffsetAndMetadata committed = admin.listConsumerGroupOffsets(topics.prefix() + "dispatcher")
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(new TopicPartition(topics.models(Lane.ONLINE, "m0"), 0));
            if (committed == null) {
                return 0;
            }
            FinishedOffsets finished = FinishedOffsets.read(committed.offset(), committed.metadata());
            return LongStream.range(committed.offset(), committed.offset() + FinishedOffsets.SPAN)
                    .filter(finished::contains)
                    .count();
        }
    }

    private long committed() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return admin
                    .listConsumerGroupOffsets(topics.prefix() + "dispatcher")
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .values()
                    .stream()
                    .mapToLong(offset -> offset.offset())
                    .sum();
        }
    }

    @Test
    void shouldLoseNothingAndCallNothingTwiceWhenDispatchersComeAndGo() {
        // Given
        dispatch(0, 150);
        try (Dispatcher first = dispatcher("one")) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> first.stats().completions().get(CompletionStatus.SUCCESS) == 150);

            // When
            try (Dispatcher second = dispatcher("two")) {
                await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                    dispatch(dispatched, dispatched + 30);
                    assertThat(second.stats().calls()).isPositive();
                });
                dispatch(dispatched, dispatched + 150);
            }
            dispatch(dispatched, dispatched + 30);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(answered()).hasSize(dispatched));
        }

        // Then
        assertThat(backend.made)
                .as("calls are short, so a rebalance waits for them")
                .hasSize(dispatched);
        assertThat(completions()).hasSize(dispatched);
    }

    private Set<String> answered() {
        return completions().stream().map(Completion::getRequestId).collect(Collectors.toSet());
    }

    @Test
    void shouldCancelInFlightAndBuryRubbish() {
        // Given
        backend.hold = true;
        dispatch(1, 2);
        producer.send(new ProducerRecord<>(topics.models(Lane.ONLINE, "m1"), new byte[] {1}, new byte[] {2, 3}));
        try (Dispatcher dispatcher = dispatcher()) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> dispatcher.stats().inFlight() == 1);

            // When
            send(
                    topics.cancellations(),
                    "acme/r1",
                    Cancellation.newBuilder()
                            .setTenant("acme")
                            .setRequestId("r1")
                            .setReason("client")
                            .build());

            // Then
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> backend.held.get("r1").isCancelled());
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> dispatcher.stats().deadLetters() == 1);
            await().atMost(Duration.ofSeconds(30)).until(() -> !completions().isEmpty());
        }
        assertThat(completions()).singleElement().satisfies(done -> {
            assertThat(done.getStatus()).isEqualTo(CompletionStatus.CANCELLED);
            assertThat(done.getInDoubt()).isTrue();
        });
        assertThat(values(topics.deadLetters())).containsExactly(new byte[] {2, 3});
    }
}
