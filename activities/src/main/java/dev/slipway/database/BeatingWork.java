package dev.slipway.database;

import dev.slipway.process.Pulse;
import dev.slipway.process.WorkInterrupted;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.MDC;

/** Work that waits on a database in a thread of its own, while this one gives signs of life and hears of a cancel. */
public final class BeatingWork {

    private static final Duration BEAT = Duration.ofMillis(500);

    private final String what;
    private final Pulse pulse;
    private final Duration beat;
    private final Supplier<String> state;

    public BeatingWork(String what, Pulse pulse) {
        this(what, pulse, BEAT, () -> "");
    }

    /**
     * @param beat the time between two signs of life
     * @param state how it stands, looked up for each of them; empty for nothing to say
     */
    public BeatingWork(String what, Pulse pulse, Duration beat, Supplier<String> state) {
        this.what = what;
        this.pulse = pulse;
        this.beat = beat;
        this.state = state;
    }

    /**
     * Does the work.
     *
     * @param stop ends the sessions that the given thread waits on, when nobody wants the work any more
     */
    public <T> T run(Supplier<T> work, Consumer<Thread> stop) {
        long start = System.nanoTime();
        CompletableFuture<T> future = new CompletableFuture<>();
        // what it logs is about the same release
        Optional<Map<String, String>> about = Optional.ofNullable(MDC.getCopyOfContextMap());
        Thread thread = new Thread(
                () -> {
                    about.ifPresent(MDC::setContextMap);
                    try {
                        future.complete(work.get());
                    } catch (Throwable e) {
                        future.completeExceptionally(e);
                    }
                },
                "slipway: " + what);
        thread.setDaemon(true);
        thread.start();
        try {
            while (true) {
                try {
                    return future.get(beat.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException stillAtWork) {
                    String more = state.get();
                    pulse.beat(what + " have run for "
                            + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s"
                            + (more.isEmpty() ? "" : ", " + more));
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(what + " ended in an error", e.getCause());
        } catch (InterruptedException interrupted) {
            stop.accept(thread);
            Thread.currentThread().interrupt();
            throw new WorkInterrupted(what + " were stopped: the worker's thread was interrupted");
        } catch (RuntimeException cancelled) {
            stop.accept(thread);
            throw cancelled;
        }
    }
}
