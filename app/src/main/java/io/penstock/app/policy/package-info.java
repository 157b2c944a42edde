/**
 * What operators do with policies: {@link io.penstock.app.policy.PolicyLog} is what the topics say of them, {@link
 * io.penstock.app.policy.Checkpoints} finds what a scope knew at a time, {@link io.penstock.app.policy.PolicyOperations} pins,
 * rolls back, releases and promotes.
 */
@NullMarked
package io.penstock.app.policy;

import org.jspecify.annotations.NullMarked;
