/**
 * What an owner may spend in a period, and what spending costs it: {@link io.penstock.learner.money.OwnerAccount} is the state
 * of one owner and period. {@link io.penstock.learner.money.GrantLedger} shares a hard cap out so that it is never
 * exceeded, {@link io.penstock.learner.money.Pacer} finds the price at which a target is met at the end of the period. Plain
 * Java: no Kafka, no clock.
 */
@NullMarked
package io.penstock.learner.money;

import org.jspecify.annotations.NullMarked;
