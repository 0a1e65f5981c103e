package dev.slipway.worker;

import dev.slipway.database.ThrowAwayCluster;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What this process has to put away before it goes, the newest first: at its ordinary end, and as well when a signal ends
 * it. Everything is tried once, whatever became of the rest.
 */
public final class Ending implements AutoCloseable {

    private final Deque<AutoCloseable> things = new ArrayDeque<>();
    private final Thread hook;
    private boolean closed;

    /** @param bySignal the exit code when a signal ends this process */
    public Ending(int bySignal) {
        this.hook = new Thread(
                () -> {
                    putAway();
                    // the halt cuts off what other hooks are still at
                    closeQuietly(ThrowAwayCluster::deleteTemplates);
                    System.out.flush();
                    System.err.flush();
                    // an orderly end on a signal is what was asked for, not an error
                    Runtime.getRuntime().halt(bySignal);
                },
                "ending");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Has something put away at the end. */
    public synchronized <T extends AutoCloseable> T add(T thing) {
        if (closed) {
            closeQuietly(thing);
            throw new Stopped(Stopped.FAILED, "stopped while it was starting");
        }
        things.push(thing);
        return thing;
    }

    @Override
    public void close() {
        putAway();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyEnding) {
            // the hook has found nothing left to do
        }
    }

    private synchronized void putAway() {
        closed = true;
        while (!things.isEmpty()) {
            closeQuietly(things.pop());
        }
    }

    private static void closeQuietly(AutoCloseable thing) {
        try {
            thing.close();
        } catch (Exception e) {
            System.err.println("slipway: could not be put away: " + e.getMessage());
        }
    }
}
