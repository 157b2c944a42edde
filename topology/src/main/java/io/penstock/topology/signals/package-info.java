/** Moves feedback and commands to the partition of their identity and stamps the tenant: {@link io.penstock.topology.signals.SignalStage}. */
@NullMarked
package io.penstock.topology.signals;

import org.jspecify.annotations.NullMarked;
