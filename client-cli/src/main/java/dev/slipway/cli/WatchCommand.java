package dev.slipway.cli;

import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseInput;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Looks at a release until it ends. */
@Command(name = "watch", description = "Follow a release to its end; the exit code says how it ended.")
final class WatchCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "RELEASE",
            description = "1.4.0, or shop/production@1.4.0; the only running one where not given")
    String release = "";

    @Mixin
    Patience patience = new Patience();

    @Mixin
    Connection connection = new Connection();

    @Mixin
    Output output = new Output();

    private final Shell shell;

    WatchCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            Naming.Found found = new Naming(shell).release(temporal, release, running -> true);
            ReleaseInput input = temporal.input(found.execution(), ReleaseInput.class);
            ReleaseView view = new ReleaseView(shell, output.json());
            Following.Seen seen = new Following(shell, temporal, view, patience.noWorker)
                    .follow(
                            found.execution(),
                            found.name().environment(),
                            found.name().text(),
                            report -> false);
            return new Conclusion(shell, output, view)
                    .of(
                            seen,
                            found.execution(),
                            new Confirmation.Expected(
                                    found.name(),
                                    input.request().id(),
                                    input.plan().digest(),
                                    Outcome.SUCCEEDED,
                                    Instant.EPOCH));
        }
    }
}
