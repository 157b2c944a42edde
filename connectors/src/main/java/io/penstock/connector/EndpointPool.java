package io.penstock.connector;

import io.penstock.event.BreakerState;
import io.penstock.event.DispatcherState;
import io.penstock.event.Endpoint;
import io.penstock.event.ModelCard;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one model, each with its breaker. The model's own breaker follows from them: closed while any of them is,
 * else half open while any of them is. Worker thread only.
 */
final class EndpointPool {
    private final InstantSource clock;
    private final boolean always;
    private @Nullable ModelCard card;
    private List<Member> members = List.of();

    /** One endpoint, or what the backend of a model without endpoints calls. */
    private static final class Member {
        private final @Nullable Endpoint endpoint;
        private final EndpointBreaker breaker;
        private ModelCard card;

        Member(@Nullable Endpoint endpoint, EndpointBreaker breaker, ModelCard card) {
            this.endpoint = endpoint;
            this.breaker = breaker;
            this.card = card;
        }
    }

    /** The right to make one call to one endpoint. */
    static final class Lease {
        private final Member member;
        private final int period;

        private Lease(Member member) {
            this.member = member;
            this.period = member.breaker.period();
        }

        /** The model's card with no other endpoint than the one to call. */
        ModelCard card() {
            return member.card;
        }

        void ended(BackendAnswer answer) {
            member.breaker.ended(period, answer);
        }
    }

    /** @param always true = no breaker ever opens */
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
        for (Endpoint endpoint : current.getEndpoints()) {
            ModelCard only = current.getEndpoints().size() == 1
                    ? current
                    : ModelCard.newBuilder(current)
                            .setEndpoints(List.of(endpoint))
                            .build();
            next.add(member(endpoint, only));
        }
        members = List.copyOf(next);
        card = current;
    }

    private Member member(@Nullable Endpoint endpoint, ModelCard only) {
        for (Member known : members) {
            if (Objects.equals(known.endpoint, endpoint)) {
                known.card = only;
                return known;
            }
        }
        return new Member(endpoint, new EndpointBreaker(only.getSlug(), clock, always), only);
    }

    /** Whether {@link #lease} would give one. */
    boolean permits() {
        return members.stream().anyMatch(member -> member.breaker.permits());
    }

    /** Null if no endpoint may be called now. */
    @Nullable
    Lease lease() {
        for (Member member : members) {
            if (member.breaker.acquire()) {
                return new Lease(member);
            }
        }
        return null;
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
