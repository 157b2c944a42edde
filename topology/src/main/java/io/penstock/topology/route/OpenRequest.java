package io.penstock.topology.route;

import io.penstock.feature.FeatureVector;
import io.penstock.schema.Identity;
import io.penstock.topology.enrich.EnrichedRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;

/**
 * What route keeps of a request until join says that it ended: enough to decide again. The store's value is a version
 * byte and the fields in order; the request itself last, as it was read.
 *
 * @param attempt the last attempt decided
 * @param model its model
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
        Bytes raw) {
    private static final byte VERSION = 1;

    OpenRequest {
        excluded = Set.copyOf(excluded);
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
                raw);
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512 + raw.get().length);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(identity.tenant());
            out.writeUTF(identity.requestId());
            out.writeUTF(routingKey);
            out.writeInt(attempt);
            out.writeUTF(model);
            out.writeInt(excluded.size());
            for (String slug : new TreeSet<>(excluded)) {
                out.writeUTF(slug);
            }
            out.writeUTF(extractor);
            out.writeBoolean(features.degraded());
            writeBytes(out, features.toBytes());
            out.writeUTF(source.topic());
            out.writeInt(source.partition());
            out.writeLong(source.offset());
            out.writeLong(requestTime);
            out.writeLong(expiresAt);
            writeBytes(out, bodyHash.get());
            writeBytes(out, raw.get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static OpenRequest fromBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte version = in.readByte();
            if (version != VERSION) {
                throw new IllegalStateException(
                        "an open request has format " + version + "; this release reads format " + VERSION);
            }
            Identity identity = new Identity(in.readUTF(), in.readUTF());
            String routingKey = in.readUTF();
            int attempt = in.readInt();
            String model = in.readUTF();
            Set<String> excluded = new TreeSet<>();
            for (int left = in.readInt(); left > 0; left--) {
                excluded.add(in.readUTF());
            }
            String extractor = in.readUTF();
            boolean degraded = in.readBoolean();
            FeatureVector features = FeatureVector.fromBytes(readBytes(in), degraded);
            EnrichedRequest.Source source = new EnrichedRequest.Source(in.readUTF(), in.readInt(), in.readLong());
            return new OpenRequest(
                    identity,
                    routingKey,
                    attempt,
                    model,
                    excluded,
                    extractor,
                    features,
                    source,
                    in.readLong(),
                    in.readLong(),
                    Bytes.wrap(readBytes(in)),
                    Bytes.wrap(readBytes(in)));
        } catch (IOException e) {
            throw new UncheckedIOException("an open request cannot be read back from the store", e);
        }
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }

    @Override
    public String toString() {
        return "OpenRequest[" + identity.key() + ", attempt " + attempt + "]";
    }
}
