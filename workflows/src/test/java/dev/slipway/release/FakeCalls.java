package dev.slipway.release;

import io.temporal.activity.Activity;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** What a fake worker was asked for, and what a test wants to happen then. */
final class FakeCalls {

    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<String> calls = new ArrayList<>();
    private final Map<String, Deque<FakeWorker.Happening>> once = new HashMap<>();
    private final Map<String, FakeWorker.Happening> always = new HashMap<>();

    synchronized List<String> all() {
        return List.copyOf(calls);
    }

    synchronized void when(String call, FakeWorker.Happening happening) {
        once.computeIfAbsent(call, none -> new ArrayDeque<>()).add(happening);
    }

    synchronized void whenever(String call, FakeWorker.Happening happening) {
        always.put(call, happening);
    }

    /** An activity was called: it is written down, and what a test wants to happen then happens. */
    void called(String call) {
        FakeWorker.Happening happening;
        synchronized (this) {
            calls.add(call);
            Deque<FakeWorker.Happening> told = once.getOrDefault(call, new ArrayDeque<>());
            happening = told.isEmpty() ? always.getOrDefault(call, () -> {}) : told.poll();
        }
        happening.happens();
    }

    /** As a worker that was cut off: it neither beats nor answers. */
    void silent() {
        try {
            closing.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Beats as the real one does, and leaves when it is cancelled. */
    void untilCancelled(Duration atMost) {
        long begun = System.nanoTime();
        while (closing.getCount() > 0 && System.nanoTime() - begun < atMost.toNanos()) {
            Activity.getExecutionContext().heartbeat("still there");
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    void close() {
        closing.countDown();
    }
}
