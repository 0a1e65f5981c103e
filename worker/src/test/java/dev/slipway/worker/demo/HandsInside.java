package dev.slipway.worker.demo;

import dev.slipway.cli.Typist;
import dev.slipway.worker.RunningWorker;
import dev.slipway.worker.WorkerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Commands and the worker inside of the test's own process. */
final class HandsInside implements Hands {

    @Override
    public int type(
            List<String> arguments, Path folder, Map<String, String> variables, Duration limit, Consumer<String> each) {
        return CompletableFuture.supplyAsync(
                        () -> Typist.type(folder, variables, each, arguments.toArray(String[]::new)),
                        work -> new Thread(work, "types " + arguments.get(0)).start())
                .orTimeout(limit.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    @Override
    public AutoCloseable worker(Path file, int metricsPort, Map<String, String> variables) {
        return WorkerProcess.start(file, variables, RunningWorker.STICKY, Optional.empty(), Duration.ofSeconds(5));
    }
}
