package dev.slipway.worker.crash;

import dev.slipway.worker.Ending;
import dev.slipway.worker.RunningWorker;
import dev.slipway.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The production worker in a process of its own, which dies without a word at one {@link Point}. */
final class CrashingWorker {

    private CrashingWorker() {}

    /** Arguments: the worker's file, the point, and the file that says that it has happened. */
    public static void main(String[] arguments) throws InterruptedException {
        Path file = Path.of(arguments[0]);
        Point point = new Point(arguments[1], Path.of(arguments[2]));
        // a test that is itself killed leaves nothing behind
        ProcessHandle.current().parent().ifPresent(test -> test.onExit()
                .thenRun(() -> Runtime.getRuntime().halt(1)));
        try (Ending ending = new Ending(0)) {
            ending.add(WorkerProcess.start(
                    file,
                    Map.copyOf(System.getenv()),
                    RunningWorker.STICKY,
                    Optional.empty(),
                    RunningWorker.GRACE,
                    point::observed,
                    point::observed));
            Files.createFile(
                    Path.of(arguments[2] + "." + ProcessHandle.current().pid() + ".serves"));
            new CountDownLatch(1).await();
        } catch (IOException e) {
            throw new IllegalStateException("nobody can be told that this worker serves", e);
        }
    }
}
