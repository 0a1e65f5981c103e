package dev.slipway.worker;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks again and again whether a daily summary is due, in a thread of its own. What is due, and who sends it, stands beside
 * the records: a worker that is stopped half-way, or was away at that time, loses none.
 */
final class Daily implements AutoCloseable {

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "daily summaries");
        thread.setDaemon(true);
        return thread;
    });

    private Daily() {}

    /** @param look never throws an exception: that would be the last look */
    static Daily start(Runnable look, Duration every) {
        Daily daily = new Daily();
        daily.clock.scheduleWithFixedDelay(look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        return daily;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
