package io.penstock.topology.enrich;

import io.penstock.event.Lane;
import java.util.Locale;

/** Node and store names of the route sub-topology of one lane; never change one without a documented reset. */
public record RouteNames(Lane lane) {
    private String suffix() {
        return "-" + lane.name().toLowerCase(Locale.ROOT);
    }

    public String requestsSource() {
        return "requests" + suffix();
    }

    public String rekeyedSource() {
        return "requests-rekeyed" + suffix();
    }

    public String enrich() {
        return "enrich" + suffix();
    }

    public String hook() {
        return "enrich-commit" + suffix();
    }

    public String rekeyedSink() {
        return "requests-rekeyed-sink" + suffix();
    }

    public String deadLetterSink() {
        return "dead-letters-route" + suffix();
    }

    public String routeEventsSource() {
        return "route-events" + suffix();
    }

    public String routeEventsReader() {
        return "route-events-reader" + suffix();
    }

    public String route() {
        return "route" + suffix();
    }

    public String seenStore() {
        return "route-seen" + suffix();
    }

    public String openStore() {
        return "route-open" + suffix();
    }

    public String sequenceStore() {
        return "route-sequence" + suffix();
    }

    public String purseStore() {
        return "route-purses" + suffix();
    }

    public String sessionStore() {
        return "route-sessions" + suffix();
    }

    public String heldStore() {
        return "route-held" + suffix();
    }

    public String spendSink() {
        return "spend-sink" + suffix();
    }

    public String decisionsSink() {
        return "decisions-sink" + suffix();
    }

    public String modelsSink() {
        return "models-sink" + suffix();
    }
}
