package io.penstock.app;

/** Forms of what replay, demo and audit print. */
enum ReplayOutput {
    table,
    json;

    /** Whether standard error is a terminal on which a line can be written over. */
    // JDK 22 and later give a console without a terminal too; the launcher asks for the old one
    // (jdk.console=java.base).
    @SuppressWarnings("SystemConsoleNull")
    static boolean isLive(boolean plain) {
        String terminal = System.getenv("TERM");
        return !plain && System.console() != null && terminal != null && !terminal.equals("dumb");
    }
}
