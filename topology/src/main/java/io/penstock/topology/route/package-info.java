/** Filter, score, pick: the only writer of decisions and dispatches. Start with {@link io.penstock.topology.route.RouteStage}, then {@link io.penstock.topology.route.ModelChooser}. */
@NullMarked
package io.penstock.topology.route;

import org.jspecify.annotations.NullMarked;
