package io.penstock.app.eval;

import io.penstock.learner.Estimates;
import io.penstock.learner.ModelPrior;
import java.util.Map;

/** Who chooses in a pass, and what it believes of the models beforehand. Used by one thread. */
interface Decider {

    /** By slug; asked for anew before each refit. */
    Map<String, ModelPrior> priors();

    /**
     * The arm of one request.
     *
     * @param request its number in the workload
     * @param place of its prompt in the pool
     */
    int choose(int request, int place, Estimates estimates);

    /** A chosen model has answered, and the request took so much of what the pool trades against quality. */
    void completed(int arm, double amount);
}
