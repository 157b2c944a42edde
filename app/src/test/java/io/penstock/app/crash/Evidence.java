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
    /** Sums of verdicts and the number of completions of one model, added up by hand. */
    record Sums(long judged, long completed, double quality) {
        static final Sums NONE = new Sums(0, 0, 0);

        Sums with(Outcome outcome) {
            return switch (outcome.getKind()) {
                case COMPLETED -> new Sums(judged, completed + 1, quality);
                case JUDGED -> new Sums(judged + 1, completed, quality + outcome.getQuality());
                case CORRECTED ->
                    new Sums(judged, completed, quality + outcome.getQuality() - outcome.getReplacedQuality());
                case CENSORED -> this;
            };
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

    /** How many requests have a response. */
    long answered() {
        return responses().stream()
                .map(response -> new Identity(response.getTenant(), response.getRequestId()).key())
                .distinct()
                .count();
    }

    /** Adds up the outcomes, by scope/model. */
    Map<String, Sums> refolded() {
        Map<String, Sums> sums = new TreeMap<>();
        for (Outcome outcome : outcomes()) {
            for (String scope : outcome.getScopes()) {
                sums.merge(scope + '/' + outcome.getModel(), Sums.NONE.with(outcome), (old, one) -> old.with(outcome));
            }
        }
        return sums;
    }

    /** What the latest policies say, added up over the shards, by scope/model. */
    Map<String, Sums> learned() {
        Map<String, PolicySnapshot> latest = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records(List.of(topics.policies()))) {
            latest.put(
                    new String(record.key(), StandardCharsets.UTF_8),
                    client.codec().decode(PolicySnapshot.class, record.value()));
        }
        Map<String, Sums> sums = new TreeMap<>();
        for (PolicySnapshot policy : latest.values()) {
            byte[] bytes = new byte[policy.getStatistics().remaining()];
            policy.getStatistics().duplicate().get(bytes);
            ModelStatistics statistics = ModelStatistics.fromBytes(bytes);
            sums.merge(
                    policy.getScope() + '/' + policy.getModel(),
                    new Sums(
                            statistics.judged(),
                            statistics.completed(),
                            statistics.judged() == 0 ? 0 : statistics.qualityMean() * statistics.judged()),
                    (a, b) -> new Sums(a.judged + b.judged, a.completed + b.completed, a.quality + b.quality));
        }
        return sums;
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
