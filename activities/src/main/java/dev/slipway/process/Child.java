package dev.slipway.process;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A running command. It and all that it starts (in its process group) end when it is closed, and also when this JVM dies
 * in whatever way: its supervisor holds the reading end of a pipe whose writing end only this JVM has.
 */
public final class Child implements AutoCloseable {

    private final Process supervisor;
    private final Command command;
    private final Output output;
    private final List<Thread> readers;
    private final long started = System.nanoTime();

    Child(Process supervisor, Command command, Output output, List<Thread> readers) {
        this.supervisor = supervisor;
        this.command = command;
        this.output = output;
        this.readers = List.copyOf(readers);
    }

    /** The supervisor's process id: it outlives every process of the command's group. */
    public long pid() {
        return supervisor.pid();
    }

    public boolean isAlive() {
        return supervisor.isAlive();
    }

    /** The last lines that it said so far; all of them once it has ended. */
    public List<String> lastLines() {
        if (!supervisor.isAlive()) {
            hearOut();
        }
        return output.lastLines();
    }

    /** How long it has run. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    /** Waits until it has ended; false when the time was over before. */
    public boolean await(Duration atMost) {
        try {
            return supervisor.waitFor(Math.max(0, atMost.toMillis()), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            stop();
            Thread.currentThread().interrupt();
            throw new WorkInterrupted(command.program() + " was stopped: the worker's thread was interrupted");
        }
    }

    /** What it left behind, once it has ended. */
    CommandResult result(boolean timedOut) {
        hearOut();
        return new CommandResult(
                supervisor.exitValue(), output.lastLines(), output.kept(), output.cut(), age(), timedOut);
    }

    private void hearOut() {
        for (Thread reader : readers) {
            try {
                // a process that left the group may hold the pipe open for ever: what it says later is not ours
                reader.join(1000);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Asks the whole group to end, kills what has not ended after the grace, and returns when it is gone. */
    @Override
    public void close() {
        stop();
    }

    /** The same, for a child that is still asked for its result. */
    void stop() {
        boolean interrupted = Thread.interrupted();
        try {
            supervisor.getOutputStream().close();
        } catch (IOException alreadyClosed) {
            // the supervisor has gone first: nothing to tell it
        }
        long end = System.nanoTime() + command.grace().plusSeconds(10).toNanos();
        while (supervisor.isAlive() && System.nanoTime() < end) {
            try {
                supervisor.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        supervisor.destroyForcibly();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
