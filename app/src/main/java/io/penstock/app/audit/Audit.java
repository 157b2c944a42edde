package io.penstock.app.audit;

import io.penstock.app.node.Clients;
import io.penstock.event.Cancellation;
import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.Dispatch;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.Outcome;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.Response;
import io.penstock.schema.ConfluentRegistry;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Identity;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.Topics;
import io.penstock.schema.UnresolvedSchemaException;
import io.penstock.topology.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Checks invariants I1 to I4, I6 (design.md §4) and that of money record by record, from the topics alone.
 *
 * <p>It reads committed records up to what is there when it comes to a topic. Causes are read before their effects, so an
 * effect that is missing is missing; then the causes are topped up, so an effect whose cause came meanwhile is no orphan.
 * Ids are held in memory: about 300 bytes a request.
 */
public final class Audit {
    // Kafka Streams' own headers (KIP-1034), and the stamp of the hop that moves a misplaced request.
    private static final String SOURCE_TOPIC = "__streams.errors.topic";
    private static final String SOURCE_PARTITION = "__streams.errors.partition";
    private static final String SOURCE_OFFSET = "__streams.errors.offset";
    private static final String TENANT_STAMP = "penstock-tenant";

    private final Topics topics;
    private final EventCodec codec;
    private final TopicReader reader;
    private final Findings findings;
    private final Set<String> names;
    private final Consumer<String> progress;
    private final ConservationCheck conservation;
    private final DecisionCheck decisions;
    private final FeedbackCheck feedback;
    private final RefoldCheck refold;
    private final VersionCheck versions;
    private final SessionOrderCheck sessions;
    private final MoneyCheck money;

    private Audit(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            EventCodec codec,
            String prefix,
            AuditOptions.Scope scope,
            Consumer<String> progress) {
        this.topics = new Topics(prefix);
        this.codec = codec;
        this.findings = new Findings();
        this.reader = new TopicReader(consumer, InstantSource.system(), findings);
        this.names = new TreeSet<>(consumer.listTopics().keySet());
        this.progress = progress;
        this.conservation = new ConservationCheck(scope.expectIdle());
        this.decisions = new DecisionCheck();
        this.feedback = new FeedbackCheck(findings);
        this.refold = new RefoldCheck(findings, scope.expectIdle(), scope.warm());
        this.versions = new VersionCheck(findings);
        this.sessions = new SessionOrderCheck(findings);
        this.money = new MoneyCheck(findings);
    }

    /**
     * Audits a cluster.
     *
     * @param progress told one line per step
     * @throws AuditException if brokers cannot be read or no topic is there
     */
    public static AuditReport run(AuditOptions options, Consumer<String> progress) {
        EventCodec codec = EventCodec.connect(new ConfluentRegistry(options.registryUrl(), Map.of()), List.of());
        Clients clients = new Clients(options.bootstrapServers(), options.client());
        try (org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer = clients.consumer(null, "earliest")) {
            return run(consumer, codec, options.prefix(), options.scope(), progress);
        }
    }

    /**
     * Audits what a consumer can read.
     *
     * @param consumer reads committed records and has no group; the caller's to close
     * @param codec looks schemas up that it does not know
     * @param prefix of all topics
     * @param scope how much is checked
     * @param progress told one line per step
     * @throws AuditException if brokers cannot be read or no topic is there
     */
    public static AuditReport run(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            EventCodec codec,
            String prefix,
            AuditOptions.Scope scope,
            Consumer<String> progress) {
        try {
            return new Audit(consumer, codec, prefix, scope, progress).run();
        } catch (KafkaException e) {
            throw new AuditException("the topics cannot be read: " + e.getMessage(), e);
        }
    }

    private AuditReport run() {
        if (!names.contains(topics.decisions())) {
            throw new AuditException("there is no topic " + topics.decisions() + "; is the prefix right?");
        }
        progress.accept("requests and decisions");
        readCauses(false);
        progress.accept("dispatches, cancellations, responses, dead letters");
        reader.read(matching(topics.modelsPattern()), this::dispatch);
        reader.read(only(topics.cancellations()), this::cancellation);
        reader.read(matching(responses()), this::response);
        reader.read(only(topics.deadLetters()), this::deadLetter);
        progress.accept("requests and decisions that came meanwhile");
        readCauses(true);
        if (money.isNeeded()) {
            progress.accept("completions, to settle what was reserved");
            reader.read(only(topics.completions()), this::completion);
        }
        progress.accept("policies and outcomes");
        reader.read(only(topics.policies()), this::policy);
        reader.read(only(topics.outcomes()), this::outcome);
        conservation.finish(findings);
        decisions.finish(findings);
        sessions.finish();
        money.finish();
        refold.finish();
        return findings.report(reader.counts());
    }

    private void readCauses(boolean late) {
        for (Lane lane : Lane.values()) {
            reader.read(matching(topics.requestsPattern(lane)), record -> request(record, late));
        }
        reader.read(only(topics.decisions()), record -> decision(record, late));
    }

    private Set<String> matching(Pattern pattern) {
        return names.stream().filter(pattern.asMatchPredicate()).collect(Collectors.toCollection(TreeSet::new));
    }

    private Pattern responses() {
        return Pattern.compile(Pattern.quote(topics.prefix()) + "responses\\..*");
    }

    private Set<String> only(String topic) {
        return names.contains(topic) ? Set.of(topic) : Set.of();
    }

    private void request(ConsumerRecord<byte[], byte[]> record, boolean late) {
        Place place = new Place(record.topic(), record.partition(), record.offset());
        String tenant = Objects.requireNonNull(topics.tenantOf(record.topic()), "a requests topic has a tenant");
        Identity identity = identity(tenant, record.value());
        if (identity == null) {
            conservation.unreadableRequest(place, late);
        } else {
            conservation.request(place, identity, late);
        }
    }

    private @Nullable Identity identity(String tenant, byte @Nullable [] value) {
        try {
            return new Identity(tenant, decode(InferenceRequest.class, value).getRequestId());
        } catch (MalformedEventException | IllegalArgumentException e) {
            return null;
        }
    }

    private void decision(ConsumerRecord<byte[], byte[]> record, boolean late) {
        Decision decision = event(Decision.class, Invariant.I2, record);
        if (decision != null) {
            decisions.decision(decision, late);
            sessions.decision(decision);
            money.decision(decision);
        }
    }

    private void completion(ConsumerRecord<byte[], byte[]> record) {
        Completion completion = event(Completion.class, Invariant.M1, record);
        if (completion != null) {
            money.completion(completion);
        }
    }

    private void dispatch(ConsumerRecord<byte[], byte[]> record) {
        Dispatch dispatch = event(Dispatch.class, Invariant.I2, record);
        Lane lane = topics.laneOf(record.topic());
        if (dispatch != null && lane != null) {
            String slug = record.topic().substring(topics.models(lane, "x").length() - 1);
            decisions.dispatch(lane, slug, dispatch);
        }
    }

    private void cancellation(ConsumerRecord<byte[], byte[]> record) {
        Cancellation cancellation = event(Cancellation.class, Invariant.I2, record);
        if (cancellation != null && cancellation.getDecisionId() != null) {
            decisions.cancelled(cancellation.getDecisionId());
        }
    }

    private void response(ConsumerRecord<byte[], byte[]> record) {
        Response response = event(Response.class, Invariant.I1, record);
        if (response != null) {
            conservation.response(new Identity(response.getTenant(), response.getRequestId()));
        }
    }

    private void deadLetter(ConsumerRecord<byte[], byte[]> record) {
        String topic = header(record, SOURCE_TOPIC);
        String reason = Objects.requireNonNullElse(header(record, DeadLetter.REASON), "");
        if (topic == null || topics.laneOf(topic) == null) {
            return;
        }
        String stamp = header(record, TENANT_STAMP);
        if (topics.tenantOf(topic) == null && stamp != null) {
            Identity identity = identity(stamp, record.value());
            if (identity != null) {
                conservation.deadLetter(identity, reason);
            }
            return;
        }
        String partition = header(record, SOURCE_PARTITION);
        String offset = header(record, SOURCE_OFFSET);
        if (partition != null && offset != null) {
            conservation.deadLetter(new Place(topic, Integer.parseInt(partition), Long.parseLong(offset)));
        }
    }

    private void policy(ConsumerRecord<byte[], byte[]> record) {
        PolicySnapshot policy = record.value() == null ? null : event(PolicySnapshot.class, Invariant.I4, record);
        if (policy != null) {
            Place place = new Place(record.topic(), record.partition(), record.offset());
            versions.policy(place, new String(record.key(), StandardCharsets.UTF_8), policy);
            refold.policy(policy);
        }
    }

    private void outcome(ConsumerRecord<byte[], byte[]> record) {
        Outcome outcome = event(Outcome.class, Invariant.I3, record);
        if (outcome != null) {
            feedback.outcome(new Place(record.topic(), record.partition(), record.offset()), outcome);
            refold.outcome(record, outcome);
        }
    }

    /** An event of a topic that only Penstock writes, so that one that cannot be read is itself a violation. */
    private <T extends SpecificRecord> @Nullable T event(
            Class<T> type, Invariant invariant, ConsumerRecord<byte[], byte[]> record) {
        try {
            return decode(type, record.value());
        } catch (MalformedEventException e) {
            Place place = new Place(record.topic(), record.partition(), record.offset());
            findings.violation(invariant, place.toString(), "cannot be read: " + e.getMessage());
            return null;
        }
    }

    private <T extends SpecificRecord> T decode(Class<T> type, byte @Nullable [] value) {
        try {
            return codec.decode(type, value);
        } catch (UnresolvedSchemaException e) {
            codec.missingSchema(value).ifPresent(codec::resolve);
            return codec.decode(type, value);
        }
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
