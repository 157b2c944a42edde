package io.penstock.app.gateway;

import io.penstock.app.node.Clients;
import io.penstock.event.Lane;
import io.penstock.event.Response;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Identity;
import io.penstock.schema.Topics;
import io.penstock.schema.UnresolvedSchemaException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Finds a request that this gateway does not wait for: its response, or a sign that it is open. Reads the partitions where
 * these would be, from when the id says it was made to their present ends. Thread-safe; few look-ups run at a time.
 */
final class RequestLookup {
    private static final int AT_A_TIME = 2;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(200);
    /** By which the clocks of gateway and broker may differ. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private final Clients clients;
    private final EventCodec codec;
    private final Topics topics;
    private final Semaphore running = new Semaphore(AT_A_TIME);

    RequestLookup(Clients clients, EventCodec codec, Topics topics) {
        this.clients = clients;
        this.codec = codec;
        this.topics = topics;
    }

    /**
     * What there is of a request.
     *
     * @param response null if it has not ended
     * @param known whether there is any sign of it
     */
    record Found(@Nullable Response response, boolean known) {}

    /**
     * Blocks.
     *
     * @throws ApiException 429 if others look up already, 503 if the topics cannot be read to their ends in time
     */
    Found find(Identity identity) {
        if (!running.tryAcquire()) {
            throw ApiException.tooMany(
                    "too_many_lookups", "other requests are being looked up already", Duration.ofSeconds(1));
        }
        try (Consumer<byte[], byte[]> consumer = clients.consumer(null, "earliest")) {
            return new Scan(consumer, identity).run();
        } finally {
            running.release();
        }
    }

    private final class Scan {
        private final Consumer<byte[], byte[]> consumer;
        private final Identity identity;
        private final byte[] requestId;
        private boolean known;

        Scan(Consumer<byte[], byte[]> consumer, Identity identity) {
            this.consumer = consumer;
            this.identity = identity;
            this.requestId = identity.requestId().getBytes(StandardCharsets.UTF_8);
        }

        Found run() {
            Set<TopicPartition> partitions = new HashSet<>();
            partitions.add(partition(topics.responses(identity.tenant()), identity.requestId()));
            partitions.add(partition(topics.decisions(), identity.key()));
            // A session's key would lead elsewhere, and the id does not tell the session.
            for (PartitionInfo info : consumer.partitionsFor(topics.requests(Lane.ONLINE, identity.tenant()))) {
                partitions.add(new TopicPartition(info.topic(), info.partition()));
            }
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            seek(partitions, ends);
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (isResponse(record)) {
                        return new Found(decode(record.value()), true);
                    }
                    known |= isSign(record);
                }
                if (System.nanoTime() > deadline) {
                    throw ApiException.unavailable(
                            "lookup_timeout", "the topics could not be read within " + LIMIT.toSeconds() + " s");
                }
            }
            return new Found(null, known);
        }

        private TopicPartition partition(String topic, String key) {
            int count = consumer.partitionsFor(topic).size();
            byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
            return new TopicPartition(topic, BuiltInPartitioner.partitionForKey(bytes, count));
        }

        private void seek(Set<TopicPartition> partitions, Map<TopicPartition, Long> ends) {
            Instant made = RequestIds.timeOf(identity.requestId());
            if (made == null) {
                consumer.seekToBeginning(partitions);
                return;
            }
            long from = Math.max(0, made.minus(SKEW).toEpochMilli());
            Map<TopicPartition, Long> times = new HashMap<>();
            partitions.forEach(partition -> times.put(partition, from));
            Map<TopicPartition, @Nullable OffsetAndTimestamp> offsets = new HashMap<>(consumer.offsetsForTimes(times));
            partitions.forEach(partition -> {
                OffsetAndTimestamp first = offsets.get(partition);
                consumer.seek(partition, first == null ? ends.getOrDefault(partition, 0L) : first.offset());
            });
        }

        private boolean isResponse(ConsumerRecord<byte[], byte[]> record) {
            return record.topic().equals(topics.responses(identity.tenant())) && Arrays.equals(record.key(), requestId);
        }

        private boolean isSign(ConsumerRecord<byte[], byte[]> record) {
            if (record.topic().equals(topics.decisions())) {
                return Arrays.equals(record.key(), identity.key().getBytes(StandardCharsets.UTF_8));
            }
            Header id = record.headers().lastHeader(RequestPublisher.REQUEST_ID);
            return Arrays.equals(record.key(), requestId) || (id != null && Arrays.equals(id.value(), requestId));
        }

        private Response decode(byte[] value) {
            while (true) {
                try {
                    return codec.decode(Response.class, value);
                } catch (UnresolvedSchemaException e) {
                    codec.resolve(e.schemaId());
                }
            }
        }
    }

    /** Topics that a tenant's requests need. */
    List<String> topicsOf(String tenant) {
        return List.of(
                topics.requests(Lane.ONLINE, tenant),
                topics.commands(tenant),
                topics.feedback(tenant),
                topics.responses(tenant));
    }
}
