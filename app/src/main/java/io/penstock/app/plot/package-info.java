/**
 * Draws lines over a common x axis without a library: {@link io.penstock.app.plot.SvgPlot} for files,
 * {@link io.penstock.app.plot.Sparkline} for terminals.
 */
@NullMarked
package io.penstock.app.plot;

import org.jspecify.annotations.NullMarked;
