/** What {@code penstock train} reads from topics: judged outcomes, and the prompts of requests that are still there. */
@NullMarked
package io.penstock.app.train;

import org.jspecify.annotations.NullMarked;
