package io.penstock.app.gateway;

import io.penstock.schema.ReplySlot;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/**
 * What the handlers share.
 *
 * @param slot where answers come
 * @param executor writes answers, which may block on slow clients
 */
record Parts(
        ApiKeys keys,
        Models models,
        OpenRequests open,
        RequestPublisher publisher,
        RequestLookup lookup,
        RequestIds ids,
        ReplySlot slot,
        Duration timeout,
        InstantSource clock,
        Executor executor) {}
