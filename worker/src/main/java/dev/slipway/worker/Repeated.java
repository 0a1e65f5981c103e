package dev.slipway.worker;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Something that a worker looks for again and again, in a thread of its own. What it finds, and what becomes of it, stands
 * elsewhere: a worker that is stopped half-way, or was away at that time, loses nothing.
 */
final class Repeated implements AutoCloseable {

    private final ScheduledExecutorService clock;

    private Repeated(String name) {
        clock = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Begins after one pause.
     *
     * @param name of the thread: what is looked for
     * @param look never throws an exception: that would be the last look
     */
    static Repeated start(String name, Runnable look, Duration every) {
        Repeated repeated = new Repeated(name);
        repeated.clock.scheduleWithFixedDelay(look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        return repeated;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
