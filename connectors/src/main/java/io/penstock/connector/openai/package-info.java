/**
 * A backend for every endpoint that speaks OpenAI's chat completions. Start with
 * {@link io.penstock.connector.openai.OpenAiBackend}, which makes the call; {@code ChatRequest} writes the body,
 * {@code ChatAnswer} reads a 200, {@code HttpFailures} names everything else.
 */
@NullMarked
package io.penstock.connector.openai;

import org.jspecify.annotations.NullMarked;
