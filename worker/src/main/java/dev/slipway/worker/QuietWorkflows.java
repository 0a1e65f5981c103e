package dev.slipway.worker;

import dev.slipway.steps.Timers;
import io.temporal.worker.WorkflowsInMemory;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Keeps as many workflows in memory as are busy, and only a few where hardly anything happens to them: releases that change
 * something have a task every second or so, one that waits or watches has none for minutes or days, and still would hold
 * its threads.
 */
final class QuietWorkflows implements AutoCloseable {

    /** Short, because the SDK keeps the threads themselves for a minute after they are free. */
    static final Duration LOOK = Duration.ofSeconds(2);

    private final WorkflowsInMemory workflows;
    private final int few;
    private final ScheduledExecutorService timer;
    private int hits;
    private int before;

    /** @param few what stays in memory when nothing happens */
    QuietWorkflows(WorkflowsInMemory workflows, int few) {
        this.workflows = workflows;
        this.few = few;
        this.timer = Timers.idle("quiet-workflows");
        this.hits = workflows.hits();
    }

    QuietWorkflows start() {
        timer.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    /** A busy release has several tasks between two looks; a machine may stumble for as long as one. */
    void look() {
        int now = workflows.hits();
        int busy = now - hits;
        hits = now;
        workflows.keep(few + Math.max(busy, before));
        before = busy;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
