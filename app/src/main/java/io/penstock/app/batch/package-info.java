/** Batches: files in OpenAI's format, sent through the batch lane, followed, cancelled and fetched. Topics are all they need. */
@NullMarked
package io.penstock.app.batch;

import org.jspecify.annotations.NullMarked;
