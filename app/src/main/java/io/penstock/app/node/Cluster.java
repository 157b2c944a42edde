package io.penstock.app.node;

import io.penstock.schema.ClusterShape;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Keys;
import io.penstock.schema.PlannedTopic;
import io.penstock.schema.TopicCatalog;
import io.penstock.schema.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates our topics as the topic catalogue says, and refuses those that are there but otherwise. */
public final class Cluster {
    private static final long TIMEOUT_SECONDS = 30;

    private final Admin admin;
    private final Topics topics;
    private final ClusterShape shape;
    private final boolean createTime;
    private final TopicCatalog catalog = TopicCatalog.load();

    /**
     * @param createTime every topic keeps the timestamps of its producers: only for deterministic replays
     */
    public Cluster(Admin admin, Topics topics, ClusterShape shape, boolean createTime) {
        this.admin = admin;
        this.topics = topics;
        this.shape = shape;
        this.createTime = createTime;
    }

    /** The topics that exist once, as planned. */
    public List<PlannedTopic> shared() {
        return planned(catalog.shared(topics, shape));
    }

    /** Creates what is missing of the topics that exist once. */
    public List<PlannedTopic> ensureShared() {
        List<PlannedTopic> plan = shared();
        ensure(plan);
        return plan;
    }

    /** One topic for every record we write, whoever's it is: what a codec must know before the first one is written. */
    public List<PlannedTopic> written() {
        return Stream.of(
                        shared(),
                        catalog.forTenant(topics, shape, Node.DEFAULT_TENANT),
                        catalog.forModel(topics, shape, "any"))
                .flatMap(List::stream)
                .toList();
    }

    /**
     * Creates a tenant's topics, requests last, and registers their schemas first: a client may look one up at once.
     *
     * @throws IllegalArgumentException if the name is not allowed
     */
    public List<PlannedTopic> ensureTenant(String tenant, EventCodec codec) {
        if (!Keys.isTenant(tenant)) {
            throw new IllegalArgumentException(
                    "tenant '" + tenant + "' must be 1 to 40 lower-case letters, digits or '-'");
        }
        List<PlannedTopic> plan = planned(catalog.forTenant(topics, shape, tenant));
        codec.register(plan);
        ensure(plan.stream().filter(topic -> !isRequests(topic)).toList());
        ensure(plan.stream().filter(this::isRequests).toList());
        return plan;
    }

    private boolean isRequests(PlannedTopic topic) {
        return topics.laneOf(topic.name()) != null;
    }

    /** Creates a model's dispatch topics. */
    public List<PlannedTopic> ensureModel(String slug) {
        List<PlannedTopic> plan = planned(catalog.forModel(topics, shape, slug));
        ensure(plan);
        return plan;
    }

    private List<PlannedTopic> planned(List<PlannedTopic> plan) {
        return createTime
                ? plan.stream()
                        .map(topic -> topic.with(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime"))
                        .toList()
                : plan;
    }

    private void ensure(List<PlannedTopic> plan) {
        Map<String, PlannedTopic> byName = new java.util.LinkedHashMap<>();
        plan.forEach(topic -> byName.put(topic.name(), topic));
        Set<String> existing = names();
        List<NewTopic> missing = new ArrayList<>();
        List<String> present = new ArrayList<>();
        byName.forEach((name, topic) -> {
            if (existing.contains(name)) {
                present.add(name);
            } else {
                missing.add(new NewTopic(name, topic.partitions(), topic.replication()).configs(topic.config()));
            }
        });
        if (!present.isEmpty()) {
            checkPartitions(byName, present);
        }
        admin.createTopics(missing).values().forEach((name, created) -> {
            try {
                created.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                // Another node was quicker; it works from the same catalogue.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw failure("topic " + name + " could not be created", e);
                }
            } catch (InterruptedException | TimeoutException e) {
                throw failure("topic " + name + " could not be created", e);
            }
        });
    }

    private void checkPartitions(Map<String, PlannedTopic> plan, List<String> present) {
        for (TopicDescription topic : describe(present).values()) {
            int planned = Objects.requireNonNull(plan.get(topic.name())).partitions();
            if (topic.partitions().size() != planned) {
                throw new IllegalStateException("topic " + topic.name() + " has "
                        + topic.partitions().size() + " partitions but " + planned
                        + " are configured: set penstock.partitions to what the topics have, since keyed topics are"
                        + " never re-partitioned");
            }
        }
    }

    /** Descriptions of those of the topics that exist. */
    Map<String, TopicDescription> describe(List<String> names) {
        Map<String, TopicDescription> found = new java.util.HashMap<>();
        admin.describeTopics(names).topicNameValues().forEach((name, future) -> {
            try {
                found.put(name, future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw failure("topic " + name + " could not be described", e);
                }
            } catch (InterruptedException | TimeoutException e) {
                throw failure("topic " + name + " could not be described", e);
            }
        });
        return found;
    }

    /** Names of all topics of the cluster. */
    public Set<String> names() {
        try {
            return admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw failure("topics could not be listed", e);
        }
    }

    private static IllegalStateException failure(String what, Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
        // A wait that was given up has no message of its own.
        String why = cause instanceof TimeoutException
                ? "the brokers have not answered within " + TIMEOUT_SECONDS + " s; is their address right?"
                : cause.getMessage();
        return new IllegalStateException(what + ": " + why, cause);
    }
}
