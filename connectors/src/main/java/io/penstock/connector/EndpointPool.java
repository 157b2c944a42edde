package io.penstock.connector;

import io.penstock.event.BreakerState;
import io.penstock.event.DispatcherState;
import io.penstock.event.Endpoint;
import io.penstock.event.ModelCard;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one model, each with its breaker. The model's own breaker follows from them: closed while any of them is,
 * else half open while any of them is.
 *
 * <p>Which one is called: one that is tried again goes first. Else calls whose prompts begin alike prefer the same two of the
 * endpoints, so that what those have cached of it is used, and of the two the one with fewer calls; if that one has more than
 * its share of all calls by a quarter, whoever has fewest. One that was away, or has just come, gets its share little by
 * little. One that asks to be left alone for a time is. Worker thread only.
 */
final class EndpointPool {
    private static final double SHARE_EXCESS = 1.25;
    private static final Duration SLOW_START = Duration.ofSeconds(30);
    private static final double COLDEST = 0.1;

    /** Whatever an endpoint asks for; then it is asked again. */
    private static final Duration LONGEST_HOLD = Duration.ofMinutes(10);

    private final InstantSource clock;
    private final boolean always;
    private @Nullable ModelCard card;
    private List<Member> members = List.of();

    /** One endpoint, or what the backend of a model without endpoints calls. */
    private static final class Member {
        private final @Nullable Endpoint endpoint;
        private final EndpointBreaker breaker;
        private final long hash;
        private ModelCard card;
        private int inFlight;

        /** Since when it has been called without a break; null = always. */
        private @Nullable Instant since;

        /** It asked to be left alone until then. */
        private Instant heldUntil = Instant.MIN;

        Member(@Nullable Endpoint endpoint, EndpointBreaker breaker, ModelCard card) {
            this.endpoint = endpoint;
            this.breaker = breaker;
            this.card = card;
            this.hash = endpoint == null ? 0 : PromptPrefix.hash(endpoint.getUrl());
        }

        boolean permits(Instant now) {
            return !now.isBefore(heldUntil) && breaker.permits();
        }

        double warmth(Instant now) {
            if (since == null) {
                return 1;
            }
            double passed = (double) Duration.between(since, now).toMillis() / SLOW_START.toMillis();
            if (passed >= 1) {
                since = null;
            }
            return Math.min(1, Math.max(COLDEST, passed));
        }
    }

    /** The right to make one call to one endpoint. */
    final class Lease {
        private final Member member;
        private final int period;

        private Lease(Member member) {
            this.member = member;
            this.period = member.breaker.period();
            member.inFlight++;
        }

        /** The model's card with no other endpoint than the one to call. */
        ModelCard card() {
            return member.card;
        }

        /** Tells the result; once. */
        void ended(BackendAnswer answer) {
            member.inFlight--;
            BreakerState before = member.breaker.state();
            member.breaker.ended(period, answer);
            Duration asked = answer.failure() == null ? null : answer.failure().retryAfter();
            if (asked != null) {
                hold(member, asked);
            }
            if (before == BreakerState.HALF_OPEN && member.breaker.state() == BreakerState.CLOSED) {
                member.since = clock.instant();
            }
        }
    }

    private void hold(Member member, Duration asked) {
        Duration time = asked.compareTo(LONGEST_HOLD) > 0 ? LONGEST_HOLD : asked;
        Instant until = clock.instant().plus(time);
        if (!always && until.isAfter(member.heldUntil)) {
            member.heldUntil = until;
        }
    }

    /** When the first of them may be called again that now must all be left alone; null if that is not so. */
    @Nullable
    Instant heldUntil() {
        Instant first = members.stream()
                .map(member -> member.heldUntil)
                .min(Comparator.naturalOrder())
                .orElse(Instant.MIN);
        return first.isAfter(clock.instant()) ? first : null;
    }

    /** @param always true = no breaker ever opens, and no endpoint is left alone */
    EndpointPool(InstantSource clock, boolean always) {
        this.clock = clock;
        this.always = always;
    }

    /** Takes over what the card says; an endpoint that stays keeps its breaker. */
    // The catalog gives the same object until the card changes.
    @SuppressWarnings("ReferenceEquality")
    void use(ModelCard current) {
        if (current == card) {
            return;
        }
        List<Member> next = new ArrayList<>();
        if (current.getEndpoints().isEmpty()) {
            next.add(member(null, current));
        }
        current.getEndpoints().stream().distinct().forEach(endpoint -> {
            ModelCard only = current.getEndpoints().size() == 1
                    ? current
                    : ModelCard.newBuilder(current)
                            .setEndpoints(List.of(endpoint))
                            .build();
            next.add(member(endpoint, only));
        });
        members = List.copyOf(next);
        card = current;
    }

    private Member member(@Nullable Endpoint endpoint, ModelCard only) {
        for (Member known : members) {
            if (endpoint == null ? known.endpoint == null : endpoint.equals(known.endpoint)) {
                known.card = only;
                return known;
            }
        }
        Member member = new Member(endpoint, new EndpointBreaker(only.getSlug(), clock, always), only);
        if (!members.isEmpty()) {
            member.since = clock.instant();
        }
        return member;
    }

    /** Whether some endpoint may be called now. */
    boolean permits() {
        Instant now = clock.instant();
        return members.stream().anyMatch(member -> member.permits(now));
    }

    /** How many endpoints there are to choose from. */
    int size() {
        return members.size();
    }

    /**
     * Chooses an endpoint; null if none may be called now.
     *
     * @param prefix hash of how the prompt begins
     * @param before the endpoint that failed in the same attempt, which is called again only if there is no other
     */
    @Nullable
    Lease lease(long prefix, @Nullable Lease before) {
        Instant now = clock.instant();
        List<Member> able = new ArrayList<>(members);
        able.removeIf(member -> !member.permits(now));
        if (before != null && able.size() > 1) {
            able.remove(before.member);
        }
        if (able.isEmpty()) {
            return null;
        }
        Member chosen = able.size() == 1 ? able.get(0) : choose(able, prefix, now);
        return chosen.breaker.acquire() ? new Lease(chosen) : null;
    }

    private static Member choose(List<Member> able, long prefix, Instant now) {
        for (Member member : able) {
            if (member.breaker.state() == BreakerState.HALF_OPEN) {
                return member;
            }
        }
        Comparator<Member> byLoad = Comparator.comparingDouble(member -> load(member, now));
        List<Member> byPrefix = able.stream()
                .sorted(Comparator.comparingLong(member -> PromptPrefix.mix(prefix ^ member.hash)))
                .toList();
        Member near = byLoad.compare(byPrefix.get(1), byPrefix.get(0)) < 0 ? byPrefix.get(1) : byPrefix.get(0);
        double calls = 1;
        double warmth = 0;
        for (Member member : able) {
            calls += member.inFlight;
            warmth += member.warmth(now);
        }
        boolean fair = near.inFlight + 1 <= Math.ceil(SHARE_EXCESS * calls * near.warmth(now) / warmth);
        return fair ? near : byPrefix.stream().min(byLoad).orElse(near);
    }

    private static double load(Member member, Instant now) {
        return (member.inFlight + 1) / member.warmth(now);
    }

    /** An open breaker whose time is over becomes half open. */
    void tick() {
        members.forEach(member -> member.breaker.permits());
    }

    BreakerState state() {
        BreakerState best = BreakerState.OPEN;
        for (Member member : members) {
            BreakerState state = member.breaker.state();
            if (state == BreakerState.CLOSED) {
                return BreakerState.CLOSED;
            }
            best = state == BreakerState.HALF_OPEN ? state : best;
        }
        return members.isEmpty() ? BreakerState.CLOSED : best;
    }

    /** What there is to say of them; whose they are is for others to add. */
    DispatcherState.Builder describe() {
        long open = members.stream()
                .filter(member -> member.breaker.state() == BreakerState.OPEN)
                .count();
        return DispatcherState.newBuilder()
                .setBreaker(state())
                .setEndpoints(members.size())
                .setEndpointsOpen(Math.toIntExact(open));
    }
}
