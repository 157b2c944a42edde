package io.penstock.app.policy;

import io.penstock.app.audit.TopicReader;
import io.penstock.event.CatalogEntry;
import io.penstock.event.Experiment;
import io.penstock.event.ExperimentState;
import io.penstock.event.ExperimentStatus;
import io.penstock.event.PolicyEvent;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.ScopeControl;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.policy.Generations;
import io.penstock.topology.policy.LearnedKey;
import io.penstock.topology.policy.WarmStart;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** What the topics say of policies by now. Checkpoints take 36 KB each at 64 features, and all of them are read. */
public final class PolicyLog {
    private final Map<String, ScopeControl> controls = new TreeMap<>();
    private final Map<String, Experiment> experiments = new TreeMap<>();
    private final Map<String, ExperimentStatus> statuses = new TreeMap<>();
    private final Map<String, PolicySnapshot> snapshots = new TreeMap<>();
    private final List<PolicyEvent> events = new ArrayList<>();

    /** Of empty topics. */
    PolicyLog() {}

    /**
     * Reads all of it.
     *
     * @param consumer reads committed records and has no group; the caller's to close
     * @param codec looks schemas up that it does not know
     * @throws IllegalStateException if a topic is not there
     */
    public static PolicyLog read(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer, EventCodec codec, Topics topics) {
        Set<String> names = consumer.listTopics().keySet();
        for (String topic :
                List.of(topics.catalog(), topics.policies(), topics.policyHistory(), topics.experiments())) {
            if (!names.contains(topic)) {
                throw new IllegalStateException("there is no topic " + topic + "; is the prefix right?");
            }
        }
        PolicyLog log = new PolicyLog();
        TopicReader reader = new TopicReader(consumer, InstantSource.system());
        reader.read(Set.of(topics.catalog()), record -> log.catalog(codec, record));
        reader.read(
                Set.of(topics.policies()),
                event(codec, PolicySnapshot.class, snapshot -> log.snapshots.put(key(snapshot), snapshot)));
        reader.read(Set.of(topics.policyHistory()), event(codec, PolicyEvent.class, log.events::add));
        reader.read(
                Set.of(topics.experiments()),
                event(codec, ExperimentStatus.class, status -> log.statuses.put(status.getExperiment(), status)));
        return log;
    }

    private static String key(PolicySnapshot snapshot) {
        return new LearnedKey(snapshot.getScope(), snapshot.getModel(), snapshot.getExtractor())
                .policyKey(snapshot.getShard());
    }

    private static <T extends SpecificRecord> Consumer<ConsumerRecord<byte[], byte[]>> event(
            EventCodec codec, Class<T> type, Consumer<T> handler) {
        return record -> {
            if (record.value() != null) {
                codec.missingSchema(record.value()).ifPresent(codec::resolve);
                handler.accept(codec.decode(type, record.value()));
            }
        };
    }

    private void catalog(EventCodec codec, ConsumerRecord<byte[], byte[]> record) {
        String key = new String(record.key(), StandardCharsets.UTF_8);
        String id = key.substring(key.indexOf('/') + 1);
        if (record.value() == null) {
            (key.startsWith("policy/") ? controls : experiments)
                    .remove(key.startsWith("policy/") || key.startsWith("experiment/") ? id : "");
            return;
        }
        codec.missingSchema(record.value()).ifPresent(codec::resolve);
        CatalogEntry entry = codec.decode(CatalogEntry.class, record.value());
        if (entry.getBody() instanceof Experiment experiment) {
            experiments.put(id, experiment);
        } else if (entry.getControl() != null) {
            controls.put(id, entry.getControl());
        }
    }

    /** By name. */
    public Map<String, Experiment> experiments() {
        return experiments;
    }

    /** The last status of each experiment, of whichever run. */
    Map<String, ExperimentStatus> statuses() {
        return statuses;
    }

    /** What is known of an experiment under its present settings; null if nothing is yet. */
    public @Nullable ExperimentStatus status(Experiment experiment) {
        ExperimentStatus status = statuses.get(experiment.getName());
        return status == null || status.getRun() != experiment.getRun() ? null : status;
    }

    /** The newest snapshots by key, sorted. */
    public Map<String, PolicySnapshot> snapshots() {
        return snapshots;
    }

    /** In the order in which they were written, scope by scope. */
    public List<PolicyEvent> events() {
        return events;
    }

    /** Scopes without generation of which anything is known, sorted. */
    public Set<String> scopes() {
        Set<String> scopes = new TreeSet<>(controls.keySet());
        snapshots.values().forEach(snapshot -> scopes.add(Generations.root(snapshot.getScope())));
        experiments.values().forEach(experiment -> scopes.add(experiment.getScope()));
        return scopes;
    }

    /** What routers read of a scope, by hand or by a guard, whichever was later. */
    public ScopeControl control(String scope) {
        ScopeControl byHand = Objects.requireNonNullElseGet(
                controls.get(scope),
                () -> ScopeControl.newBuilder().setScope(scope).build());
        ScopeControl effective = byHand;
        for (ExperimentStatus status : statuses.values()) {
            boolean later = status.getGeneration() > Math.max(effective.getGeneration(), effective.getPinned());
            if (status.getState() == ExperimentState.ROLLED_BACK
                    && status.getScope().equals(scope)
                    && later) {
                effective = ScopeControl.newBuilder(byHand)
                        .setGeneration(status.getGeneration())
                        .setPinned(0)
                        .setPrevious(status.getGeneration())
                        .setBaseRecords(records(Generations.frozen(scope, status.getGeneration())))
                        .setAsOf(null)
                        .setReason("guard " + status.getExperiment())
                        .build();
            }
        }
        return effective;
    }

    /** Whether a guard has decided what routers read of a scope, and nobody since. */
    boolean isDecidedByGuard(String scope) {
        ScopeControl byHand = controls.get(scope);
        return control(scope).getGeneration() != (byHand == null ? 0 : byHand.getGeneration());
    }

    /** Snapshots of a scope, its residuals included. */
    public int records(String scope) {
        return (int) snapshots.values().stream()
                .filter(snapshot -> WarmStart.base(snapshot.getScope()).equals(scope))
                .count();
    }

    /** A number that no generation or base of a scope has had. */
    public int nextNumber(String scope) {
        int last = 0;
        for (PolicySnapshot snapshot : snapshots.values()) {
            if (Generations.root(snapshot.getScope()).equals(scope)) {
                last = Math.max(last, Generations.number(snapshot.getScope()));
            }
        }
        for (Experiment experiment : experiments.values()) {
            last = experiment.getScope().equals(scope) ? Math.max(last, experiment.getGeneration()) : last;
        }
        for (PolicyEvent event : events) {
            ScopeControl control = event.getControl();
            if (control != null && event.getScope().equals(scope)) {
                last = Math.max(last, Math.max(control.getGeneration(), control.getPinned()));
            }
        }
        ScopeControl now = control(scope);
        return 1 + Math.max(last, Math.max(now.getGeneration(), now.getPinned()));
    }
}
