package io.penstock.app;

/** Whether this process has been told to end. */
final class Stopping {
    private Stopping() {}

    static boolean inProgress() {
        Thread probe = new Thread(() -> {}, "penstock-probe");
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException e) {
            // Only a process on its way out refuses hooks.
            return true;
        }
    }
}
