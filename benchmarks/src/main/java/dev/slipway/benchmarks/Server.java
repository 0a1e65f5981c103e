package dev.slipway.benchmarks;

import dev.slipway.process.Child;
import dev.slipway.process.Command;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.StopSignal;
import dev.slipway.worker.dev.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The official development server with a database file, as it comes or tuned as {@code slipway dev} tunes it. */
final class Server implements AutoCloseable {

    private final Child child;
    private final int port;

    private Server(Child child, int port) {
        this.child = child;
        this.port = port;
    }

    static Server start(boolean tuned, Path folder) {
        List<Integer> ports = Ports.free(3);
        List<String> argv = new ArrayList<>(List.of(
                "temporal",
                "server",
                "start-dev",
                "--ip",
                "127.0.0.1",
                "--port",
                ports.get(0).toString(),
                "--ui-port",
                ports.get(1).toString(),
                "--http-port",
                ports.get(2).toString(),
                "--log-level",
                "error",
                "--db-filename",
                folder.resolve(tuned ? "tuned.db" : "default.db").toString()));
        if (tuned) {
            for (String value : List.of(
                    "history.transferProcessorMaxPollRPS=1000",
                    "matching.numTaskqueueReadPartitions=1",
                    "matching.numTaskqueueWritePartitions=1",
                    "system.enableActivityEagerExecution=true",
                    "history.timerProcessorMaxTimeShift=\"1ms\"")) {
                argv.add("--dynamic-config-value");
                argv.add(value);
            }
            argv.addAll(List.of("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=1"));
        }
        Child child = new CommandRunner()
                .start(
                        new Command(argv, folder, Map.of(), Duration.ofHours(1), Duration.ofSeconds(5)),
                        StopSignal.TERM,
                        Optional.empty());
        return new Server(child, ports.get(0));
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        child.close();
    }
}
