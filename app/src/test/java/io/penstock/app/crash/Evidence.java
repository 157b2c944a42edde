package io.penstock.app.crash;

import io.penstock.app.node.Node;
import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.Lane;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.Response;
import io.penstock.learner.ModelStatistics;
import io.penstock.schema.Identity;
import io.penstock.schema.Topics;
import io.penstock.topology.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** What the topics say, read as any client would: committed records only. Shares no code with the audit. */
final class Evidence {
    /** Verdicts and completions of one model in one shard, counted by hand, and the mean verdict. */
    record Learned(long judged, long completed, double quality) {}

    /** Adds outcomes up by hand: each weighs what it says, and twice as much as one that was decided a half-life earlier. */
    private static final class Sums {
        private final long halfLife;
        private long start = -1;
        private long judged;
        private long completed;
        private double weight;
        private double quality;

        Sums(long halfLife) {
            this.halfLife = halfLife;
        }

        void add(Outcome outcome) {
            long decided = outcome.getDecisionTime().toEpochMilli();
            start = start < 0 ? decided : start;
            double factor =
                    outcome.getWeight() * (halfLife == 0 ? 1 : Math.pow(2, (double) (decided - start) / halfLife));
            switch (outcome.getKind()) {
                case COMPLETED -> completed++;
                case JUDGED -> {
                    judged++;
                    weight += factor;
                    quality += factor * outcome.getQuality();
                }
                case CORRECTED -> quality += factor * (outcome.getQuality() - outcome.getReplacedQuality());
                case CENSORED -> {}
            }
        }

        Learned learned() {
            return new Learned(judged, completed, weight == 0 ? 0 : quality / weight);
        }
    }

    private final Node client;
    private final Topics topics;

    Evidence(Node client) {
        this.client = client;
        this.topics = client.topics();
    }

    List<Response> responses() {
        return read(CrashCluster.TENANTS.stream().map(topics::responses).toList(), Response.class);
    }

    List<Decision> decisions() {
        return read(List.of(topics.decisions()), Decision.class);
    }

    List<Completion> completions() {
        return read(List.of(topics.completions()), Completion.class);
    }

    List<Outcome> outcomes() {
        return read(List.of(topics.outcomes()), Outcome.class);
    }

    private <T extends SpecificRecord> List<T> read(Collection<String> names, Class<T> type) {
        return records(names).stream()
                .map(record -> client.codec().decode(type, record.value()))
                .toList();
    }

    /** Dead letters by reason. */
    Map<String, Long> deadLetters() {
        return records(List.of(topics.deadLetters())).stream()
                .collect(Collectors.groupingBy(
                        record -> new String(
                                record.headers().lastHeader(DeadLetter.REASON).value(), StandardCharsets.UTF_8),
                        TreeMap::new,
                        Collectors.counting()));
    }

    /** Identities of the dead letters of that reason: they are keyed like their source, which is keyed by identity. */
    List<String> deadIdentities(String reason) {
        return records(List.of(topics.deadLetters())).stream()
                .filter(record -> reason.equals(new String(
                        record.headers().lastHeader(DeadLetter.REASON).value(), StandardCharsets.UTF_8)))
                .map(record -> new String(record.key(), StandardCharsets.UTF_8))
                .toList();
    }

    /** How many responses were drawn for an audit. */
    long drawnForAudit() {
        return responses().stream()
                .filter(response -> response.getAuditProbability() > 0)
                .count();
    }

    /** How many requests have a response. */
    long answered() {
        return responses().stream()
                .map(response -> new Identity(response.getTenant(), response.getRequestId()).key())
                .distinct()
                .count();
    }

    /**
     * Adds up the outcomes, by scope/model/shard. What a warm model has missed of them is not in them, so of its scopes only
     * the counts are right.
     */
    Map<String, Learned> refolded(long halfLife) {
        Map<String, Sums> sums = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records(List.of(topics.outcomes()))) {
            Outcome outcome = client.codec().decode(Outcome.class, record.value());
            for (String scope : outcome.getScopes()) {
                String key = scope + '/' + outcome.getModel() + '/' + record.partition();
                sums.computeIfAbsent(key, k -> new Sums(halfLife)).add(outcome);
            }
        }
        Map<String, Learned> refolded = new TreeMap<>();
        sums.forEach((key, sum) -> refolded.put(key, sum.learned()));
        return refolded;
    }

    /** What the latest policies say, by scope/model/shard. */
    Map<String, Learned> learned() {
        Map<String, Learned> learned = new TreeMap<>();
        for (PolicySnapshot policy : read(List.of(topics.policies()), PolicySnapshot.class)) {
            byte[] bytes = new byte[policy.getStatistics().remaining()];
            policy.getStatistics().duplicate().get(bytes);
            ModelStatistics statistics = ModelStatistics.fromBytes(bytes);
            learned.put(
                    policy.getScope() + '/' + policy.getModel() + '/' + policy.getShard(),
                    new Learned(
                            statistics.judged(),
                            statistics.completed(),
                            statistics.judged() == 0 ? 0 : statistics.qualityMean()));
        }
        return learned;
    }

    /** Whether every outcome is in a policy that was published. */
    boolean everythingPublished() {
        Map<Integer, Long> wanted = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records(List.of(topics.outcomes()))) {
            if (client.codec().decode(Outcome.class, record.value()).getKind() != OutcomeKind.CENSORED) {
                wanted.put(record.partition(), record.offset() + 1);
            }
        }
        Map<Integer, Long> published = new HashMap<>();
        for (PolicySnapshot policy : read(List.of(topics.policies()), PolicySnapshot.class)) {
            published.merge(policy.getShard(), policy.getVersion(), Math::max);
        }
        return wanted.equals(published);
    }

    /** What the router reads. */
    List<String> routerInputs() {
        List<String> inputs =
                new ArrayList<>(List.of(topics.decisions(), topics.completions(), topics.signalsByIdentity()));
        for (Lane lane : Lane.values()) {
            inputs.add(topics.requestsRekeyed(lane));
            inputs.add(topics.routeEvents(lane));
            CrashCluster.TENANTS.forEach(tenant -> inputs.add(topics.requests(lane, tenant)));
        }
        for (String tenant : CrashCluster.TENANTS) {
            inputs.add(topics.commands(tenant));
            inputs.add(topics.feedback(tenant));
        }
        return inputs;
    }

    List<String> learnerInputs() {
        return List.of(topics.outcomes(), topics.decisions(), topics.completions());
    }

    /** Committed records that the group has not committed yet; ends of transactions, which take an offset too, don't count. */
    long lag(String role, Collection<String> inputs) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> committed = client.admin()
                .listConsumerGroupOffsets(topics.prefix() + role)
                .partitionsToOffsetAndMetadata()
                .get();
        try (Consumer<byte[], byte[]> consumer = client.clients().consumer(null, "earliest")) {
            List<TopicPartition> partitions = partitions(consumer, inputs);
            consumer.assign(partitions);
            for (TopicPartition partition : partitions) {
                OffsetAndMetadata offset = committed.get(partition);
                consumer.seek(partition, offset == null ? 0 : offset.offset());
            }
            return toEnd(consumer, partitions).size();
        }
    }

    /** Transactions that have not ended. */
    List<String> openTransactions() throws Exception {
        Admin admin = client.admin();
        Collection<TransactionListing> open = admin.listTransactions(new ListTransactionsOptions()
                        .filterStates(Set.of(
                                TransactionState.ONGOING,
                                TransactionState.PREPARE_ABORT,
                                TransactionState.PREPARE_COMMIT)))
                .all()
                .get();
        return open.stream().map(TransactionListing::transactionalId).toList();
    }

    /** Partitions of ours that a reader of committed records cannot read to their end. */
    List<TopicPartition> blocked() throws Exception {
        Admin admin = client.admin();
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        Set<String> names = admin.listTopics().names().get().stream()
                .filter(name -> name.startsWith(topics.prefix()))
                .collect(Collectors.toSet());
        admin.describeTopics(names)
                .allTopicNames()
                .get()
                .forEach((name, topic) -> topic.partitions()
                        .forEach(p -> latest.put(new TopicPartition(name, p.partition()), OffsetSpec.latest())));
        var stable = admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get();
        var ends = admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                .all()
                .get();
        return latest.keySet().stream()
                .filter(partition ->
                        stable.get(partition).offset() != ends.get(partition).offset())
                .toList();
    }

    /** Partitions of the requests topics that got one record at least. */
    Set<Integer> requestPartitions() {
        return records(CrashCluster.TENANTS.stream()
                        .map(tenant -> topics.requests(Lane.ONLINE, tenant))
                        .toList())
                .stream()
                .map(ConsumerRecord::partition)
                .collect(Collectors.toSet());
    }

    /** Every committed record, in the order of each partition. */
    List<ConsumerRecord<byte[], byte[]>> records(Collection<String> names) {
        try (Consumer<byte[], byte[]> consumer = client.clients().consumer(null, "earliest")) {
            List<TopicPartition> partitions = partitions(consumer, names);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            return toEnd(consumer, partitions);
        }
    }

    private static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, Collection<String> names) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String name : names) {
            for (PartitionInfo info : consumer.partitionsFor(name)) {
                partitions.add(new TopicPartition(name, info.partition()));
            }
        }
        return partitions;
    }

    private static List<ConsumerRecord<byte[], byte[]>> toEnd(
            Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        }
        return records;
    }
}
