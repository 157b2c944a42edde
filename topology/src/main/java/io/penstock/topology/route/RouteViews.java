package io.penstock.topology.route;

import io.penstock.topology.catalog.CatalogView;
import io.penstock.topology.experiment.ExperimentView;
import io.penstock.topology.money.BudgetView;
import io.penstock.topology.observe.LoadView;
import io.penstock.topology.policy.PolicyViews;

/** What all route tasks of a process read: one immutable snapshot each, swapped by the global processors. */
public record RouteViews(
        CatalogView catalog, PolicyViews policies, LoadView load, BudgetView budgets, ExperimentView experiments) {
    /** Views for routers that nobody has granted anything. */
    public RouteViews(CatalogView catalog, PolicyViews policies, LoadView load) {
        this(catalog, policies, load, new BudgetView(), new ExperimentView());
    }
}
