package io.penstock.topology.enrich;

import io.penstock.feature.FeatureEngine;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import io.penstock.topology.StageMetrics;

/**
 * What ingress stages share within a process.
 *
 * @param engine computes features for all tasks
 * @param resolver asks the registry for unknown writer schemas
 */
public record Ingress(
        Topics topics,
        EventCodec codec,
        FeatureEngine engine,
        SchemaResolver resolver,
        TenantReadiness tenants,
        StageMetrics metrics) {}
