package io.penstock.learner.feedback;

import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much each source of verdicts has had to say about one model, so that none can say more than all others together. A
 * verdict of weight w from source s counts if afterwards
 *
 * <pre>W(s) ≤ max(grace, share · W)</pre>
 *
 * where W(s) is the weight of all that s was let say and W that of everybody; else it is refused as a whole. So a single
 * source moves a model by its first {@code grace} verdicts and no further, until others speak too. At most
 * {@value #MOST_SOURCES} sources are told apart; all later ones share one account. Not thread-safe.
 */
public final class SourceShares {
    private static final int MOST_SOURCES = 256;
    private static final long THE_REST = 0;
    private static final int ENTRY_BYTES = Long.BYTES + Double.BYTES;

    private final SortedMap<Long, Double> weights = new TreeMap<>();

    /**
     * Whether a verdict may count; then it is booked.
     *
     * @param source a hash of who says it
     * @param weight above 0
     * @param share 0 to 1; 1 lets everything pass
     * @param grace weight that every source may have whatever the others say
     */
    public boolean admit(long source, double weight, double share, double grace) {
        long account = account(source);
        double own = weights.getOrDefault(account, 0.0) + weight;
        if (own > Math.max(grace, share * (total() + weight))) {
            return false;
        }
        weights.put(account, own);
        return true;
    }

    private long account(long source) {
        boolean known = weights.containsKey(source);
        return known || weights.size() < MOST_SOURCES - 1 ? source : THE_REST;
    }

    private double total() {
        return weights.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Account and weight of each source, by account, big-endian. */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(weights.size() * ENTRY_BYTES);
        weights.forEach((source, weight) -> out.putLong(source).putDouble(weight));
        return out.array();
    }

    /** @throws IllegalArgumentException if this is not what {@link #toBytes} wrote */
    public static SourceShares fromBytes(byte[] bytes) {
        if (bytes.length % ENTRY_BYTES != 0 || bytes.length > MOST_SOURCES * ENTRY_BYTES) {
            throw new IllegalArgumentException("source shares must have " + ENTRY_BYTES + " bytes for each of at most "
                    + MOST_SOURCES + " sources, but have " + bytes.length + " bytes");
        }
        SourceShares shares = new SourceShares();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining()) {
            long source = in.getLong();
            double weight = in.getDouble();
            if (!(weight > 0 && weight <= Double.MAX_VALUE)) {
                throw new IllegalArgumentException("weights of sources must be above 0, but one is " + weight);
            }
            shares.weights.put(source, weight);
        }
        return shares;
    }
}
