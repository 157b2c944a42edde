package io.penstock.embedded;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import kafka.server.FaultHandlerFactory;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.FaultHandlerException;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a broken broker from ending the process it lives in.
 *
 * <p>Kafka's server answers a fatal fault by halting the JVM, in two ways: through its fault handlers, which are this
 * object for one broker, and through {@link Exit}, which is one static hook for the whole JVM. The hook is taken while
 * any broker runs and put back with the last one; what it catches is charged to every running broker, as Kafka does not
 * say whose it was.
 */
final class FaultWatch implements FaultHandlerFactory, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(FaultWatch.class);
    private static final Set<FaultWatch> RUNNING = ConcurrentHashMap.newKeySet();

    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

    private FaultWatch() {}

    static FaultWatch open() {
        FaultWatch watch = new FaultWatch();
        synchronized (RUNNING) {
            RUNNING.add(watch);
            Exit.setHaltProcedure(FaultWatch::refuseToExit);
            Exit.setExitProcedure(FaultWatch::refuseToExit);
        }
        return watch;
    }

    /** Completes with the first fatal fault; never completes while all is well. */
    CompletableFuture<Throwable> failure() {
        return failure;
    }

    @Override
    public FaultHandler build(String name, boolean fatal, Runnable action) {
        if (!fatal) {
            return new LoggingFaultHandler(name, action);
        }
        return (message, cause) -> {
            FaultHandlerException fault = new FaultHandlerException(name + ": " + message, cause);
            report(fault);
            action.run();
            return fault;
        };
    }

    private void report(Throwable fault) {
        if (failure.complete(fault)) {
            LOGGER.atError().setCause(fault).log("the embedded broker failed and is unusable");
        }
    }

    /** Must not return: Kafka's callers rely on the process being gone. */
    private static void refuseToExit(int status, String message) {
        IllegalStateException fault = new IllegalStateException(
                "Kafka asked to end the process with status " + status + (message == null ? "" : ": " + message));
        RUNNING.forEach(watch -> watch.report(fault));
        throw fault;
    }

    @Override
    public void close() {
        synchronized (RUNNING) {
            RUNNING.remove(this);
            if (RUNNING.isEmpty()) {
                Exit.resetHaltProcedure();
                Exit.resetExitProcedure();
            }
        }
    }
}
