package io.penstock.learner;

import java.util.List;

/**
 * Turns scored candidates into a choice and the probability with which it was made; both are one value, so that a log
 * of decisions can be evaluated off-policy. Stateless and thread-safe.
 */
public interface Policy {

    /**
     * Chooses one of the arms.
     *
     * @param arms at least one
     * @param seed the only source of randomness; the same arms and seed give the same choice
     */
    Choice choose(List<Arm> arms, long seed);

    /** The name under which {@link Policies#byName} finds it. */
    String name();
}
