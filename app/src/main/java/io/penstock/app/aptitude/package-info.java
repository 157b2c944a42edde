/** A probe set through new models, so that a router knows them before it has to choose: {@link AptitudeRun}. */
@NullMarked
package io.penstock.app.aptitude;

import org.jspecify.annotations.NullMarked;
