package io.penstock.connector;

import io.penstock.event.DispatcherState;

/** Where a dispatcher tells how it gets on with its models. Never blocks. */
interface StateSink {
    /** @param state without the dispatcher's name and times, which are the sink's to add */
    void tell(DispatcherState.Builder state);

    /** The dispatcher serves the model no longer. */
    void forget(String model);
}
