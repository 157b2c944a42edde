/**
 * What happened to one request, read from the topics alone and told to a person: start with
 * {@link io.penstock.app.explain.Explanation}; {@link io.penstock.app.explain.HistoryReader} finds the records.
 */
@NullMarked
package io.penstock.app.explain;

import org.jspecify.annotations.NullMarked;
