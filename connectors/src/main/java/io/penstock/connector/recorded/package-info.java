/**
 * A backend that answers from recorded outcomes: real prompts, and what several models scored, used and cost on each. Start
 * with {@link io.penstock.connector.recorded.RecordedOutcomes}, which reads the data format of docs and samples
 * ({@code models.json}, {@code pools.json}, {@code outcomes-*.jsonl.gz});
 * {@link io.penstock.connector.recorded.RecordedBackend} plays it.
 */
@NullMarked
package io.penstock.connector.recorded;

import org.jspecify.annotations.NullMarked;
