package io.penstock.app;

import io.penstock.schema.Topics;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What topics a cluster has. */
final class TopicState {
    private static final long TIMEOUT_SECONDS = 30;

    private TopicState() {}

    static Set<String> names(Admin admin) {
        return new TreeSet<>(get(admin.listTopics().names()));
    }

    /**
     * Partitions of the data topics.
     *
     * @throws IllegalStateException if no node has run here yet
     */
    static int partitions(Admin admin, Topics topics) {
        String topic = topics.decisions();
        try {
            return describe(admin, Set.of(topic))
                    .values()
                    .iterator()
                    .next()
                    .partitions()
                    .size();
        } catch (UnknownTopicOrPartitionException e) {
            throw new IllegalStateException(
                    "There is no topic " + topic + ": no node has run on this cluster with this prefix yet.", e);
        }
    }

    static Map<String, TopicDescription> describe(Admin admin, Collection<String> names) {
        return get(admin.describeTopics(names).allTopicNames());
    }

    /** Effective settings by topic and key. */
    static Map<String, Map<String, String>> configs(Admin admin, Collection<String> names) {
        Map<String, Map<String, String>> configs = new HashMap<>();
        Map<ConfigResource, Config> found = get(admin.describeConfigs(names.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .all());
        found.forEach((resource, config) -> {
            Map<String, String> values = new HashMap<>();
            config.entries().forEach(entry -> values.put(entry.name(), entry.value()));
            configs.put(resource.name(), values);
        });
        return configs;
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException told) {
                throw told;
            }
            throw new IllegalStateException("the cluster could not be asked: " + Sentence.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the cluster was asked", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the cluster did not answer within " + TIMEOUT_SECONDS + " s", e);
        }
    }
}
