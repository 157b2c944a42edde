package io.penstock.app.train;

import io.penstock.app.audit.TopicReader;
import io.penstock.event.CatalogEntry;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.ModelCard;
import io.penstock.event.Outcome;
import io.penstock.feature.Prompt;
import io.penstock.learner.ModelPrior;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Identity;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.Topics;
import io.penstock.schema.UnresolvedSchemaException;
import io.penstock.topology.catalog.Catalog;
import io.penstock.topology.enrich.Prompts;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads what is committed by now of the topics that training needs. Used by one thread. */
public final class TrainingTopics {
    /** Prompts that a projection is fitted to at most; the texts are held in memory. */
    public static final int MOST_PROMPTS = 50_000;

    private final Consumer<byte[], byte[]> consumer;
    private final EventCodec codec;
    private final Topics topics;
    private final TopicReader reader;

    /**
     * @param consumer reads committed records and has no group; the caller's to close
     * @param codec looks schemas up that it does not know
     */
    public TrainingTopics(Consumer<byte[], byte[]> consumer, EventCodec codec, Topics topics) {
        this.consumer = consumer;
        this.codec = codec;
        this.topics = topics;
        this.reader = new TopicReader(consumer, InstantSource.system());
    }

    /**
     * The judged attempts of a scope.
     *
     * @throws IllegalStateException if there is no topic of outcomes
     */
    public TrainingLog log(String scope) {
        require(topics.outcomes());
        TrainingLog log = new TrainingLog(scope);
        reader.read(Set.of(topics.outcomes()), record -> {
            Outcome outcome = decode(Outcome.class, record.value());
            if (outcome == null) {
                log.unreadable();
            } else {
                log.add(outcome);
            }
        });
        return log;
    }

    /** What the cards of today's models let expect, by slug. */
    public Map<String, ModelPrior> priors() {
        require(topics.catalog());
        Map<String, ModelPrior> priors = new HashMap<>();
        reader.read(Set.of(topics.catalog()), record -> {
            CatalogEntry entry = decode(CatalogEntry.class, record.value());
            String key = new String(record.key(), StandardCharsets.UTF_8);
            if (entry != null && entry.getBody() instanceof ModelCard card) {
                priors.put(card.getSlug(), Catalog.prior(card));
            } else if (record.value() == null && key.startsWith("model/")) {
                priors.remove(key.substring("model/".length()));
            }
        });
        return priors;
    }

    /**
     * The prompts of requests that retention has left, at most {@link #MOST_PROMPTS} of them, those read last; by identity,
     * so that the same requests give the same order.
     */
    public Map<Identity, Prompt> prompts(Collection<String> tenants) {
        Set<String> names = consumer.listTopics().keySet();
        Map<Identity, Prompt> prompts = new LinkedHashMap<>();
        for (String tenant : tenants) {
            for (Lane lane : Lane.values()) {
                String topic = topics.requests(lane, tenant);
                if (names.contains(topic)) {
                    reader.read(Set.of(topic), record -> prompt(tenant, record, prompts));
                }
            }
        }
        Map<Identity, Prompt> sorted = new TreeMap<>(Comparator.comparing(Identity::key));
        sorted.putAll(prompts);
        return sorted;
    }

    private void prompt(String tenant, ConsumerRecord<byte[], byte[]> record, Map<Identity, Prompt> prompts) {
        InferenceRequest request = decode(InferenceRequest.class, record.value());
        if (request == null) {
            // Enrich has kept it in the dead letters and counted it.
            return;
        }
        Identity identity;
        try {
            identity = new Identity(tenant, request.getRequestId());
        } catch (IllegalArgumentException e) {
            // Likewise: a request without a usable id was never decided.
            return;
        }
        prompts.remove(identity);
        prompts.put(identity, Prompts.of(request));
        if (prompts.size() > MOST_PROMPTS) {
            prompts.remove(prompts.keySet().iterator().next());
        }
    }

    private void require(String topic) {
        if (!consumer.listTopics().containsKey(topic)) {
            throw new IllegalStateException("there is no topic " + topic + "; is the prefix right?");
        }
    }

    /** Null if it is no such event. */
    private <T extends SpecificRecord> @Nullable T decode(Class<T> type, byte @Nullable [] value) {
        try {
            codec.missingSchema(value).ifPresent(codec::resolve);
            return codec.decode(type, value);
        } catch (MalformedEventException | UnresolvedSchemaException e) {
            return null;
        }
    }
}
