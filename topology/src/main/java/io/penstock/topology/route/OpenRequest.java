package io.penstock.topology.route;

import io.penstock.feature.FeatureVector;
import io.penstock.schema.Identity;
import io.penstock.topology.StateReader;
import io.penstock.topology.StateWriter;
import io.penstock.topology.enrich.EnrichedRequest;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;

/**
 * What route keeps of a request until join says that it ended: enough to decide again. The store's value is a version
 * byte and the fields in order; the request itself last, as it was read.
 *
 * @param attempt the last attempt decided
 * @param model its model
 * @param unsure models that answered, but without confidence; they are excluded too
 */
record OpenRequest(
        Identity identity,
        String routingKey,
        int attempt,
        String model,
        Set<String> excluded,
        String extractor,
        FeatureVector features,
        EnrichedRequest.Source source,
        long requestTime,
        long expiresAt,
        Bytes bodyHash,
        Bytes raw,
        Set<String> unsure) {
    private static final byte VERSION = 1;
    // With the models that answered without confidence; a request without any is written as before.
    private static final byte WITH_UNSURE = 2;

    OpenRequest {
        excluded = Set.copyOf(excluded);
        unsure = Set.copyOf(unsure);
    }

    /** The same, after an answer of that model that was passed over. */
    OpenRequest passedOver(String answered) {
        Set<String> all = new TreeSet<>(unsure);
        all.add(answered);
        return new OpenRequest(
                identity,
                routingKey,
                attempt,
                model,
                excluded,
                extractor,
                features,
                source,
                requestTime,
                expiresAt,
                bodyHash,
                raw,
                all);
    }

    OpenRequest with(int nextAttempt, String nextModel, Set<String> nextExcluded) {
        return new OpenRequest(
                identity,
                routingKey,
                nextAttempt,
                nextModel,
                nextExcluded,
                extractor,
                features,
                source,
                requestTime,
                expiresAt,
                bodyHash,
                raw,
                unsure);
    }

    byte[] toBytes() {
        StateWriter out = new StateWriter();
        out.writeByte(unsure.isEmpty() ? VERSION : WITH_UNSURE);
        out.writeText(identity.tenant());
        out.writeText(identity.requestId());
        out.writeText(routingKey);
        out.writeVar(attempt);
        out.writeText(model);
        out.writeList(List.copyOf(new TreeSet<>(excluded)), out::writeText);
        out.writeText(extractor);
        out.writeBoolean(features.degraded());
        out.writeBytes(features.toBytes());
        out.writeText(source.topic());
        out.writeVar(source.partition());
        out.writeVar(source.offset());
        out.writeVar(requestTime);
        out.writeVar(expiresAt);
        out.writeBytes(bodyHash.get());
        out.writeBytes(raw.get());
        if (!unsure.isEmpty()) {
            out.writeList(List.copyOf(new TreeSet<>(unsure)), out::writeText);
        }
        return out.toBytes();
    }

    static OpenRequest fromBytes(byte[] bytes) {
        byte version = bytes.length > 0 && bytes[0] == WITH_UNSURE ? WITH_UNSURE : VERSION;
        return StateReader.read("An open request", version, bytes, in -> read(in, version));
    }

    private static OpenRequest read(StateReader in, byte version) {
        Identity identity = new Identity(in.readText(), in.readText());
        String routingKey = in.readText();
        int attempt = in.readInt();
        String model = in.readText();
        Set<String> excluded = Set.copyOf(in.readList(in::readText));
        String extractor = in.readText();
        boolean degraded = in.readBoolean();
        return new OpenRequest(
                identity,
                routingKey,
                attempt,
                model,
                excluded,
                extractor,
                FeatureVector.fromBytes(in.readBytes(), degraded),
                new EnrichedRequest.Source(in.readText(), in.readInt(), in.readVar()),
                in.readVar(),
                in.readVar(),
                Bytes.wrap(in.readBytes()),
                Bytes.wrap(in.readBytes()),
                version == WITH_UNSURE ? Set.copyOf(in.readList(in::readText)) : Set.of());
    }

    @Override
    public String toString() {
        return "OpenRequest[" + identity.key() + ", attempt " + attempt + "]";
    }
}
