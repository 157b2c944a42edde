package io.penstock.topology.route;

import io.penstock.feature.FeatureVector;
import io.penstock.schema.Identity;
import io.penstock.topology.enrich.EnrichedRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
        // The hash comes first: it is asked for without the rest.
        Writer out = new Writer(512 + raw.get().length)
                .bytes(bodyHash.get())
                .text(identity.tenant())
                .text(identity.requestId())
                .text(routingKey)
                .number(attempt)
                .text(model)
                .number(excluded.size());
        for (String slug : new TreeSet<>(excluded)) {
            out.text(slug);
        }
        return out.text(extractor)
                .number(features.degraded() ? 1 : 0)
                .bytes(features.toBytes())
                .text(source.topic())
                .number(source.partition())
                .number(source.offset())
                .number(requestTime)
                .number(expiresAt)
                .bytes(raw.get())
                .toBytes();
    }

    static OpenRequest fromBytes(byte[] bytes) {
        ByteBuffer in = checked(bytes);
        Bytes bodyHash = Bytes.wrap(readBytes(in));
        Identity identity = new Identity(readText(in), readText(in));
        String routingKey = readText(in);
        int attempt = (int) in.getLong();
        String model = readText(in);
        Set<String> excluded = new TreeSet<>();
        for (long left = in.getLong(); left > 0; left--) {
            excluded.add(readText(in));
        }
        String extractor = readText(in);
        boolean degraded = in.getLong() == 1;
        return new OpenRequest(
                identity,
                routingKey,
                attempt,
                model,
                excluded,
                extractor,
                FeatureVector.fromBytes(readBytes(in), degraded),
                new EnrichedRequest.Source(readText(in), (int) in.getLong(), in.getLong()),
                in.getLong(),
                in.getLong(),
                bodyHash,
                Bytes.wrap(readBytes(in)));
    }

    /** The body hash alone. */
    static byte[] bodyHashOf(byte[] bytes) {
        return readBytes(checked(bytes));
    }

    private static ByteBuffer checked(byte[] bytes) {
        if (bytes.length == 0 || bytes[0] != VERSION) {
            throw new IllegalStateException("an open request has format " + (bytes.length == 0 ? "none" : bytes[0])
                    + "; this release reads format " + VERSION);
        }
        return ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    }

    private static byte[] readBytes(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return bytes;
    }

    private static String readText(ByteBuffer in) {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    private static final class Writer {
        private ByteBuffer out;

        Writer(int capacity) {
            out = ByteBuffer.allocate(capacity).put(VERSION);
        }

        Writer bytes(byte[] bytes) {
            room(Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes);
            return this;
        }

        Writer text(String text) {
            return bytes(text.getBytes(StandardCharsets.UTF_8));
        }

        Writer number(long number) {
            room(Long.BYTES).putLong(number);
            return this;
        }

        private ByteBuffer room(int more) {
            if (out.remaining() < more) {
                out = ByteBuffer.allocate(2 * (out.position() + more)).put(out.flip());
            }
            return out;
        }

        byte[] toBytes() {
            return Arrays.copyOf(out.array(), out.position());
        }
    }

    @Override
    public String toString() {
        return "OpenRequest[" + identity.key() + ", attempt " + attempt + "]";
    }
}
