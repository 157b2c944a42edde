/**
 * A Kafka broker and a Confluent-compatible schema registry in this process.
 *
 * <p>Start reading at {@link io.penstock.embedded.EmbeddedBroker} and {@link io.penstock.embedded.EmbeddedRegistry}.
 * Everything that names Kafka's server internals (Scala classes without compatibility promises) is in {@code KafkaNode},
 * {@code FaultWatch} and {@code DataFolder}, so a Kafka upgrade is a change of these three files. The module knows
 * nothing of routing: it offers a broker, a registry and one exception for what the person at the keyboard can repair.
 */
@NullMarked
package io.penstock.embedded;

import org.jspecify.annotations.NullMarked;
