package dev.slipway.worker.dev;

import dev.slipway.process.Child;
import dev.slipway.process.Command;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.StopSignal;
import dev.slipway.worker.Stopped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The official development server as a child that dies with this process, in whatever way that dies. The SDK's own
 * starter leaves it running after a kill, and takes somebody else's server on the same port for its own.
 */
final class CliTemporal implements DevTemporal {

    private static final Duration TO_START = Duration.ofSeconds(60);
    private static final Duration TO_STOP = Duration.ofSeconds(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    /**
     * The defaults are for machines with many users: a task is handed on every 50 ms and a timer fires up to a second late.
     * One release at a time on one machine wants both at once; with one partition no task waits in an empty one.
     */
    private static final List<String> TUNING = List.of(
            "history.transferProcessorMaxPollRPS=1000",
            "history.timerProcessorMaxPollRPS=1000",
            "history.timerProcessorMaxTimeShift=\"1ms\"",
            "matching.numTaskqueueReadPartitions=1",
            "matching.numTaskqueueWritePartitions=1",
            "system.enableActivityEagerExecution=true");

    private static final List<String> SEARCH_ATTRIBUTES =
            List.of("SlipwayService", "SlipwayEnvironment", "SlipwayVersion", "SlipwayPhase", "SlipwayOutcome");

    private final Child server;
    private final Request request;

    private CliTemporal(Child server, Request request) {
        this.server = server;
        this.request = request;
    }

    static CliTemporal start(Path program, Request request) {
        for (int port : List.of(request.port(), request.uiPort())) {
            if (Ports.taken(port)) {
                throw new Stopped(
                        Stopped.USAGE, "port " + port + " of this machine is taken; give another one, or leave it out");
            }
        }
        Child server = new CommandRunner()
                .start(
                        new Command(argv(program, request), request.folder(), Map.of(), TO_START, TO_STOP),
                        StopSignal.TERM,
                        Optional.empty());
        CliTemporal temporal = new CliTemporal(server, request);
        try {
            temporal.awaitStart(program);
            return temporal;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static List<String> argv(Path program, Request request) {
        List<String> argv = new ArrayList<>(List.of(
                program.toString(),
                "server",
                "start-dev",
                "--ip",
                "127.0.0.1",
                "--port",
                String.valueOf(request.port()),
                "--ui-port",
                String.valueOf(request.uiPort()),
                // the one that it would choose for itself can be one of the two above
                "--http-port",
                String.valueOf(Ports.otherThan(List.of(request.port(), request.uiPort()))),
                "--log-level",
                "error"));
        request.file()
                .ifPresent(file -> argv.addAll(List.of(
                        "--db-filename",
                        file.toString(),
                        "--sqlite-pragma",
                        "journal_mode=wal",
                        "--sqlite-pragma",
                        "synchronous=1")));
        TUNING.forEach(value -> argv.addAll(List.of("--dynamic-config-value", value)));
        SEARCH_ATTRIBUTES.forEach(name -> argv.addAll(List.of("--search-attribute", name + "=Keyword")));
        return argv;
    }

    /** Its own word that it has started, not an answer on the port: that could be somebody else's. */
    private void awaitStart(Path program) {
        while (server.age().compareTo(TO_START) < 0) {
            boolean ended = server.await(BETWEEN_LOOKS);
            if (!ended && server.lastLines().stream().anyMatch(line -> line.contains("Server:"))) {
                return;
            }
            if (ended) {
                throw new Stopped(
                        Stopped.UNREACHABLE,
                        "'" + program + "' ended before Temporal was there: " + String.join("\n", server.lastLines()));
            }
        }
        throw new Stopped(
                Stopped.UNREACHABLE,
                "'" + program + "' did not start within " + TO_START.toSeconds() + " s: "
                        + String.join("\n", server.lastLines()));
    }

    @Override
    public String address() {
        return "127.0.0.1:" + request.port();
    }

    @Override
    public Optional<String> ui() {
        return Optional.of("http://127.0.0.1:" + request.uiPort());
    }

    @Override
    public Path profile() {
        return DevTemporal.profile(request);
    }

    @Override
    public String lacks() {
        return "";
    }

    @Override
    public Duration sticky() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void close() {
        server.close();
    }
}
