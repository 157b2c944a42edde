/** Raw records in, requests with features out, in order and before each commit. Start with {@link io.penstock.topology.enrich.EnrichStage}. */
@NullMarked
package io.penstock.topology.enrich;

import org.jspecify.annotations.NullMarked;
