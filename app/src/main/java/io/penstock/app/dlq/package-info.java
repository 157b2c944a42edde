/** Dead letters: what is there and why, to be shown, sent again or deleted. */
@NullMarked
package io.penstock.app.dlq;

import org.jspecify.annotations.NullMarked;
