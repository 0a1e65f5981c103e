package dev.slipway.worker.crash;

import dev.slipway.worker.Ending;
import dev.slipway.worker.RunningWorker;
import dev.slipway.worker.WorkerProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** The production worker in a process of its own, or several of them, each with one {@link Point} at which it dies or stays. */
final class CrashingWorker {

    private CrashingWorker() {}

    /** Arguments: for each {@link Seat} its file, its namespace, its point, and the file that says that it has happened. */
    static List<String> arguments(List<Seat> seats) {
        return seats.stream()
                .flatMap(seat -> Stream.of(
                        seat.file().toString(),
                        seat.namespace(),
                        seat.point().name(),
                        seat.point().happened().toString()))
                .toList();
    }

    public static void main(String[] arguments) throws InterruptedException {
        // a test that is itself killed leaves nothing behind
        ProcessHandle.current().parent().ifPresent(test -> test.onExit()
                .thenRun(() -> Runtime.getRuntime().halt(1)));
        try (Ending ending = new Ending(0)) {
            for (int at = 0; at < arguments.length; at += 4) {
                Map<String, String> variables = new HashMap<>(System.getenv());
                if (!arguments[at + 1].isEmpty()) {
                    variables.put("TEMPORAL_NAMESPACE", arguments[at + 1]);
                }
                Point point = new Point(arguments[at + 2], Path.of(arguments[at + 3]));
                ending.add(WorkerProcess.start(
                        Path.of(arguments[at]),
                        variables,
                        RunningWorker.STICKY,
                        Optional.empty(),
                        RunningWorker.GRACE,
                        point::observed,
                        point::observed));
            }
            new CountDownLatch(1).await();
        }
    }
}
