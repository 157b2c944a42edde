package io.penstock.schema;

/**
 * Who a request is, over all lanes and attempts: its key on decisions, completions, signals and outcomes is
 * tenant/request-id. Immutable.
 */
public final class Identity {
    private final String tenant;
    private final String requestId;
    private final String key;

    /**
     * The identity of these two parts.
     *
     * @param tenant {@code [a-z0-9-]{1,40}}
     * @param requestId 1 to 128 chars without '/', see {@link Keys#isId}
     * @throws IllegalArgumentException if a part is malformed
     */
    public Identity(String tenant, String requestId) {
        this(tenant, requestId, tenant + '/' + requestId);
    }

    private Identity(String tenant, String requestId, String key) {
        this.tenant = Keys.requireTenant(tenant);
        if (!Keys.isId(requestId)) {
            throw new IllegalArgumentException("request id must be 1 to " + Keys.MAX_ID_LENGTH
                    + " characters without '/' or control characters, but has " + requestId.length()
                    + " characters" + (requestId.indexOf('/') >= 0 ? " and a '/'" : ""));
        }
        this.requestId = requestId;
        this.key = key;
    }

    /**
     * Reads a key made by {@link #key()}.
     *
     * @throws IllegalArgumentException if it is not tenant/request-id
     */
    public static Identity parse(String key) {
        int slash = key.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("identity '" + key + "' must be tenant/request-id: it has no '/'");
        }
        return new Identity(key.substring(0, slash), key.substring(slash + 1), key);
    }

    public String tenant() {
        return tenant;
    }

    public String requestId() {
        return requestId;
    }

    /** tenant/request-id. */
    public String key() {
        return key;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Identity that && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return key;
    }
}
