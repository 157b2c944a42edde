package io.penstock.simulation;

import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Outcome;
import io.penstock.event.OutcomeKind;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.learner.ModelStatistics;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Keys;
import io.penstock.schema.Money;
import io.penstock.schema.Topics;
import io.penstock.topology.learn.Refold;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.streams.test.TestRecord;

/** What became of each request, and whether all that is promised was kept, from nothing but the topics. */
final class Books {
    private final DisturbedWorld world;
    private final Topics topics;
    private final EventCodec codec;
    private final Response[] responses;
    private final long[] ended;
    private final List<String> violations = new ArrayList<>();
    private final Set<String> attempts = new HashSet<>();
    private final Set<String> verdicts = new HashSet<>();
    private final Refold refold = new Refold();
    private final Map<String, PolicySnapshot> policies = new TreeMap<>();
    private int open;

    Books(DisturbedWorld world, Topics topics, EventCodec codec) {
        this.world = world;
        this.topics = topics;
        this.codec = codec;
        this.responses = new Response[world.size()];
        this.ended = new long[world.size()];
    }

    static String id(int request) {
        return "r" + request;
    }

    static int request(String id) {
        return Integer.parseInt(id.substring(1));
    }

    void sent(int request) {
        if (responses[request] != null) {
            violations.add(id(request) + " has ended before it was sent");
        }
        open++;
    }

    /** How many requests have not ended. */
    int open() {
        return open;
    }

    /** @param now when it was written, milliseconds since 1970 */
    void take(String topic, TestRecord<String, byte[]> record, long now) {
        if (topic.equals(topics.decisions())) {
            decided(codec.decode(Decision.class, record.value()));
        } else if (topic.equals(topics.responses(Run.TENANT))) {
            ended(codec.decode(Response.class, record.value()), now);
        } else if (topic.equals(topics.outcomes())) {
            learnable(codec.decode(Outcome.class, record.value()), record.timestamp());
        } else if (topic.equals(topics.policies())) {
            PolicySnapshot policy = codec.decode(PolicySnapshot.class, record.value());
            policies.put(
                    Keys.policyKey(policy.getScope(), policy.getModel(), policy.getShard(), policy.getExtractor()),
                    policy);
        } else if (topic.equals(topics.deadLetters())) {
            violations.add("a dead letter of " + record.key());
        }
    }

    private void decided(Decision decision) {
        String attempt = decision.getRequestId() + "/" + decision.getAttempt();
        if (!attempts.add(attempt)) {
            violations.add(attempt + " was decided twice");
        }
        if (decision.getKind() == DecisionKind.DISPATCH
                && !(decision.getPropensity() > 0 && decision.getPropensity() <= 1)) {
            violations.add(attempt + " has propensity " + decision.getPropensity());
        }
    }

    private void ended(Response response, long now) {
        int request = request(response.getRequestId());
        if (responses[request] != null) {
            violations.add(id(request) + " ended twice");
            return;
        }
        responses[request] = response;
        ended[request] = now;
        open--;
    }

    private void learnable(Outcome outcome, long recordedAt) {
        refold.add(0, outcome, recordedAt);
        if (outcome.getKind() == OutcomeKind.JUDGED && !verdicts.add(String.valueOf(outcome.getFeedbackId()))) {
            violations.add("feedback " + outcome.getFeedbackId() + " was to be learned twice");
        }
    }

    /** Adds it all up, when everything has happened. */
    Result close(String policy, Counts counts) {
        checkLearned(counts);
        List<Served> served = new ArrayList<>();
        int answered = 0;
        int expired = 0;
        long cost = 0;
        for (int request = 0; request < responses.length; request++) {
            Response response = responses[request];
            if (response == null) {
                violations.add(id(request) + " has no terminal event");
                continue;
            }
            served.add(served(request, response));
            answered += response.getKind() == ResponseKind.ANSWERED ? 1 : 0;
            expired += response.getKind() == ResponseKind.EXPIRED ? 1 : 0;
            cost += response.getSettledCostNanos();
        }
        return new Result(
                new Result.Setup(
                        world.world().name(),
                        policy,
                        world.scenario(),
                        world.favourite(),
                        world.requestsBefore(Scenario.FIRST),
                        world.requestsBefore(Scenario.SECOND)),
                served,
                world.bestFixed(),
                new Result.Ends(answered, served.size() - answered - expired, expired, Money.usd(cost)),
                violations,
                counts.of("learn.model-worse") + counts.of("learn.model-better"));
    }

    private Served served(int request, Response response) {
        int best = world.best(request);
        boolean answered = response.getKind() == ResponseKind.ANSWERED;
        int model = answered ? world.model(response.getModel()) : -1;
        double quality =
                answered ? world.potential(request, model, ended[request]).quality() : 0;
        double reward = world.reward(
                quality, response.getSettledCostNanos(), (double) (ended[request] - world.arrival(request)));
        return new Served(model, reward, world.values(request)[best], model == best);
    }

    /** Every verdict that join gave out was learned, and the policies are what the outcomes add up to, bit by bit. */
    private void checkLearned(Counts counts) {
        if (counts.of("learn.judged") != verdicts.size()) {
            violations.add(verdicts.size() + " verdicts were to be learned, " + counts.of("learn.judged") + " were");
        }
        Map<String, ModelStatistics> sums = refold.sums();
        if (!sums.keySet().equals(policies.keySet())) {
            violations.add("there are policies of " + policies.keySet() + ", but outcomes of " + sums.keySet());
        }
        policies.forEach((key, policy) -> {
            ModelStatistics again = sums.get(key);
            if (again != null && !policy.getStatistics().equals(ByteBuffer.wrap(again.toBytes()))) {
                violations.add(key + " is not what its outcomes add up to");
            }
        });
    }
}
