package io.penstock.topology.policy;

import io.penstock.learner.ModelPrior;
import java.util.Map;

/** What is believed of the models before anything is learned; the catalog is one. Immutable. */
public interface PriorSource {
    /** Changes whenever the priors do. */
    long version();

    /** By slug; exactly these models can be estimated. */
    Map<String, ModelPrior> priors();
}
