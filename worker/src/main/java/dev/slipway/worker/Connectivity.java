package dev.slipway.worker;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Says when Temporal goes away and when it is back, once each; the SDK goes on trying by itself all the time. */
final class Connectivity implements AutoCloseable {

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "connectivity");
        thread.setDaemon(true);
        return thread;
    });
    private final BooleanSupplier answers;
    private final Consumer<String> say;
    private boolean away;

    private Connectivity(BooleanSupplier answers, Consumer<String> say) {
        this.answers = answers;
        this.say = say;
    }

    static Connectivity watch(BooleanSupplier answers, Duration every, Consumer<String> say) {
        Connectivity connectivity = new Connectivity(answers, say);
        connectivity.clock.scheduleWithFixedDelay(
                connectivity::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        return connectivity;
    }

    private void look() {
        boolean now = !answers.getAsBoolean();
        if (now != away) {
            away = now;
            say.accept(
                    now
                            ? "Temporal can't be reached; what runs goes on, nothing new begins, and this worker goes on trying"
                            : "Temporal answers again");
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
