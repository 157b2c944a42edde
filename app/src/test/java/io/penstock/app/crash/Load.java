package io.penstock.app.crash;

import io.penstock.connector.recorded.RecordedBackend;
import io.penstock.connector.recorded.RecordedPrompt;
import io.penstock.event.Feedback;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.schema.Identity;
import io.penstock.schema.Keys;
import io.penstock.schema.Topics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends requests at a steady rate until told to stop: in sessions and alone, of two tenants; some twice, and the latest
 * ones again when asked to; feedback before the request, after it, twice, with another value, and for requests that never
 * were. What it sends depends on the seed alone, except for what it is asked to send again. One thread runs it; the others
 * may ask it anything.
 */
final class Load implements Runnable {
    enum Kind {
        REQUEST,
        DUPLICATE_REQUEST,
        EARLY_FEEDBACK,
        LATE_FEEDBACK,
        DUPLICATE_FEEDBACK,
        CORRECTION,
        ORPHAN_FEEDBACK
    }

    private static final int SESSIONS = 100;
    private static final int AHEAD = 30;
    private static final int REMEMBERED = 20;
    // Orphans must be dead letters by the end, and each waits for its time.
    private static final int ORPHANS_UNTIL = 500;

    private record Sending(Kind kind, ProducerRecord<String, byte[]> record) {}

    private final CrashCluster cluster;
    private final Topics topics;
    private final Random random;
    private final long nanosPerRequest;
    private final Map<Integer, List<Sending>> planned = new TreeMap<>();
    private final Map<Kind, Integer> sent = new EnumMap<>(Kind.class);
    private final Set<String> identities = new LinkedHashSet<>();
    private final Map<String, Double> verdicts = new LinkedHashMap<>();
    private final Set<String> orphans = new LinkedHashSet<>();
    private final Set<String> early = new LinkedHashSet<>();
    private final Deque<ProducerRecord<String, byte[]>> latest = new ArrayDeque<>();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private volatile boolean stopping;
    private volatile boolean again;
    private volatile int requests;

    Load(CrashCluster cluster, long seed, int perSecond) {
        this.cluster = cluster;
        this.topics = cluster.client().topics();
        this.random = new Random(seed);
        this.nanosPerRequest = 1_000_000_000L / perSecond;
    }

    @Override
    public void run() {
        long next = System.nanoTime();
        for (int tick = 0; !stopping || !planned.isEmpty(); tick++) {
            if (!stopping) {
                plan(tick);
            }
            List<Sending> now = planned.remove(tick);
            if (now != null) {
                now.forEach(this::send);
            }
            if (again) {
                again = false;
                List.copyOf(latest).forEach(record -> send(new Sending(Kind.DUPLICATE_REQUEST, record)));
            }
            next += nanosPerRequest;
            LockSupport.parkNanos(next - System.nanoTime());
        }
        cluster.client().producer().flush();
    }

    /** Sends exactly so many more requests, and nothing about them. For tests that need no steady load. */
    void sendRequests(int count) {
        for (int i = 0; i < count; i++) {
            send(new Sending(Kind.REQUEST, request(identities.size(), random.nextInt(SESSIONS))));
        }
        cluster.client().producer().flush();
    }

    private void plan(int tick) {
        int at = tick + AHEAD;
        ProducerRecord<String, byte[]> request = request(tick, random.nextInt(SESSIONS * 3 / 2));
        plan(at, new Sending(Kind.REQUEST, request));
        if (random.nextInt(20) == 0) {
            plan(at + random.nextInt(60), new Sending(Kind.DUPLICATE_REQUEST, request));
        }
        String tenant = tenant(tick);
        String id = id(tick);
        switch (random.nextInt(10)) {
            case 0 -> {
                early.add(new Identity(tenant, id).key());
                plan(tick + random.nextInt(AHEAD), verdict(Kind.EARLY_FEEDBACK, tenant, id, 0.75));
            }
            case 1 -> plan(at + random.nextInt(100), verdict(Kind.LATE_FEEDBACK, tenant, id, 0.25));
            case 2 -> {
                int first = at + random.nextInt(50);
                plan(first, verdict(Kind.LATE_FEEDBACK, tenant, id, 1));
                plan(first + random.nextInt(50), verdict(Kind.DUPLICATE_FEEDBACK, tenant, id, 1));
            }
            case 3 -> {
                int first = at + random.nextInt(50);
                plan(first, verdict(Kind.LATE_FEEDBACK, tenant, id, 0));
                plan(first + 1 + random.nextInt(50), verdict(Kind.CORRECTION, tenant, id, 0.5));
            }
            default -> {
                if (tick < ORPHANS_UNTIL && random.nextInt(10) == 0) {
                    plan(tick, verdict(Kind.ORPHAN_FEEDBACK, tenant, "never-" + tick, 1));
                }
            }
        }
    }

    private void plan(int tick, Sending sending) {
        planned.computeIfAbsent(tick, t -> new ArrayList<>()).add(sending);
    }

    private static String tenant(int number) {
        return CrashCluster.TENANTS.get(number % CrashCluster.TENANTS.size());
    }

    private static String id(int number) {
        return "r" + number;
    }

    /** @param session of the tenant's; numbers beyond the sessions mean none */
    private ProducerRecord<String, byte[]> request(int number, int session) {
        List<RecordedPrompt> prompts = cluster.sample().prompts();
        RecordedPrompt prompt = prompts.get(number % prompts.size());
        String sessionId = session < SESSIONS ? "s" + session : null;
        InferenceRequest request = InferenceRequest.newBuilder()
                .setRequestId(id(number))
                .setSessionId(sessionId)
                .setPrompt(prompt.text())
                .setAttributes(Map.of(RecordedBackend.ID_ATTRIBUTE, prompt.id()))
                .build();
        return new ProducerRecord<>(
                topics.requests(Lane.ONLINE, tenant(number)),
                Keys.routingKey(sessionId, id(number)),
                cluster.client().codec().encode(request));
    }

    private Sending verdict(Kind kind, String tenant, String id, double value) {
        Feedback feedback = Feedback.newBuilder()
                .setFeedbackId("test:" + id)
                .setRequestId(id)
                .setSource("user")
                .setValue(value)
                .build();
        String identity = new Identity(tenant, id).key();
        if (kind == Kind.ORPHAN_FEEDBACK) {
            orphans.add(identity);
        } else {
            verdicts.put(identity, value);
        }
        return new Sending(
                kind,
                new ProducerRecord<>(
                        topics.feedback(tenant), id, cluster.client().codec().encode(feedback)));
    }

    private void send(Sending sending) {
        cluster.client().producer().send(sending.record(), (metadata, error) -> {
            if (error != null) {
                failure.compareAndSet(null, error);
            }
        });
        sent.merge(sending.kind(), 1, Integer::sum);
        if (sending.kind() == Kind.REQUEST) {
            int number = identities.size();
            identities.add(new Identity(tenant(number), id(number)).key());
            latest.addLast(sending.record());
            if (latest.size() > REMEMBERED) {
                latest.removeFirst();
            }
            requests = identities.size();
        }
    }

    /** Requests sent so far. */
    int requests() {
        return requests;
    }

    /** Soon sends the latest requests once more, as a client does that heard nothing. */
    void sendLatestAgain() {
        again = true;
    }

    /** No new requests; what is planned for those that were sent still goes out. */
    void stop() {
        stopping = true;
    }

    /** Records sent, by kind. Only once the load has stopped, as are the methods below. */
    Map<Kind, Integer> sent() {
        Exception failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("a record could not be sent", failed);
        }
        return sent;
    }

    /** tenant/request-id of every request. */
    Set<String> identities() {
        return identities;
    }

    /** The value that counts at the end for every request that was given a verdict, by identity. */
    Map<String, Double> verdicts() {
        return verdicts;
    }

    /** Identities of verdicts on requests that never were. */
    Set<String> orphans() {
        return orphans;
    }

    /** Requests whose verdict came first. */
    Set<String> early() {
        return early;
    }
}
