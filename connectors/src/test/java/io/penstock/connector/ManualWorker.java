package io.penstock.connector;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;

/** Runs tasks, timers and the clock when the test says so. */
final class ManualWorker implements Executor, Delay, InstantSource {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final List<Timer> timers = new ArrayList<>();
    private Instant now = Samples.NOW;

    private record Timer(Instant due, Runnable work) {}

    @Override
    public void execute(Runnable task) {
        tasks.addLast(task);
    }

    @Override
    public Runnable after(Duration wait, Runnable work) {
        Timer timer = new Timer(now.plus(wait), work);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public Instant instant() {
        return now;
    }

    void run() {
        for (Runnable task = tasks.pollFirst(); task != null; task = tasks.pollFirst()) {
            task.run();
        }
    }

    void pass(Duration time) {
        now = now.plus(time);
        List<Timer> due =
                timers.stream().filter(timer -> !timer.due().isAfter(now)).toList();
        timers.removeAll(due);
        due.forEach(timer -> timer.work().run());
        run();
    }

    int timers() {
        return timers.size();
    }
}
