/**
 * What operators and the lifecycle controller say: models, their phase, routing profiles, rules. Each entry of the catalog
 * topic is checked by {@link io.penstock.topology.catalog.CatalogCheck} before it becomes part of the immutable
 * {@link io.penstock.topology.catalog.Catalog} that {@link io.penstock.topology.catalog.CatalogView} holds.
 */
@NullMarked
package io.penstock.topology.catalog;

import org.jspecify.annotations.NullMarked;
