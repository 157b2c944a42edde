package io.penstock.app.gateway;

import io.penstock.event.Cancel;
import io.penstock.event.Feedback;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Keys;
import io.penstock.schema.Topics;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes requests, cancels and feedback to a tenant's topics. What fails is told by the future. Thread-safe. */
final class RequestPublisher {
    /** Header of a request's record: its id, so that a look-up need not decode bodies. */
    static final String REQUEST_ID = "request-id";

    private static final Logger LOGGER = LoggerFactory.getLogger(RequestPublisher.class);

    private final Producer<String, byte[]> producer;
    private final EventCodec codec;
    private final Topics topics;
    private final InstantSource clock;

    RequestPublisher(Producer<String, byte[]> producer, EventCodec codec, Topics topics, InstantSource clock) {
        this.producer = producer;
        this.codec = codec;
        this.topics = topics;
        this.clock = clock;
    }

    /**
     * Completes when all in-sync replicas have it.
     *
     * @throws ApiException 413 if the request is larger than its topic takes
     */
    CompletableFuture<Void> request(InferenceRequest request) {
        Header id = new RecordHeader(REQUEST_ID, request.getRequestId().getBytes(StandardCharsets.UTF_8));
        String key = Keys.routingKey(request.getSessionId(), request.getRequestId());
        return send(topics.requests(Lane.ONLINE, request.getTenant()), key, request, List.of(id));
    }

    /** Ends a request whose client has left. */
    void cancel(String tenant, String requestId, String reason) {
        Cancel cancel = new Cancel(requestId, tenant, reason, clock.instant());
        CompletableFuture<?> unused = send(topics.commands(tenant), requestId, cancel, List.of())
                .whenComplete((nothing, error) -> {
                    if (error != null) {
                        LOGGER.atWarn()
                                .addKeyValue("requestId", requestId)
                                .addKeyValue("tenant", tenant)
                                .addKeyValue("reason", error.toString())
                                .log("A cancel could not be published");
                    }
                });
    }

    CompletableFuture<Void> feedback(Feedback feedback) {
        return send(topics.feedback(feedback.getTenant()), feedback.getRequestId(), feedback, List.of());
    }

    private CompletableFuture<Void> send(String topic, String key, SpecificRecord event, List<Header> headers) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        try {
            ProducerRecord<String, byte[]> record =
                    new ProducerRecord<>(topic, null, null, key, codec.encode(event), headers);
            Future<?> unused = producer.send(record, (metadata, error) -> {
                if (error == null) {
                    sent.complete(null);
                } else {
                    sent.completeExceptionally(error);
                }
            });
        } catch (KafkaException e) {
            sent.completeExceptionally(e);
        }
        return sent;
    }

    static boolean isTooLarge(Throwable error) {
        return error instanceof RecordTooLargeException
                || (error.getCause() != null && error.getCause() instanceof RecordTooLargeException);
    }
}
