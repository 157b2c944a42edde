/**
 * Money: what owners may spend, and what it costs them. {@link io.penstock.topology.money.Purses} reserves in each route task
 * and reports to {@code spend-by-owner}; {@link io.penstock.topology.money.SettledSpends} settles there from completions;
 * {@link io.penstock.topology.money.MoneyStage} keeps each owner's account in one task and publishes grants and prices to
 * {@code budgets}; {@link io.penstock.topology.money.BudgetStage} reads those into the
 * {@link io.penstock.topology.money.BudgetView} of every router.
 */
@NullMarked
package io.penstock.topology.money;

import org.jspecify.annotations.NullMarked;
