package io.penstock.connector;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;

/**
 * Decides whether a topic may be read on: not while as many of its records wait as the model may have in flight, and again
 * once half of them have started, so that slots never run dry. So at most that many plus one poll wait in memory.
 *
 * <p>{@link #mayRead} belongs to the poll thread, the rest to any thread.
 */
final class FlowControl {
    private final ToIntFunction<String> limitOfTopic;
    private final Runnable nudge;
    private final Map<String, Flow> flows = new ConcurrentHashMap<>();

    private static final class Flow {
        private final AtomicInteger waiting = new AtomicInteger();
        private volatile boolean paused;
    }

    /**
     * @param limitOfTopic calls in flight that the topic's model may have, &gt;= 1
     * @param nudge called when a paused topic may be read again
     */
    FlowControl(ToIntFunction<String> limitOfTopic, Runnable nudge) {
        this.limitOfTopic = limitOfTopic;
        this.nudge = nudge;
    }

    private Flow flow(String topic) {
        return flows.computeIfAbsent(topic, name -> new Flow());
    }

    void added(String topic) {
        flow(topic).waiting.incrementAndGet();
    }

    void left(String topic) {
        Flow flow = flow(topic);
        if (flow.waiting.decrementAndGet() <= low(topic) && flow.paused) {
            flow.paused = false;
            nudge.run();
        }
    }

    boolean mayRead(String topic) {
        Flow flow = flow(topic);
        if (!flow.paused && flow.waiting.get() >= limitOfTopic.applyAsInt(topic)) {
            flow.paused = true;
        }
        // Looked at again after the mark is set: the last one may have left just before it.
        if (flow.paused && flow.waiting.get() <= low(topic)) {
            flow.paused = false;
        }
        return !flow.paused;
    }

    private int low(String topic) {
        return limitOfTopic.applyAsInt(topic) / 2;
    }

    int waiting() {
        return flows.values().stream().mapToInt(flow -> flow.waiting.get()).sum();
    }
}
