package dev.slipway.database;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * A throw-away cluster that is made before it is needed, in a thread of its own, so that a restore need not wait for it.
 * Whoever takes it closes it; one that nobody took goes when this is closed.
 */
public final class ReadyCluster implements AutoCloseable {

    private final CompletableFuture<ThrowAwayCluster> cluster = new CompletableFuture<>();
    private boolean taken;

    private ReadyCluster() {}

    /** @param before what is waited for first; how it ends does not matter */
    public static ReadyCluster start(Runnable before, Supplier<ThrowAwayCluster> make) {
        ReadyCluster ready = new ReadyCluster();
        Thread thread = new Thread(
                () -> {
                    before.run();
                    try {
                        ready.cluster.complete(make.get());
                    } catch (Throwable e) {
                        ready.cluster.completeExceptionally(e);
                    }
                },
                "slipway: a server for the restore");
        thread.setDaemon(true);
        thread.start();
        return ready;
    }

    /** Waits until it is there. */
    public ThrowAwayCluster take() {
        try {
            ThrowAwayCluster made = cluster.join();
            taken = true;
            return made;
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        if (!taken) {
            cluster.whenComplete((made, failure) -> {
                if (made != null) {
                    made.close();
                }
            });
        }
    }
}
