package dev.slipway.worker.dev;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.worker.Ending;
import dev.slipway.worker.WorkerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code slipway dev}: Temporal and a worker for the plan in a folder, in one process. */
@Command(
        name = "dev",
        mixinStandardHelpOptions = true,
        description =
                "Starts Temporal and a worker for the plan in this folder. What it makes and keeps lies in .slipway/.")
public final class DevCommand implements Callable<Integer> {

    private static final int PORT = 7233;
    private static final int UI_PORT = 8233;

    /** Nobody waits for a release's end on their own machine: another start goes on with it. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    @Option(names = "--dir", paramLabel = "DIR", description = "the folder of slipway.yaml (default: this one)")
    private Path directory = Path.of("");

    @Option(names = "--port", description = "Temporal's port (default: " + PORT + ", or a free one)")
    private Optional<Integer> port = Optional.empty();

    @Option(names = "--ui-port", description = "the port of Temporal's UI (default: " + UI_PORT + ", or a free one)")
    private Optional<Integer> uiPort = Optional.empty();

    @Override
    public Integer call() throws Exception {
        Map<String, String> shell = System.getenv();
        CountDownLatch forever = new CountDownLatch(1);
        try (Ending ending = new Ending(0)) {
            DevFolder folder =
                    ending.add(DevFolder.open(directory.toAbsolutePath().normalize()));
            List<ReleasePlan> plans = folder.plans();
            folder.prepare(plans, shell, DevCommand::say);
            Optional<Path> signer = folder.signer(plans, shell, DevCommand::say);
            List<Integer> others = Ports.free(2);
            DevTemporal temporal = ending.add(DevTemporal.start(
                    new DevTemporal.Request(
                            port.orElseGet(() -> Ports.taken(PORT) ? others.get(0) : PORT),
                            uiPort.orElseGet(() -> Ports.taken(UI_PORT) ? others.get(1) : UI_PORT),
                            Optional.of(folder.temporalFile()),
                            folder.folder()),
                    shell,
                    DevCommand::say));
            ending.add(WorkerProcess.start(
                    folder.workerFile(), temporal.variables(shell), temporal.sticky(), Optional.empty(), GRACE));
            say("");
            say("Temporal   " + temporal.address()
                    + temporal.ui().map(ui -> "   UI " + ui).orElse(""));
            if (!temporal.lacks().isEmpty()) {
                say("           " + temporal.lacks());
            }
            plans.forEach(plan -> say("serving    " + plan.service() + "/" + plan.environment()));
            say("");
            say("in another terminal, here:");
            say("  export TEMPORAL_ADDRESS=" + temporal.address());
            say("  export SLIPWAY_KNOWN_ENVIRONMENTS='" + folder.knownEnvironments() + "'");
            signer.ifPresent(key -> say("  export SLIPWAY_KEY='" + key + "'"));
            say("  slipway release " + plans.get(0).environment() + " --version 1.0.0");
            say("");
            say("Ctrl-C ends both; what was released stays in .slipway/");
            forever.await();
        }
        return 0;
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
