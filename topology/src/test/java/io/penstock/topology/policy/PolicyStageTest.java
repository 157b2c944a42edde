package io.penstock.topology.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withPrecision;

import io.penstock.event.PolicyRole;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.PolicyUse;
import io.penstock.learner.Decay;
import io.penstock.learner.Estimates;
import io.penstock.learner.Features;
import io.penstock.learner.LearnerSettings;
import io.penstock.learner.ModelPrior;
import io.penstock.learner.ModelStatistics;
import io.penstock.learner.Observation;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyStageTest {
    private static final String SCOPE = "tenant/acme";
    private static final String EXTRACTOR = "0a1b2c";
    private static final int DIMENSION = 3;
    private static final LearnedKey GPT = new LearnedKey(SCOPE, "gpt", EXTRACTOR);
    private static final Priors PRIORS =
            new Priors(4, Map.of("gpt", ModelPrior.ofPrice(10, 30), "tiny", ModelPrior.ofPrice(1, 2)));

    private final EventCodec codec = EventCodec.local();
    private final Topics topics = new Topics("penstock.");
    private final List<String> counted = new ArrayList<>();
    private final PolicyViews views = new PolicyViews(LearnerSettings.defaults(), Map.of(EXTRACTOR, DIMENSION));
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> input;

    private record Priors(long version, Map<String, ModelPrior> priors) implements PriorSource {}

    @BeforeEach
    void open() {
        Topology topology = new Topology();
        PolicyStage.addGlobalTo(topology, topics, codec, views, counted::add);
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "policy-test");
        driver = new TopologyTestDriver(topology, config);
        input = driver.createInputTopic(topics.policies(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private ScopePolicy current() {
        return views.current(SCOPE, EXTRACTOR, PRIORS);
    }

    private static ModelStatistics statistics(long seed, int count) {
        Random random = new Random(seed);
        ModelStatistics statistics = ModelStatistics.empty(DIMENSION);
        for (int i = 0; i < count; i++) {
            Features features = Features.of(random.nextFloat(), random.nextFloat(), random.nextFloat());
            statistics.apply(features, new Observation.Judged(1, random.nextInt(5) / 4.0));
            statistics.apply(features, new Observation.Completed(1, random.nextInt(900), random.nextInt(5000)));
        }
        return statistics;
    }

    private static PolicySnapshot snapshot(LearnedKey key, int shard, long version, ModelStatistics statistics) {
        return PolicyFormat.encode(key, shard, version, statistics, Instant.ofEpochMilli(1));
    }

    private void publish(PolicySnapshot snapshot) {
        String key = new LearnedKey(snapshot.getScope(), snapshot.getModel(), snapshot.getExtractor())
                .policyKey(snapshot.getShard());
        input.pipeInput(key.getBytes(StandardCharsets.UTF_8), codec.encode(snapshot));
    }

    private void publish(LearnedKey key, int shard, long version, ModelStatistics statistics) {
        publish(snapshot(key, shard, version, statistics));
    }

    @Test
    void shouldRestOnPriorsBeforeAnythingIsLearned() {
        // When
        ScopePolicy policy = current();

        // Then
        Features features = Features.of(1, 0, 0);
        assertThat(policy.estimates().predict("gpt", features).evidence()).isZero();
        assertThat(policy.estimates().predict("gpt", features).quality())
                .isGreaterThan(policy.estimates().predict("tiny", features).quality());
        assertThat(policy.uses()).containsExactly(new PolicyUse(SCOPE, -1, -1L, 0L, PolicyRole.LEARNS));
    }

    @Test
    void shouldAddTheShardsToTheSingleMachineResult() {
        // Given
        ModelStatistics first = statistics(1, 40);
        ModelStatistics second = statistics(2, 25);
        ModelStatistics other = statistics(3, 30);

        // When
        publish(GPT, 0, 10, first);
        publish(GPT, 3, 7, second);
        publish(new LearnedKey(SCOPE, "tiny", EXTRACTOR), 3, 9, other);

        // Then
        Estimates expected = Estimates.of(
                DIMENSION,
                Map.of("gpt", first.plus(second), "tiny", other),
                PRIORS.priors(),
                LearnerSettings.defaults());
        Features features = Features.of(0.2f, 0.4f, 0.9f);
        assertThat(current().estimates().predict("gpt", features)).isEqualTo(expected.predict("gpt", features));
        assertThat(current().estimates().predict("tiny", features)).isEqualTo(expected.predict("tiny", features));
        assertThat(counted).containsExactly("policy.applied", "policy.applied", "policy.applied");
    }

    @Test
    void shouldAddShardsThatForgetAsOfTheLatestTimeOfAny() {
        // Given
        Decay decay = new Decay(3_600_000);
        ModelStatistics old = ModelStatistics.empty(DIMENSION, decay);
        ModelStatistics fresh = ModelStatistics.empty(DIMENSION, decay);
        Features features = Features.of(0.2f, 0.4f, 0.9f);
        long start = 1_760_000_000_000L;
        for (int i = 0; i < 64; i++) {
            old.apply(features, new Observation.Judged(1, 1), start);
            fresh.apply(features, new Observation.Judged(1, 0), start + 20 * 3_600_000);
        }

        // When
        publish(GPT, 0, 10, old);
        publish(GPT, 3, 7, fresh);
        publish(new LearnedKey(SCOPE, "tiny", EXTRACTOR), 3, 9, old);

        // Then
        Estimates estimates = current().estimates();
        assertThat(estimates.predict("gpt", features).evidence()).isEqualTo(64, withPrecision(0.001));
        assertThat(estimates.predict("tiny", features).evidence()).isLessThan(0.001);
    }

    @Test
    void shouldTakeANewerSnapshotInsteadOfTheOlder() {
        // Given
        publish(GPT, 0, 10, statistics(1, 40));
        ScopePolicy before = current();
        Features features = Features.of(0.2f, 0.4f, 0.9f);
        double evidence = before.estimates().predict("gpt", features).evidence();

        // When
        publish(GPT, 0, 11, statistics(1, 41));

        // Then
        assertThat(current().estimates().predict("gpt", features).evidence()).isEqualTo(41);
        assertThat(evidence).isEqualTo(40);
        assertThat(before.estimates().predict("gpt", features).evidence()).isEqualTo(40);
    }

    static Stream<Arguments> poisoned() {
        Map<PolicyRejection, List<Function<PolicySnapshot, PolicySnapshot>>> cases = new LinkedHashMap<>();
        cases.put(
                PolicyRejection.UNKNOWN_FAMILY,
                List.of(good -> change(good).setFamily("forest").build()));
        cases.put(
                PolicyRejection.UNKNOWN_FORMAT,
                List.of(good -> change(good).setFormat(99).build()));
        cases.put(
                PolicyRejection.WRONG_DIMENSION,
                List.of(
                        good -> change(good).setDimension(64).build(),
                        good -> snapshot(GPT, 0, 11, ModelStatistics.empty(4))));
        cases.put(
                PolicyRejection.WRONG_CHECKSUM,
                List.of(good -> change(good).setChecksum(good.getChecksum() ^ 1).build(), good -> {
                    byte[] bytes = good.getStatistics().array().clone();
                    bytes[bytes.length / 2] ^= 1;
                    return change(good).setStatistics(ByteBuffer.wrap(bytes)).build();
                }));
        cases.put(
                PolicyRejection.BAD_STATISTICS,
                List.of(
                        good -> withDouble(good, Double.NaN),
                        good -> withDouble(good, Double.POSITIVE_INFINITY),
                        good -> withDouble(good, 1e300),
                        // Σw·x₁, which no 41 observations of x₁² ≤ 1 can have: fine by itself, but nothing can be
                        // fitted.
                        good -> withDouble(good, 40, 1e6),
                        good -> withBytes(good, new byte[0]),
                        good -> withBytes(
                                good, Arrays.copyOf(good.getStatistics().array(), 100))));
        cases.put(
                PolicyRejection.WRONG_KEY,
                List.of(
                        good -> change(good).setModel("GPT 4").build(),
                        good -> change(good).setScope("").build(),
                        good -> change(good).setShard(-1).build()));
        cases.put(
                PolicyRejection.OLD_VERSION,
                List.of(
                        good -> snapshot(GPT, 0, 10, statistics(1, 40)),
                        good -> snapshot(GPT, 0, 9, statistics(5, 39)),
                        good -> snapshot(GPT, 0, 0, statistics(5, 39)),
                        good -> snapshot(GPT, 0, -5, statistics(5, 39))));
        return cases.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(spoil -> Arguments.of(entry.getKey(), spoil)));
    }

    private static PolicySnapshot.Builder change(PolicySnapshot good) {
        return PolicySnapshot.newBuilder(good);
    }

    private static PolicySnapshot withBytes(PolicySnapshot good, byte[] bytes) {
        return change(good)
                .setStatistics(ByteBuffer.wrap(bytes))
                .setChecksum(PolicyFormat.checksum(bytes))
                .build();
    }

    private static PolicySnapshot withDouble(PolicySnapshot good, double value) {
        return withDouble(good, good.getStatistics().remaining() - 80, value);
    }

    private static PolicySnapshot withDouble(PolicySnapshot good, int position, double value) {
        byte[] bytes = good.getStatistics().array().clone();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putDouble(position, value);
        return withBytes(good, bytes);
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource("poisoned")
    void shouldKeepTheLastGoodPolicyWhenARecordIsPoisoned(
            PolicyRejection reason, Function<PolicySnapshot, PolicySnapshot> spoil) {
        // Given
        publish(GPT, 0, 10, statistics(1, 40));
        ScopePolicy good = current();
        PolicySnapshot bad = spoil.apply(snapshot(GPT, 0, 11, statistics(1, 41)));
        String key = bad.getShard() < 0 ? "any" : bad.getScope() + "/" + bad.getModel() + "/0/" + EXTRACTOR;

        // When
        input.pipeInput(key.getBytes(StandardCharsets.UTF_8), codec.encode(bad));

        // Then
        assertThat(counted).containsExactly("policy.applied", "policy.rejected." + reason.label());
        assertThat(current()).isSameAs(good);
        assertThat(views.coveredOffset(SCOPE, 0)).isEqualTo(10);
    }

    static Stream<Arguments> unusable() {
        byte[] bytes = EventCodec.local().encode(snapshot(GPT, 0, 11, statistics(1, 41)));
        String key = GPT.policyKey(0);
        return Stream.of(
                Arguments.of(PolicyRejection.TOMBSTONE, key, null),
                Arguments.of(PolicyRejection.UNDECODABLE, key, new byte[0]),
                Arguments.of(PolicyRejection.UNDECODABLE, key, new byte[] {0, 0, 1, 0, 0, 7}),
                Arguments.of(PolicyRejection.UNDECODABLE, key, Arrays.copyOf(bytes, bytes.length - 1)),
                Arguments.of(PolicyRejection.TOO_LARGE, key, new byte[PolicyFormat.MAX_BYTES + 1]),
                Arguments.of(PolicyRejection.TOO_LARGE, key, new byte[10 * 1024 * 1024]),
                Arguments.of(PolicyRejection.WRONG_KEY, GPT.policyKey(1), bytes),
                Arguments.of(PolicyRejection.WRONG_KEY, null, bytes));
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource("unusable")
    void shouldKeepTheLastGoodPolicyWhenBytesAreNoSnapshot(PolicyRejection reason, String key, byte[] value) {
        // Given
        publish(GPT, 0, 10, statistics(1, 40));
        ScopePolicy good = current();

        // When
        input.pipeInput(key == null ? null : key.getBytes(StandardCharsets.UTF_8), value);

        // Then
        assertThat(counted).containsExactly("policy.applied", "policy.rejected." + reason.label());
        assertThat(current()).isSameAs(good);
    }

    @Test
    void shouldKeepScopesAndExtractorsApart() {
        // Given
        publish(GPT, 0, 10, statistics(1, 40));
        ScopePolicy before = current();

        // When
        publish(new LearnedKey(SCOPE, "gpt", "another"), 0, 12, ModelStatistics.empty(7));
        publish(new LearnedKey("tenant/other", "gpt", EXTRACTOR), 0, 13, statistics(9, 9));

        // Then
        assertThat(current()).isSameAs(before);
        assertThat(views.current(SCOPE, "another", PRIORS).dimension()).isEqualTo(7);
    }

    @Test
    void shouldFitOnceForAllThreads() throws Exception {
        // Given
        publish(GPT, 0, 10, statistics(1, 40));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Callable<Estimates>> tasks = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            tasks.add(() -> current().estimates());
        }

        // When
        List<Future<Estimates>> results = threads.invokeAll(tasks);
        threads.shutdown();

        // Then
        Estimates expected = current().estimates();
        for (Future<Estimates> result : results) {
            assertThat(result.get()).isSameAs(expected);
        }
    }

    @Test
    void shouldFitAgainWhenThePriorsChange() {
        // Given
        publish(GPT, 0, 10, statistics(1, 40));
        ScopePolicy before = current();
        Priors more = new Priors(5, Map.of("gpt", ModelPrior.ofPrice(10, 30), "new", ModelPrior.ofPrice(1, 1)));

        // When
        ScopePolicy after = views.current(SCOPE, EXTRACTOR, more);

        // Then
        assertThat(after).isNotSameAs(before);
        assertThat(after.estimates().predict("new", Features.of(0, 0, 0)).evidence())
                .isZero();
        assertThat(after.uses()).isEqualTo(before.uses());
    }

    @Test
    void shouldNameWhatADecisionUsed() {
        // Given
        PolicyViews other = new PolicyViews(LearnerSettings.defaults());
        ShardStatistics first = shard(GPT, 0, 10, statistics(1, 40));
        ShardStatistics second = shard(GPT, 1, 4, statistics(2, 30));
        views.apply(first, 1, 20);
        views.apply(second, 1, 22);

        // When
        other.apply(second, 1, 30);
        other.apply(first, 1, 31);

        // Then
        PolicyUse use = current().uses().get(0);
        assertThat(use.getScope()).isEqualTo(SCOPE);
        assertThat(use.getPartition()).isEqualTo(1);
        assertThat(use.getOffset()).isEqualTo(22);
        assertThat(other.current(SCOPE, EXTRACTOR, PRIORS).uses().get(0).getChecksum())
                .isEqualTo(use.getChecksum())
                .isNotZero();
        views.apply(shard(GPT, 1, 5, statistics(2, 31)), 1, 23);
        assertThat(current().uses().get(0).getChecksum()).isNotEqualTo(use.getChecksum());
    }

    private static ShardStatistics shard(LearnedKey key, int shard, long version, ModelStatistics statistics) {
        return new ShardStatistics(key, shard, version, statistics, PolicyFormat.checksum(statistics.toBytes()));
    }

    @Test
    void shouldTellHowFarOutcomesAreCovered() {
        // When
        publish(GPT, 0, 10, statistics(1, 40));
        publish(new LearnedKey(SCOPE, "tiny", EXTRACTOR), 0, 12, statistics(2, 4));
        publish(GPT, 2, 5, statistics(3, 4));
        publish(new LearnedKey("tenant/other", "gpt", EXTRACTOR), 0, 40, statistics(4, 4));

        // Then
        assertThat(views.coveredOffset(SCOPE, 0)).isEqualTo(12);
        assertThat(views.coveredOffset(SCOPE, 1)).isZero();
        assertThat(views.coveredOffset(SCOPE, 2)).isEqualTo(5);
        assertThat(views.covered()).isEqualTo(Map.of(0, 40L, 2, 5L));
    }

    @Test
    void shouldSayWhenTheDimensionIsUnknown() {
        // Given
        PolicyViews unlisted = new PolicyViews(LearnerSettings.defaults());

        // Then
        assertThatThrownBy(() -> unlisted.current(SCOPE, EXTRACTOR, PRIORS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dimension must be given");
        assertThat(unlisted.current(SCOPE, EXTRACTOR, 2, PRIORS).dimension()).isEqualTo(2);
    }
}
