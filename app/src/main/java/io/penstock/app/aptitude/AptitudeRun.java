package io.penstock.app.aptitude;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.connector.recorded.RecordedBackend;
import io.penstock.event.Constraints;
import io.penstock.event.Feedback;
import io.penstock.event.InferenceRequest;
import io.penstock.event.ModelCard;
import io.penstock.event.Response;
import io.penstock.event.ResponseKind;
import io.penstock.schema.Money;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Sends every probe to every model, as ordinary requests that allow this one model: route decides each with probability one,
 * and everything is learned from like all else. Request ids follow from the run, the model and the probe, so a run that was
 * interrupted goes on where it stopped, and what was sent twice is dropped as a duplicate. Before each request its worst
 * case must fit under the cap beside what is spent and what is under way, so the run never costs more. Used by one thread.
 */
public final class AptitudeRun {
    /** Attribute that every request has; its value is the run. */
    public static final String ATTRIBUTE = "penstock.aptitude";

    /** Of the verdicts that probes with a known answer give. */
    public static final String SOURCE = "aptitude";

    private static final String BUDGET_EXHAUSTED = "budget_exhausted";
    private static final int HASH_BYTES = 16;

    /** The tenant's topics, as far as a run needs them. */
    public interface Wire {
        /** Sends a request, and returns how many bytes it has: no model counts more input tokens. */
        void send(InferenceRequest request);

        /** Bytes of a request as it is sent; no model counts more input tokens. */
        int size(InferenceRequest request);

        void judge(Feedback feedback);

        /** Responses that have come since the last call; at first those of earlier starts. */
        List<Response> responses(Duration wait);
    }

    /**
     * How to run.
     *
     * @param run names it; another name asks everything anew
     * @param capNanos never more than this; {@link Long#MAX_VALUE} = only budgets of the cluster limit it
     * @param attributes of every request, e.g. one that chooses a budget
     * @param inFlight requests under way at most
     * @param patience after which a run without any response gives up
     */
    public record Settings(String run, long capNanos, Map<String, String> attributes, int inFlight, Duration patience) {
        public Settings {
            attributes = Map.copyOf(attributes);
            if (!run.matches("[a-z0-9-]{1,40}")) {
                throw new IllegalArgumentException("run must match [a-z0-9-]{1,40}, but is '" + run + "'");
            }
            if (inFlight < 1) {
                throw new IllegalArgumentException("in-flight must be at least 1, but is " + inFlight);
            }
        }
    }

    /** Why a run ended. */
    public enum End {
        /** Every model has had every probe. */
        DONE,
        /** The worst case of the next request does not fit under the cap. */
        CAP,
        /** The cluster has rejected a request for want of money. */
        BUDGET,
        /** Nothing came for too long. */
        SILENCE
    }

    private record Ask(ModelCard card, Probe probe, InferenceRequest request, long worst) {}

    private final Settings settings;
    private final Wire wire;
    private final Map<String, Ask> asks = new LinkedHashMap<>();
    private final Map<String, AptitudeTally> tallies = new LinkedHashMap<>();
    private final Map<String, Ask> underWay = new HashMap<>();
    private final Map<String, Response> answered = new HashMap<>();
    private long spent;
    private long reserved;
    private boolean refused;

    /** @param cards of the models, whose prices give the worst case */
    public AptitudeRun(Settings settings, List<ModelCard> cards, List<Probe> probes, Wire wire) {
        this.settings = settings;
        this.wire = wire;
        // Probe by probe, so that a run that is cut short has asked all models the same.
        for (Probe probe : probes) {
            for (ModelCard card : cards) {
                InferenceRequest request = request(card, probe);
                long worst = Money.costNanos(
                        wire.size(request),
                        card.getMaxOutputTokens(),
                        card.getInputNanosPerMillionTokens(),
                        card.getOutputNanosPerMillionTokens());
                asks.put(request.getRequestId(), new Ask(card, probe, request, worst));
            }
        }
        cards.forEach(card -> tallies.put(card.getSlug(), new AptitudeTally(card.getSlug())));
    }

    private InferenceRequest request(ModelCard card, Probe probe) {
        Map<String, String> attributes = new HashMap<>(settings.attributes());
        attributes.put(ATTRIBUTE, settings.run());
        if (probe.recordedId() != null) {
            attributes.put(RecordedBackend.ID_ATTRIBUTE, probe.recordedId());
        }
        // No time of its own: the same request sent again must be the same bytes.
        return InferenceRequest.newBuilder()
                .setRequestId(requestId(settings.run(), card.getSlug(), probe))
                .setPrompt(probe.prompt())
                .setMessages(probe.messages())
                .setConstraints(Constraints.newBuilder()
                        .setAllowedModels(List.of(card.getSlug()))
                        .build())
                .setAttributes(attributes)
                .build();
    }

    /** The same for the same run, model, id and text. */
    static String requestId(String run, String model, Probe probe) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            List<String> parts = new ArrayList<>(List.of(model, probe.id(), String.valueOf(probe.prompt())));
            probe.messages().forEach(message -> {
                parts.add(message.getRole());
                parts.add(message.getContent());
            });
            for (String part : parts) {
                byte[] bytes = part.getBytes(UTF_8);
                digest.update((bytes.length + ":").getBytes(UTF_8));
                digest.update(bytes);
            }
            return "aptitude-" + run + '-' + HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Runs until all is answered, or money or patience is at its end. */
    public End run() {
        Deque<Ask> left = new ArrayDeque<>();
        wire.responses(Duration.ZERO).forEach(this::take);
        asks.forEach((id, ask) -> {
            if (!answered.containsKey(id)) {
                left.add(ask);
            }
        });
        long last = System.nanoTime();
        while (true) {
            boolean fits = fill(left);
            if (underWay.isEmpty()) {
                return end(fits);
            }
            List<Response> responses = wire.responses(Duration.ofMillis(200));
            responses.forEach(this::take);
            last = responses.isEmpty() ? last : System.nanoTime();
            if (System.nanoTime() - last > settings.patience().toNanos()) {
                return End.SILENCE;
            }
        }
    }

    private End end(boolean fits) {
        if (refused) {
            return End.BUDGET;
        }
        return fits ? End.DONE : End.CAP;
    }

    /** Sends as much as may be under way; false if the next one's worst case does not fit under the cap. */
    private boolean fill(Deque<Ask> left) {
        while (!refused && !left.isEmpty() && underWay.size() < settings.inFlight()) {
            Ask next = left.element();
            if (next.worst() > settings.capNanos() - spent - reserved) {
                return false;
            }
            left.remove();
            reserved += next.worst();
            underWay.put(next.request().getRequestId(), next);
            tally(next).sent();
            wire.send(next.request());
        }
        return true;
    }

    private void take(Response response) {
        String id = response.getRequestId();
        Ask ask = asks.get(id);
        if (ask == null || answered.putIfAbsent(id, response) != null) {
            return;
        }
        boolean ofEarlierStart = underWay.remove(id) == null;
        if (ofEarlierStart) {
            tally(ask).sent();
        } else {
            reserved -= ask.worst();
        }
        spent += response.getSettledCostNanos() + response.getInDoubtCostNanos();
        tally(ask).response(response);
        if (response.getKind() != ResponseKind.ANSWERED) {
            refused |= !ofEarlierStart && BUDGET_EXHAUSTED.equals(response.getReason());
            return;
        }
        String answer = response.getAnswer();
        OptionalDouble grade = ask.probe().grade(answer == null ? "" : answer);
        grade.ifPresent(value -> judge(id, value));
    }

    /** The id of the verdict is that of the request: said again it changes nothing. */
    private void judge(String requestId, double value) {
        wire.judge(Feedback.newBuilder()
                .setFeedbackId(requestId)
                .setRequestId(requestId)
                .setSource(SOURCE)
                .setValue(value)
                .build());
    }

    private AptitudeTally tally(Ask ask) {
        return tallies.computeIfAbsent(ask.card().getSlug(), AptitudeTally::new);
    }

    /** Counts a verdict that was learned; those on other requests change nothing. */
    public void verdict(String requestId, double value) {
        Ask ask = asks.get(requestId);
        if (ask != null) {
            tally(ask).verdict(value);
        }
    }

    /** Whether an answered request of this run gets a verdict without anybody else. */
    public boolean expectsVerdict(String requestId) {
        Response response = answered.get(requestId);
        Ask ask = asks.get(requestId);
        return ask != null
                && response != null
                && response.getKind() == ResponseKind.ANSWERED
                && (ask.probe().expected() != null || ask.probe().recordedId() != null);
    }

    /** Requests of this run that were answered and get a verdict by themselves. */
    public long verdictsExpected() {
        return answered.keySet().stream().filter(this::expectsVerdict).count();
    }

    /** Settled and in doubt, of all requests of the run. */
    public long spentNanos() {
        return spent;
    }

    public List<AptitudeTally> tallies() {
        return List.copyOf(tallies.values());
    }

    /** Of a model; null if it is not of this run. */
    public @Nullable AptitudeTally tally(String model) {
        return tallies.get(model);
    }
}
