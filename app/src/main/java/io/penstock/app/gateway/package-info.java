/**
 * The HTTP gateway: OpenAI's chat completions over Penstock's topics. Start with {@link io.penstock.app.gateway.Gateway},
 * which puts the parts together; a call goes through {@code ChatHandler} (read, admit, publish, wait) and comes back by
 * {@code ReplyFollower}. What a client gets is made in {@code ChatAnswerWriter} and {@code ApiException}.
 */
@NullMarked
package io.penstock.app.gateway;

import org.jspecify.annotations.NullMarked;
