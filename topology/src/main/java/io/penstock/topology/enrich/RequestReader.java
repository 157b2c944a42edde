package io.penstock.topology.enrich;

import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.feature.FeatureVector;
import io.penstock.feature.LexicalSignals;
import io.penstock.feature.Prompt;
import io.penstock.feature.Signals;
import io.penstock.schema.Identity;
import io.penstock.schema.Keys;
import io.penstock.schema.MalformedEventException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Turns raw records into {@link Read} results: decodes, validates, checks the place, asks for features. */
final class RequestReader {

    /** What became of one record. */
    sealed interface Read {
        record Ready(EnrichedRequest request) implements Read {}

        /** Readable, but not on the partition of its routing key. */
        record Misplaced(String tenant, String routingKey) implements Read {}

        record Bad(String reason, RuntimeException error) implements Read {}
    }

    /** A record that cannot even be refused: nobody could be told. */
    static final class UnanswerableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnanswerableException(String message) {
            super(message);
        }
    }

    private static final int HASH_BYTES = 16;
    private static final int FRAME_BYTES = 5;

    private final Lane lane;
    private final Ingress ingress;
    private final EnrichSettings settings;
    private final LexicalSignals lexical = new LexicalSignals();

    RequestReader(Lane lane, Ingress ingress, EnrichSettings settings) {
        this.lane = lane;
        this.ingress = ingress;
        this.settings = settings;
    }

    /**
     * Reads one record; complete at once unless a schema, a tenant or the features have to be waited for.
     *
     * @param tenant of the topic, or the stamp of the first hop
     */
    CompletableFuture<Read> read(
            byte @Nullable [] value, long requestTime, RecordMetadata at, @Nullable String tenant) {
        if (tenant == null) {
            return done("malformed", new UnanswerableException("the record carries no tenant stamp"));
        }
        CompletableFuture<Boolean> tenantReady = ingress.tenants().ready(tenant);
        OptionalInt missing = ingress.codec().missingSchema(value);
        if (missing.isEmpty() && tenantReady.isDone()) {
            return decode(value, requestTime, at, tenant, tenantReady.join());
        }
        CompletableFuture<Void> schema = missing.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : ingress.resolver().resolve(missing.getAsInt());
        return schema.thenCombine(tenantReady, (none, ready) -> ready)
                .thenCompose(ready -> decode(value, requestTime, at, tenant, ready));
    }

    private CompletableFuture<Read> decode(
            byte @Nullable [] value, long requestTime, RecordMetadata at, String tenant, boolean tenantReady) {
        InferenceRequest request;
        try {
            request = ingress.codec().decode(InferenceRequest.class, value);
        } catch (MalformedEventException e) {
            return done("malformed", e);
        }
        if (!Keys.isId(request.getRequestId())) {
            return done(
                    "invalid_request_id",
                    new UnanswerableException("request_id must be 1 to 128 characters without '/'; it has "
                            + request.getRequestId().length() + " characters"));
        }
        if (!tenantReady) {
            return done(
                    "tenant_not_ready",
                    new UnanswerableException("not all topics of tenant '" + tenant
                            + "' exist; create them with: penstock tenant add " + tenant));
        }
        String session = request.getSessionId();
        String routingKey =
                Keys.routingKey(session != null && Keys.isId(session) ? session : null, request.getRequestId());
        if (isMisplaced(routingKey, at)) {
            return CompletableFuture.completedFuture(new Read.Misplaced(tenant, routingKey));
        }
        Bytes raw = Bytes.wrap(value);
        EnrichedRequest.Source source = new EnrichedRequest.Source(at.topic(), at.partition(), at.offset());
        return enrich(
                new Decoded(request, raw, tenant, routingKey, source, requestTime),
                refusal(request, raw, tenant, requestTime));
    }

    private @Nullable Refusal refusal(InferenceRequest request, Bytes raw, String tenant, long requestTime) {
        Refusal refusal = RequestValidation.check(request, tenant, requestTime);
        if (refusal == null && raw.get().length > settings.maxRequestBytes()) {
            return new Refusal(
                    "request_too_large",
                    "the record has " + raw.get().length + " bytes; at most " + settings.maxRequestBytes()
                            + " can be routed");
        }
        return refusal;
    }

    /** A re-keyed record is where our own partitioner put it, so only those of clients are checked. */
    private boolean isMisplaced(String routingKey, RecordMetadata at) {
        boolean fromClient = ingress.topics().tenantOf(at.topic()) != null;
        return fromClient && partitionOf(routingKey) != at.partition();
    }

    private record Decoded(
            InferenceRequest request,
            Bytes raw,
            String tenant,
            String routingKey,
            EnrichedRequest.Source source,
            long requestTime) {}

    private CompletableFuture<Read> enrich(Decoded decoded, @Nullable Refusal refusal) {
        if (refusal != null) {
            FeatureVector none = FeatureVector.degraded(ingress.engine().id().dimension());
            return CompletableFuture.completedFuture(new Read.Ready(request(decoded, none, Signals.NONE, refusal)));
        }
        Prompt prompt = Prompts.of(decoded.request);
        Signals signals = lexical.of(prompt);
        CompletableFuture<FeatureVector> features = ingress.engine().submit(prompt);
        if (features.isDone()) {
            return CompletableFuture.completedFuture(new Read.Ready(request(decoded, features.join(), signals, null)));
        }
        return features.thenApply(vector -> new Read.Ready(request(decoded, vector, signals, null)));
    }

    private EnrichedRequest request(
            Decoded decoded, FeatureVector features, Signals signals, @Nullable Refusal refusal) {
        return new EnrichedRequest(
                new Identity(decoded.tenant, decoded.request.getRequestId()),
                lane,
                decoded.request,
                decoded.raw,
                bodyHash(decoded),
                decoded.routingKey,
                features,
                ingress.engine().id().hash(),
                signals,
                decoded.source,
                decoded.requestTime,
                refusal);
    }

    /** A client that sends again after a time-out changes only its clock, so that is not part of the body. */
    private Bytes bodyHash(Decoded decoded) {
        byte[] body = decoded.raw.get();
        if (decoded.request.getCreatedAt() != null) {
            body = ingress.codec()
                    .encode(InferenceRequest.newBuilder(decoded.request)
                            .setCreatedAt(null)
                            .build());
        }
        return Bytes.wrap(Digests.sha256(body, FRAME_BYTES, HASH_BYTES));
    }

    private int partitionOf(String routingKey) {
        byte[] key = routingKey.getBytes(StandardCharsets.UTF_8);
        return Utils.toPositive(Utils.murmur2(key)) % settings.partitions();
    }

    private static CompletableFuture<Read> done(String reason, RuntimeException error) {
        return CompletableFuture.completedFuture(new Read.Bad(reason, error));
    }
}
