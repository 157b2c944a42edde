/**
 * A running node: broker, registry, router, learner, dispatcher and controller in one process, or any of them alone. Start
 * with {@link io.penstock.app.node.Node}.
 */
@NullMarked
package io.penstock.app.node;

import org.jspecify.annotations.NullMarked;
