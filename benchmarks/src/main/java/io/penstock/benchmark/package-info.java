/**
 * Measurements that a reader can run again with one command, each beside its reference in the same run. Start with
 * {@link io.penstock.benchmark.Bench}.
 */
@NullMarked
package io.penstock.benchmark;

import org.jspecify.annotations.NullMarked;
