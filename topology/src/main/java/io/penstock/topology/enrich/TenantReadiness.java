package io.penstock.topology.enrich;

import java.util.concurrent.CompletableFuture;

/**
 * Knows whether all topics of a tenant exist; a request of a tenant whose responses topic is missing could never be
 * answered, and a producer that writes to a missing topic stops its stream thread.
 */
public interface TenantReadiness {
    /**
     * Completes with the answer, at once for a tenant known to be ready; a look-up happens off the caller's thread. Does
     * not fail: while the cluster cannot be asked, it is not complete.
     */
    CompletableFuture<Boolean> ready(String tenant);

    /** Every tenant is ready. */
    static TenantReadiness always() {
        return tenant -> CompletableFuture.completedFuture(true);
    }
}
