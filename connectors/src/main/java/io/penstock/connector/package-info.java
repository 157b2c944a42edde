/**
 * The dispatch engine: takes attempts from the models' topics, has a {@link io.penstock.connector.Backend} make the call,
 * and writes one completion for each. It talks to the topology through topics alone. Start with
 * {@link io.penstock.connector.Dispatcher}; the life of one attempt is {@code CallEngine}. Backends live in packages of
 * their own ({@code recorded}, {@code openai}).
 */
@NullMarked
package io.penstock.connector;

import org.jspecify.annotations.NullMarked;
