package io.penstock.topology.money;

import io.penstock.schema.Identity;
import io.penstock.topology.Hash64;
import io.penstock.topology.RecentStore;
import io.penstock.topology.StateReader;
import io.penstock.topology.StateWriter;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What each session of one lane has been charged: settled, and for each request without a known cost the worst case. Local to
 * a route task, since all requests of a session and lane meet the same one, and therefore exact. A session is forgotten when
 * nothing was charged for the store's horizon. Used by one thread.
 */
public final class Sessions {
    private static final byte VERSION = 1;

    private final RecentStore store;

    public Sessions(RecentStore store) {
        this.store = store;
    }

    private record Charge(long settled, Map<Long, Long> open) {
        long total() {
            return settled + open.values().stream().mapToLong(Long::longValue).sum();
        }

        byte[] toBytes() {
            StateWriter out = new StateWriter();
            out.writeByte(VERSION);
            out.writeVar(settled);
            out.writeVar(open.size());
            open.forEach((request, nanos) -> {
                out.writeLong(request);
                out.writeVar(nanos);
            });
            return out.toBytes();
        }

        static Charge fromBytes(byte[] bytes) {
            return StateReader.read("A session's charge", VERSION, bytes, in -> {
                long settled = in.readVar();
                Map<Long, Long> open = new TreeMap<>();
                for (int left = in.readInt(); left > 0; left--) {
                    open.put(in.readLong(), in.readVar());
                }
                return new Charge(settled, open);
            });
        }
    }

    private static String key(String tenant, String session) {
        return tenant + '/' + session;
    }

    private @Nullable Charge find(String tenant, String session, long now) {
        byte[] bytes = store.find(key(tenant, session), now);
        return bytes == null ? null : Charge.fromBytes(bytes);
    }

    /** Settled, in doubt and reserved. */
    public long nanos(String tenant, String session, long now) {
        Charge charge = find(tenant, session, now);
        return charge == null ? 0 : charge.total();
    }

    /** Charges the worst case of one more attempt. */
    public void reserve(Identity request, String session, long worst, long now) {
        Charge known = find(request.tenant(), session, now);
        Charge charge = known == null ? new Charge(0, new TreeMap<>()) : known;
        charge.open().merge(Hash64.of(request.requestId()), worst, Long::sum);
        store.put(key(request.tenant(), session), charge.toBytes(), now);
    }

    /**
     * Charges what a request has cost since the last time, and from now on only what is still unknown.
     *
     * @param inDoubt upper bound of that; null = not known, the charge stays
     */
    public void settle(Identity request, String session, long cost, @Nullable Long inDoubt, long now) {
        Charge charge = find(request.tenant(), session, now);
        if (charge == null) {
            return;
        }
        long hash = Hash64.of(request.requestId());
        if (inDoubt != null && inDoubt > 0) {
            charge.open().computeIfPresent(hash, (key, before) -> Math.min(before, inDoubt));
        } else if (inDoubt != null) {
            charge.open().remove(hash);
        }
        store.put(key(request.tenant(), session), new Charge(charge.settled() + cost, charge.open()).toBytes(), now);
    }

    /** See {@link RecentStore#keepOffset}. */
    public void keepOffset(long now) {
        store.keepOffset(now);
    }
}
