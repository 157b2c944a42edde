package io.penstock.simulation;

import io.penstock.event.ModelCard;
import io.penstock.event.ObjectiveWeights;
import java.util.List;

/** Models and requests, and what each model would do with each request while nothing disturbs it. Immutable. */
public interface World {

    /** Short, for the report. */
    String name();

    /** The models, at their prices. */
    List<ModelCard> cards();

    /** How many requests there are. */
    int size();

    String prompt(int request);

    /** @param model index into {@link #cards} */
    Potential potential(int request, int model);

    /**
     * What a judge says of the answer.
     *
     * @param quality expected verdict, as disturbed
     */
    double verdict(int request, int model, double quality);

    /** What a good answer is. */
    ObjectiveWeights weights();
}
