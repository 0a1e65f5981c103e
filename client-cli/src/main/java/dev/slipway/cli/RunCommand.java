package dev.slipway.cli;

import dev.slipway.record.Scope;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks for one phase of a plan, by the rules of a release. */
@Command(
        name = "run",
        description = {
            "Run one phase of a plan alone: the same turn, gates, approvals and record as in a release.",
            "Nothing is made live, and no version succeeds by it. What changes data takes its backup first."
        },
        footer = {"", "Each needs the approvals of a release; only preflight, which opens nothing, needs none.", ""})
final class RunCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "PHASE", description = "preflight, backup, migrate, reference-data or verify")
    String phase = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "ENV",
            description = "production, or shop/production; by branch where not given")
    String environment = "";

    @Option(
            names = "--version",
            required = true,
            paramLabel = "V",
            description = "the version whose plan and files are meant")
    String version = "";

    @Option(names = "--plan-file", paramLabel = "FILE", description = "slipway.yaml here or above where not given")
    String planFile = "";

    @Option(names = "--commit", paramLabel = "C", description = "HEAD where not given (source: git)")
    String commit = "";

    @Option(
            names = "--wait",
            paramLabel = "accepted|approval|outcome",
            description = "how long to wait; outcome where not given")
    ReleaseCommand.Until until = ReleaseCommand.Until.outcome;

    @Option(names = "--reason", paramLabel = "TEXT", description = "why; it stands in the signed request")
    String reason = "";

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            converter = Spans.class,
            description = "until when the request counts: 24h where not given")
    Duration expires = Duration.ofHours(24);

    @Option(
            names = "--no-worker-timeout",
            paramLabel = "TIME",
            converter = Spans.class,
            description = "how long to wait where no worker is: 30s where not given")
    Duration noWorker = Duration.ofSeconds(30);

    @Mixin
    Signing signing = new Signing();

    @Mixin
    Connection connection = new Connection();

    @Mixin
    Output output = new Output();

    private final Shell shell;

    RunCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (!Scope.PHASES.contains(phase)) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    "'" + phase + "' is no phase that can be run alone; there are " + String.join(", ", Scope.PHASES));
        }
        ReleaseCommand asking = new ReleaseCommand(shell, new Scope(phase));
        asking.environment = environment;
        asking.version = version;
        asking.planFile = planFile;
        asking.commit = commit;
        asking.until = until;
        asking.reason = reason;
        asking.expires = expires;
        asking.noWorker = noWorker;
        asking.signing = signing;
        asking.connection = connection;
        asking.output = output;
        return asking.call();
    }
}
