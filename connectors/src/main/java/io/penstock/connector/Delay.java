package io.penstock.connector;

import java.time.Duration;

/** Runs something later. */
interface Delay {
    /** Runs {@code work} once after {@code wait}; running the returned handle before then calls it off. */
    Runnable after(Duration wait, Runnable work);
}
