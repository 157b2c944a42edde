package io.penstock.app;

/** Forms of what replay, demo and audit print. */
enum ReplayOutput {
    table,
    json;

    /** Whether standard error is a terminal on which a line can be written over. */
    static boolean isLive(boolean plain) {
        String terminal = System.getenv("TERM");
        return !plain && System.console() != null && terminal != null && !terminal.equals("dumb");
    }
}
