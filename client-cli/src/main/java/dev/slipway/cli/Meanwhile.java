package dev.slipway.cli;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** A question that is asked while others are; its answer is taken when it is needed. */
final class Meanwhile<T> {

    private final FutureTask<T> question;

    private Meanwhile(FutureTask<T> question) {
        this.question = question;
    }

    static <T> Meanwhile<T> ask(Supplier<T> question) {
        FutureTask<T> task = new FutureTask<>(question::get);
        Thread asking = new Thread(task, "meanwhile");
        asking.setDaemon(true);
        asking.start();
        return new Meanwhile<>(task);
    }

    /** Waits for it. What went wrong there is thrown here. */
    T answer() {
        try {
            return question.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException wrong) {
                throw wrong;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandStopped(ExitCode.UNREACHABLE, "stopped while Temporal was asked", e);
        }
    }
}
