/**
 * The router and the learner as Kafka Streams applications. {@link io.penstock.topology.RouterTopology} and
 * {@link io.penstock.topology.LearnerTopology} read top to bottom as the path of a request; each stage is a package with
 * one entry class: enrich, route, join, learn, observe.
 */
@NullMarked
package io.penstock.topology;

import org.jspecify.annotations.NullMarked;
