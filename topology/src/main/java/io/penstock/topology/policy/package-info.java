/**
 * What routers know of the learned state: every record of the policies topic is validated and becomes part of the view of
 * its scope, an immutable {@link io.penstock.topology.policy.ScopePolicy}. Start reading at
 * {@link io.penstock.topology.policy.PolicyViews}; the format that learners write is
 * {@link io.penstock.topology.policy.PolicyFormat}.
 */
@NullMarked
package io.penstock.topology.policy;

import org.jspecify.annotations.NullMarked;
