package io.penstock.topology.route;

import io.penstock.event.Decision;
import io.penstock.event.Dispatch;
import io.penstock.event.InferenceRequest;
import io.penstock.event.Lane;
import io.penstock.event.RouteEvent;
import io.penstock.event.RouteEventKind;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Identity;
import io.penstock.schema.Topics;
import io.penstock.topology.DeadLetter;
import io.penstock.topology.RecentStore;
import io.penstock.topology.StageMetrics;
import io.penstock.topology.enrich.EnrichedRequest;
import io.penstock.topology.enrich.Refusal;
import io.penstock.topology.enrich.RouteInput;
import io.penstock.topology.enrich.RouteNames;
import io.penstock.topology.money.Allowance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of decisions and dispatches: decides requests and reroutes in order, remembers what is open, and
 * recognises what came before.
 */
final class RouteProcessor implements Processor<String, RouteInput, Object, Object> {

    /** What every route task of a process shares. */
    record Shared(Topics topics, EventCodec codec, RouteViews views, RouteSettings settings, StageMetrics metrics) {}

    private static final String SEQUENCE = "next";
    private static final Duration MONEY_INTERVAL = Duration.ofMillis(250);
    private static final Duration RETRY_INTERVAL = Duration.ofMillis(50);

    private final Lane lane;
    private final RouteNames names;
    private final Shared shared;
    private final Router router;
    private final Map<String, Integer> pending = new HashMap<>();
    private @Nullable ProcessorContext<Object, Object> context;
    private @Nullable Stores stores;
    private long sequence;
    private boolean sequenceMoved;

    private record Stores(
            RecentStore seen,
            OpenRequests open,
            KeyValueStore<String, Long> sequences,
            RouteMoney money,
            HeldRetries retries) {}

    RouteProcessor(Lane lane, Shared shared) {
        this.lane = lane;
        this.names = new RouteNames(lane);
        this.shared = shared;
        this.router = new Router(lane, shared.views(), shared.settings());
    }

    @Override
    public void init(ProcessorContext<Object, Object> initial) {
        context = initial;
        KeyValueStore<String, Long> sequences = initial.getStateStore(names.sequenceStore());
        RecentStore seen = new RecentStore(
                initial.getStateStore(names.seenStore()), shared.settings().deduplicationHorizon());
        pending.clear();
        OpenRequests open =
                new OpenRequests(initial.getStateStore(names.openStore()), request -> pend(request.model(), 1));
        RouteMoney money = RouteMoney.of(initial, lane, shared, open);
        HeldRetries retries = new HeldRetries(
                money.held(), open, shared.views().budgets(), request -> decide(request, read(request), null));
        stores = new Stores(seen, open, sequences, money, retries);
        Cancellable[] once = new Cancellable[1];
        once[0] = initial.schedule(Duration.ofMillis(100), PunctuationType.WALL_CLOCK_TIME, now -> {
            seen.keepOffset(now);
            money.keepOffset(now);
            once[0].cancel();
        });
        initial.schedule(RETRY_INTERVAL, PunctuationType.WALL_CLOCK_TIME, retries::run);
        initial.schedule(MONEY_INTERVAL, PunctuationType.WALL_CLOCK_TIME, money::tick);
        Long next = sequences.get(SEQUENCE);
        sequence = next == null ? 0 : next;
        sequenceMoved = false;
    }

    @Override
    public void process(Record<String, RouteInput> record) {
        RouteInput input = record.value();
        if (input instanceof RouteInput.Request request) {
            onRequest(request.enriched());
        } else if (input instanceof RouteInput.Event event) {
            onEvent(event.event());
        } else {
            persistSequence();
            stores().money().persist();
        }
    }

    private void onRequest(EnrichedRequest enriched) {
        String identity = enriched.identity().key();
        Bytes first = firstBody(identity, enriched.requestTime());
        if (first != null) {
            onRepeated(enriched, first);
            return;
        }
        OpenRequest open = router.open(enriched);
        Refusal refusal = enriched.refusal();
        if (refusal != null) {
            Decision decision = router.refuse(open, enriched.request(), position(), refusal.reason(), refusal.detail());
            forget(open);
            write(decision, open.requestTime());
            return;
        }
        if (router.isOfUnknownTask(open, enriched.request())) {
            shared.metrics().count("route.unknown-task");
        }
        if (stores().money().held().isBehind(open)) {
            hold(open, enriched.request(), null);
            return;
        }
        decide(open, enriched.request(), enriched);
    }

    /** The hash of the body that came first under this identity: it is open, or it was within the horizon. */
    private @Nullable Bytes firstBody(String identity, long requestTime) {
        OpenRequest open = stores().open().find(identity);
        if (open != null) {
            return open.bodyHash();
        }
        byte[] known = stores().seen().find(identity, requestTime);
        SeenRequest seen = known == null ? null : SeenRequest.fromBytes(known);
        long horizon = shared.settings().deduplicationHorizon().toMillis();
        return seen == null || seen.requestTime() < requestTime - horizon ? null : seen.bodyHash();
    }

    /** Nothing is open any more under this identity, but it must not come again within the horizon. */
    private void forget(OpenRequest open) {
        String identity = open.identity().key();
        SeenRequest seen = new SeenRequest(open.requestTime(), open.bodyHash());
        stores().seen().put(identity, seen.toBytes(), open.requestTime());
        if (open.attempt() > 0 || stores().money().held().contains(open)) {
            stores().money().held().remove(open);
            stores().open().remove(open);
        }
    }

    private void onRepeated(EnrichedRequest enriched, Bytes first) {
        if (first.equals(enriched.bodyHash())) {
            shared.metrics().count("route.duplicate");
            return;
        }
        shared.metrics().count("route.id-conflict");
        Record<byte @Nullable [], byte @Nullable []> source = new Record<>(
                enriched.routingKey().getBytes(StandardCharsets.UTF_8),
                enriched.raw().get(),
                enriched.requestTime());
        Record<byte @Nullable [], byte @Nullable []> dead = DeadLetter.of(
                source,
                context().recordMetadata().orElse(null),
                "id_conflict",
                new IllegalArgumentException("request_id was used before with another body within "
                        + shared.settings().deduplicationHorizon() + "; every request needs its own"));
        context()
                .forward(
                        new Record<Object, Object>(dead.key(), dead.value(), dead.timestamp(), dead.headers()),
                        names.deadLetterSink());
    }

    private void onEvent(RouteEvent event) {
        Identity identity = new Identity(event.getTenant(), event.getRequestId());
        OpenRequest open = stores().open().find(identity.key());
        stores().money()
                .settle(
                        shared.views().catalog().current(),
                        event,
                        open,
                        context().currentSystemTimeMs());
        stores().retries().settled();
        if (open == null) {
            shared.metrics().count("route.event-for-closed");
            return;
        }
        if (event.getKind() != RouteEventKind.REROUTE) {
            close(open);
            return;
        }
        if (event.getAttempt() != open.attempt()) {
            shared.metrics().count("route.stale-reroute");
            return;
        }
        Set<String> excluded = new TreeSet<>(open.excluded());
        if (event.getExcludeModel() != null) {
            excluded.add(event.getExcludeModel());
        }
        pend(open.model(), -1);
        shared.metrics().count("route.reroute");
        OpenRequest next = open.with(open.attempt(), open.model(), excluded);
        if (event.getEscalate() && event.getExcludeModel() != null) {
            shared.metrics().count("route.escalation");
            next = next.passedOver(event.getExcludeModel());
        }
        decide(next, read(open), null);
    }

    private InferenceRequest read(OpenRequest open) {
        return shared.codec().decode(InferenceRequest.class, open.raw().get());
    }

    private void decide(OpenRequest open, InferenceRequest request, @Nullable EnrichedRequest enriched) {
        Router.Verdict verdict = router.decide(
                open,
                request,
                enriched == null ? null : enriched.signals(),
                position(),
                model -> pending.getOrDefault(model, 0),
                allowance(open, request));
        Allowance allowance = verdict.allowance();
        if (allowance != null && verdict.missing() > 0) {
            stores().money().missed(allowance, verdict.missing());
        }
        if (verdict.mustWait()) {
            hold(open, request, verdict.decision());
            return;
        }
        Decision decision = verdict.decision();
        Selection.Chosen chosen = verdict.chosen();
        if (chosen == null) {
            forget(open);
            write(decision, open.requestTime());
            return;
        }
        Dispatch dispatch = DecisionRecords.dispatch(decision, request, maxOutputTokens(request, chosen));
        Bytes body = Bytes.wrap(shared.codec().encode(dispatch));
        if (tooLarge(decision, body)) {
            forget(open);
            write(decision, open.requestTime());
            return;
        }
        if (allowance != null) {
            stores().money()
                    .reserve(
                            allowance,
                            open.identity(),
                            request,
                            chosen,
                            position().now());
        }
        boolean waited = stores().money().held().contains(open);
        stores().money().held().remove(open);
        stores().open().put(open.with(decision.getAttempt(), dispatch.getModel(), open.excluded()), waited);
        pend(dispatch.getModel(), 1);
        write(decision, open.requestTime());
        String topic = shared.topics().models(lane, dispatch.getModel());
        context()
                .forward(
                        new Record<Object, Object>(
                                open.identity().key(), new Outgoing(topic, body), open.requestTime()),
                        names.modelsSink());
    }

    /** In deterministic mode nobody grants anything, and nobody limits. */
    private @Nullable Allowance allowance(OpenRequest open, InferenceRequest request) {
        return shared.settings().deterministic()
                ? null
                : stores().money()
                        .allowance(
                                shared.views().catalog().current(),
                                open,
                                request,
                                position().now());
    }

    /**
     * Lets a request wait for money, or behind one of its session that does.
     *
     * @param putOff null if it was not looked at
     */
    private void hold(OpenRequest open, InferenceRequest request, @Nullable Decision putOff) {
        HeldRequests held = stores().money().held();
        if (held.contains(open)) {
            return;
        }
        // Of a further attempt join has asked for, it waits; a first one it must be told of.
        OpenRequest waiting = open.with(open.attempt(), "", open.excluded());
        held.add(waiting);
        stores().open().hold(waiting);
        if (open.attempt() == 0) {
            write(router.accept(open, request, position(), putOff), open.requestTime());
        }
    }

    /** An oversized record inside a transaction would fail it again and again, so it becomes a refusal. */
    private boolean tooLarge(Decision decision, Bytes dispatch) {
        int limit = shared.settings().maxDispatchBytes();
        if (dispatch.get().length > limit) {
            DecisionRecords.refuse(
                    decision,
                    decision.getCandidates(),
                    RejectReasons.DISPATCH_TOO_LARGE,
                    "the dispatch has " + dispatch.get().length + " bytes; at most " + limit + " can be sent");
            return true;
        }
        int candidates = decision.getCandidates().size();
        if (candidates > shared.settings().maxCandidates()) {
            DecisionRecords.refuse(
                    decision,
                    List.of(),
                    RejectReasons.TOO_MANY_CANDIDATES,
                    candidates + " candidates were left; at most "
                            + shared.settings().maxCandidates()
                            + " fit into a decision: narrow them by a rule or by allowed_models");
            return true;
        }
        return false;
    }

    private static int maxOutputTokens(InferenceRequest request, Selection.Chosen chosen) {
        Integer asked =
                request.getParameters() == null ? null : request.getParameters().getMaxOutputTokens();
        return asked == null ? chosen.card().getMaxOutputTokens() : asked;
    }

    private void write(Decision decision, long requestTime) {
        shared.metrics()
                .count(
                        switch (decision.getKind()) {
                            case ACCEPTED -> "route.held";
                            case DISPATCH -> "route.dispatch";
                            case REJECT -> "route.reject";
                        });
        sequence++;
        sequenceMoved = true;
        context()
                .forward(
                        new Record<Object, Object>(
                                new Identity(decision.getTenant(), decision.getRequestId()).key(),
                                new Outgoing(
                                        shared.topics().decisions(),
                                        Bytes.wrap(shared.codec().encode(decision))),
                                requestTime),
                        names.decisionsSink());
    }

    private void close(OpenRequest open) {
        forget(open);
        pend(open.model(), -1);
        shared.metrics().count("route.closed");
    }

    private void pend(String model, int change) {
        if (model.isEmpty()) {
            return;
        }
        pending.merge(model, change, (before, delta) -> before + delta == 0 ? null : before + delta);
    }

    private void persistSequence() {
        if (sequenceMoved) {
            stores().sequences().put(SEQUENCE, sequence);
            sequenceMoved = false;
        }
    }

    private Router.Position position() {
        return new Router.Position(
                context().taskId().partition(), sequence, context().currentSystemTimeMs());
    }

    private ProcessorContext<Object, Object> context() {
        return Objects.requireNonNull(context, "init comes first");
    }

    private Stores stores() {
        return Objects.requireNonNull(stores, "init comes first");
    }
}
