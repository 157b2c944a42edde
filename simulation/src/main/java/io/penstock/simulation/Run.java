package io.penstock.simulation;

import io.penstock.event.CatalogEntry;
import io.penstock.event.Dispatch;
import io.penstock.event.Feedback;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.ModelCard;
import io.penstock.event.ModelPhase;
import io.penstock.event.ModelStatus;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.event.RoutingProfile;
import io.penstock.learner.Policies;
import io.penstock.simulation.Draws.Purpose;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.test.TestRecord;

/** One policy in one disturbed world, from the first request until nothing can happen any more. */
final class Run {
    static final String TENANT = "default";

    /** Verdicts come from so many places, in turn. */
    private static final int SOURCES = 20;

    private static final String HOSTILE_SOURCE = "hostile";
    private static final String AUDIT_SOURCE = "audit";
    private static final Duration START_WITHIN = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration LONGEST_THOUGHT = Duration.ofMinutes(1);
    /** Timers fire at most this late while something is in flight. */
    private static final Duration TICK = Duration.ofSeconds(2);

    private static final Duration AFTERMATH = Duration.ofSeconds(10);

    private final DisturbedWorld world;
    private final String policy;
    private final Cluster cluster;
    private final Draws draws;
    private final Agenda agenda = new Agenda();
    private final Books books;
    private final Models models;
    private final Map<String, String> modelTopics = new HashMap<>();

    Run(DisturbedWorld world, String policy, Cluster cluster, long seed) {
        this.world = world;
        this.policy = policy;
        this.cluster = cluster;
        this.draws = new Draws(seed);
        this.books = new Books(world, cluster.topics(), cluster.codec());
        this.models = new Models(world, agenda, cluster);
        for (ModelCard card : world.world().cards()) {
            modelTopics.put(cluster.topics().models(Lane.ONLINE, card.getSlug()), card.getSlug());
        }
    }

    Result run() {
        catalog("profile", TENANT, profile());
        publishCards();
        for (double time : List.of(Scenario.FIRST, Scenario.SECOND)) {
            agenda.at(world.momentOf(time), this::publishCards);
        }
        Duration pause = world.scenario().learnerPause();
        if (!pause.isZero()) {
            agenda.at(world.momentOf(Scenario.FIRST), () -> cluster.pauseLearner(pause));
            agenda.at(world.momentOf(Scenario.FIRST) + pause.toMillis(), () -> {});
        }
        for (int request = 0; request < world.size(); request++) {
            int next = request;
            agenda.at(world.arrival(request), () -> send(next));
        }
        while (!agenda.isEmpty() || books.open() > 0) {
            step();
        }
        // The last sums are published when their interval has passed.
        cluster.advanceTo(cluster.now() + AFTERMATH.toMillis(), this::take);
        return books.close(policy, cluster.counts());
    }

    /** Goes to the next event; what was written before is published on the way. */
    private void step() {
        long next = agenda.isEmpty() ? cluster.now() + AFTERMATH.toMillis() : agenda.next();
        // One tick at a time, since what a timer does may put something on the agenda that comes first.
        long tick = cluster.now() + TICK.toMillis();
        cluster.advanceTo(books.open() > 0 ? Math.min(next, tick) : next, this::take);
        while (!agenda.isEmpty() && agenda.next() <= cluster.now()) {
            agenda.run();
            cluster.carry(this::take);
        }
    }

    private RoutingProfile profile() {
        Map<String, String> options = new TreeMap<>();
        if (policy.equals("static")) {
            world.world().cards().forEach(card -> options.put(card.getSlug(), "1"));
        }
        RoutingProfile profile = RoutingProfile.newBuilder()
                .setWeights(world.world().weights())
                .setCostReferenceNanos(world.costReferenceNanos())
                .setLatencyReferenceMs(DisturbedWorld.LATENCY_REFERENCE_MS)
                .setPolicy(policy)
                .setPolicyOptions(options)
                .setRequestTimeoutMs(REQUEST_TIMEOUT.toMillis())
                .setStartWithinMs(START_WITHIN.toMillis())
                .build();
        // The catalog would keep its last good profile, and the report would tell of another policy.
        Policies.byName(policy, options);
        return profile;
    }

    /** Cards as they are now; a model that is absent has none. */
    private void publishCards() {
        for (int model = 0; model < world.world().cards().size(); model++) {
            if (world.conduct(model, cluster.now()).present()) {
                ModelCard card = world.card(model, cluster.now());
                catalog("model", card.getSlug(), card);
                catalog(
                        "model-status",
                        card.getSlug(),
                        ModelStatus.newBuilder()
                                .setSlug(card.getSlug())
                                .setPhase(ModelPhase.ACTIVE)
                                .build());
            }
        }
    }

    private void catalog(String kind, String id, SpecificRecord body) {
        CatalogEntry entry =
                CatalogEntry.newBuilder().setKind(kind).setId(id).setBody(body).build();
        write(cluster.topics().catalog(), kind + "/" + id, entry);
    }

    private void send(int request) {
        InferenceRequest asked = InferenceRequest.newBuilder()
                .setRequestId(Books.id(request))
                .setPrompt(world.world().prompt(request))
                .build();
        books.sent(request);
        write(cluster.topics().requests(Lane.ONLINE, TENANT), Books.id(request), asked);
    }

    private void write(String topic, String key, SpecificRecord event) {
        cluster.write(topic, key, cluster.codec().encode(event));
    }

    /** What the applications write, as dispatchers and clients read it. */
    private void take(String topic, TestRecord<String, byte[]> record) {
        books.take(topic, record, cluster.now());
        if (modelTopics.containsKey(topic)) {
            models.call(cluster.codec().decode(Dispatch.class, record.value()));
        } else if (topic.equals(cluster.topics().responses(TENANT))) {
            judge(cluster.codec().decode(Response.class, record.value()));
        }
    }

    private void judge(Response response) {
        int model = world.model(response.getModel());
        if (response.getKind() != ResponseKind.ANSWERED || model < 0) {
            return;
        }
        int request = Books.request(response.getRequestId());
        Judging judging = world.scenario().judging();
        double verdict = world.world()
                .verdict(
                        request,
                        model,
                        world.potential(request, model, cluster.now()).quality());
        double chance = verdict >= 0.5 ? judging.chanceIfGood() : judging.chanceIfBad();
        if (draws.uniform(Purpose.JUDGED, request, 0) < chance) {
            feedback(request, "user-" + request % SOURCES, verdict, 1);
        }
        if (response.getAuditProbability() > 0) {
            feedback(request, AUDIT_SOURCE, verdict, response.getAuditProbability());
        }
        if (model == world.favourite() && draws.uniform(Purpose.JUDGED, request, 1) < judging.poison()) {
            feedback(request, HOSTILE_SOURCE, 0, 1);
        }
    }

    private void feedback(int request, String source, double value, double probability) {
        Feedback feedback = Feedback.newBuilder()
                .setFeedbackId(source + "-" + Books.id(request))
                .setRequestId(Books.id(request))
                .setSource(source)
                .setValue(value)
                .setSamplingProbability(probability)
                .build();
        long thought = (long) (draws.uniform(Purpose.DELAY, request, source.hashCode()) * LONGEST_THOUGHT.toMillis());
        long delay = world.scenario().judging().delay().toMillis() + thought;
        agenda.at(
                cluster.now() + delay,
                () -> write(cluster.topics().feedback(TENANT), feedback.getRequestId(), feedback));
    }
}
