package io.penstock.app.eval;

/** Makes a model other than it was recorded for a part of a pass. */
interface Disturbance {

    /** Nothing is changed. */
    Disturbance NONE = (i, arm, recorded) -> recorded;

    /** The quality of the arm's answer to the i-th request, 0 to 1. */
    double quality(int i, int arm, double recorded);
}
