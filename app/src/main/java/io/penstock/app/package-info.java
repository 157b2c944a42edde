/**
 * The {@code penstock} command: one small class per subcommand, each of which parses its options, calls one of the packages
 * below and prints. Start with {@link io.penstock.app.Penstock}; what a running node is made of is in {@code node}, what a
 * decision looks like to a person in {@code explain}, replays and the demo in {@code replay}, the checker in {@code audit}.
 */
@NullMarked
package io.penstock.app;

import org.jspecify.annotations.NullMarked;
