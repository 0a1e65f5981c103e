package dev.slipway.steps;

import dev.slipway.release.ReleaseActivities.StepResult;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A step that has begun and has its environment's lock, until it is closed. It may be ended by another thread. */
public final class OpenStep implements AutoCloseable {

    private final Steps steps;
    private final StepLock lock;
    private final StepContext context;
    private final Terms terms;
    private final AtomicBoolean closed = new AtomicBoolean();

    OpenStep(Steps steps, StepLock lock, StepContext context, Terms terms) {
        this.steps = steps;
        this.lock = lock;
        this.context = context;
        this.terms = terms;
    }

    public StepContext context() {
        return context;
    }

    /** Does what is left of the deed, and puts into the record what came of it. */
    public StepResult end(Supplier<Done> deed) {
        return steps.end(context, terms, deed);
    }

    /** Gives the lock back, once however often it is called. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            lock.close();
        }
    }

    /** A step that was begun, or the answer of one that was done before. */
    public record Begun(Optional<StepResult> before, Optional<OpenStep> step) {

        static Begun before(StepResult result) {
            return new Begun(Optional.of(result), Optional.empty());
        }

        static Begun now(OpenStep step) {
            return new Begun(Optional.empty(), Optional.of(step));
        }
    }
}
