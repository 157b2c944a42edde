package io.penstock.app.replay;

import io.penstock.event.Decision;
import io.penstock.event.Outcome;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.PolicyUse;
import io.penstock.event.Response;
import io.penstock.schema.Keys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * One SHA-256 over what a replay committed: every decision, response and outcome, and the last policy of each key, in
 * Avro's binary form, in order of topic, key and bytes. Two deterministic replays of the same prompts, seed and settings
 * give the same digest (design.md, I10).
 *
 * <p>Left out are wall clocks, places in topics and names of instances, and nothing else:
 *
 * <ul>
 *   <li>Decision: {@code source_offset}, {@code catalog_version} (an offset of catalog), and of each policy used
 *       {@code partition} and {@code offset};
 *   <li>Response: {@code finished_at};
 *   <li>PolicySnapshot: {@code version} (an offset of outcomes), {@code published_at}, {@code provenance} (may name its
 *       writer).
 * </ul>
 *
 * <p>Maps are written in order of their keys. Not thread-safe.
 */
final class LogDigest {
    private final SortedMap<String, List<byte[]>> records = new TreeMap<>();
    private final SortedMap<String, byte[]> policies = new TreeMap<>();
    private final boolean enabled;

    /** @param enabled false to take nothing, for runs whose digest means nothing */
    LogDigest(boolean enabled) {
        this.enabled = enabled;
    }

    void take(LoopEvent event) {
        if (!enabled) {
            return;
        }
        if (event instanceof LoopEvent.Decided decided) {
            Decision decision = decided.decision();
            add("decisions/" + decision.getTenant() + '/' + decision.getRequestId(), bytes(comparable(decision)));
        } else if (event instanceof LoopEvent.Responded responded) {
            Response response = responded.response();
            add("responses/" + response.getTenant() + '/' + response.getRequestId(), bytes(comparable(response)));
        } else if (event instanceof LoopEvent.Learnable learnable) {
            Outcome outcome = learnable.outcome();
            add("outcomes/" + outcome.getTenant() + '/' + outcome.getRequestId(), bytes(outcome));
        } else if (event instanceof LoopEvent.Published published) {
            PolicySnapshot policy = published.snapshot();
            String key = Keys.policyKey(policy.getScope(), policy.getModel(), policy.getShard(), policy.getExtractor());
            policies.put(key, bytes(comparable(policy)));
        }
    }

    static Decision comparable(Decision decision) {
        List<PolicyUse> uses = new ArrayList<>();
        for (PolicyUse use : decision.getPolicies()) {
            uses.add(PolicyUse.newBuilder(use).setPartition(-1).setOffset(-1).build());
        }
        return Decision.newBuilder(decision)
                .setSourceOffset(-1)
                .setCatalogVersion(-1)
                .setPolicies(uses)
                .setSignals(new TreeMap<>(decision.getSignals()))
                .setAttributes(new TreeMap<>(decision.getAttributes()))
                .build();
    }

    static Response comparable(Response response) {
        return Response.newBuilder(response)
                .setFinishedAt(Instant.EPOCH)
                .setAttributes(new TreeMap<>(response.getAttributes()))
                .build();
    }

    static PolicySnapshot comparable(PolicySnapshot policy) {
        return PolicySnapshot.newBuilder(policy)
                .setVersion(0)
                .setPublishedAt(Instant.EPOCH)
                .setProvenance(null)
                .build();
    }

    private void add(String key, byte[] value) {
        records.computeIfAbsent(key, k -> new ArrayList<>(1)).add(value);
    }

    /** Lower-case hexadecimal. */
    String hex() {
        MessageDigest sha = sha256();
        records.forEach((key, values) -> {
            values.sort(Arrays::compare);
            values.forEach(value -> update(sha, key, value));
        });
        policies.forEach((key, value) -> update(sha, "policies/" + key, value));
        return HexFormat.of().formatHex(sha.digest());
    }

    /** With lengths, so that no two different logs run into the same bytes. */
    private static void update(MessageDigest sha, String key, byte[] value) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        sha.update((name.length + "," + value.length + ":").getBytes(StandardCharsets.US_ASCII));
        sha.update(name);
        sha.update(value);
    }

    private static <T extends SpecificRecord> byte[] bytes(T event) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            new SpecificDatumWriter<T>(event.getSchema()).write(event, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
