/**
 * What every part of Penstock shares: identities and keys, the topic catalogue, and the codec that turns the generated
 * records of {@code io.penstock.event} into Confluent-framed Avro. Start with {@link io.penstock.schema.TopicCatalog} and
 * {@link io.penstock.schema.EventCodec}.
 */
@NullMarked
package io.penstock.schema;

import org.jspecify.annotations.NullMarked;
