package dev.slipway.worker.crash;

import dev.slipway.worker.RunningWorker;
import dev.slipway.worker.WorkerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The worker that goes on where another one died, inside of the test's own process: nobody kills it, and it is there at
 * once, where a process of its own would cost seconds of a busy machine.
 */
final class NearWorker implements SomeWorker {

    private final WorkerProcess worker;
    private boolean closed;

    private NearWorker(WorkerProcess worker) {
        this.worker = worker;
    }

    static NearWorker start(Path file, Map<String, String> variables) {
        return start(file, variables, new Point("", file));
    }

    /** One that stays at a point; none dies here. */
    static NearWorker start(Path file, Map<String, String> variables, Point point) {
        if (!point.name().isEmpty() && !point.stays()) {
            throw new IllegalArgumentException("the test would die with its worker at '" + point.name() + "'");
        }
        return new NearWorker(WorkerProcess.start(
                file,
                variables,
                RunningWorker.STICKY,
                Optional.empty(),
                Duration.ofSeconds(5),
                point::observed,
                point::observed));
    }

    @Override
    public boolean isAlive() {
        return !closed;
    }

    @Override
    public void kill() {
        throw new IllegalStateException("the worker that goes on is not killed");
    }

    @Override
    public int stop() {
        close();
        return 0;
    }

    @Override
    public String said() {
        return "(went on inside the test)";
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            worker.close();
        }
    }
}
