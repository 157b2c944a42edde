package io.penstock.app.replay;

import io.penstock.connector.recorded.RecordedOutcomes;
import io.penstock.connector.recorded.RecordedSource;

/** The recorded outcomes that come with Penstock: 3,000 exam questions × 6 models; see the README beside them. */
public final class SampleData {
    /** The name of its one pool. */
    public static final String POOL = "demo";

    private static final String ROOT = "io/penstock/app/sample";

    private SampleData() {}

    public static RecordedSource source() {
        return RecordedSource.resources(SampleData.class.getClassLoader(), ROOT);
    }

    public static RecordedOutcomes load() {
        return RecordedOutcomes.load(source(), POOL);
    }
}
