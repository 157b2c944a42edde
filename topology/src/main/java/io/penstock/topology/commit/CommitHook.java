package io.penstock.topology.commit;

import java.util.Map;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * A store without data whose only purpose is the call it gets before its task commits.
 *
 * <p>Kafka Streams commits in this order: {@code flushCache} of every store, flush of the producer, offsets and
 * transaction, {@code StateStore.commit}. Work that must be inside the transaction can therefore only be finished in
 * {@code flushCache}, the hook that the record cache uses; {@code StateStore.flush} and {@code commit} come after the
 * offsets are committed and would lose records. {@link CachedStateStore} is internal to Kafka Streams, so this class is
 * the one place that names it.
 *
 * <p>Stores are flushed in the order in which they were registered with the task; a cached store downstream of the
 * processor must be registered later than its hook.
 */
public final class CommitHook implements StateStore, CachedStateStore<Object, Object> {
    private final String name;
    private boolean open;
    private Runnable beforeCommit = () -> {};

    private CommitHook(String name) {
        this.name = name;
    }

    /** A builder to be registered with {@code Topology.addStateStore} and connected to one processor. */
    public static StoreBuilder<CommitHook> builder(String name) {
        return new Builder(name);
    }

    /**
     * Runs the action on the stream thread before every commit of the task, until the store is closed. What the action
     * throws fails the commit unchanged, so a fenced producer still migrates the task.
     */
    public static void install(ProcessorContext<?, ?> context, String name, Runnable beforeCommit) {
        CommitHook hook = context.getStateStore(name);
        hook.beforeCommit = beforeCommit;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        context.register(root, (key, value) -> {});
        open = true;
    }

    @Override
    public void flushCache() {
        if (open) {
            beforeCommit.run();
        }
    }

    @Override
    public void clearCache() {
        // Nothing is cached: recycling a task drops the outstanding work in Processor.close.
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
        return false;
    }

    @Override
    public void close() {
        open = false;
        beforeCommit = () -> {};
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    private static final class Builder implements StoreBuilder<CommitHook> {
        private final String name;

        private Builder(String name) {
            this.name = name;
        }

        @Override
        public StoreBuilder<CommitHook> withCachingEnabled() {
            return this;
        }

        @Override
        public StoreBuilder<CommitHook> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<CommitHook> withLoggingEnabled(Map<String, String> config) {
            throw new IllegalArgumentException("A commit hook holds no data, so it has no changelog");
        }

        @Override
        public StoreBuilder<CommitHook> withLoggingDisabled() {
            return this;
        }

        @Override
        public CommitHook build() {
            return new CommitHook(name);
        }

        @Override
        public Map<String, String> logConfig() {
            return Map.of();
        }

        @Override
        public boolean loggingEnabled() {
            return false;
        }

        @Override
        public String name() {
            return name;
        }
    }
}
