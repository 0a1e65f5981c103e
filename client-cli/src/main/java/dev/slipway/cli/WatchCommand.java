package dev.slipway.cli;

import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseInput;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.restore.RestoreWorkflow.RestoreInput;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Looks at a release until it ends. */
@Command(
        name = "watch",
        description = "Follow a release, a drill or a restore to its end; the exit code says how it ended.")
final class WatchCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "RELEASE",
            description =
                    "1.4.0, or shop/production@1.4.0, also @drill-… and @restore-…; the only running one where not given")
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
            Naming.Found found = new Naming(shell).story(temporal, release);
            String workflow = found.execution().workflow();
            EnvironmentName environment = EnvironmentName.of(found.name());
            if (workflow.equals(ReleaseName.drillWorkflowId(environment.service(), environment.environment()))) {
                ReleaseView quiet = new ReleaseView(shell, output.json()).quiet();
                return new DrillConclusion(shell, output, quiet)
                        .of(follow(temporal, quiet, found), found.execution(), environment, restore(temporal, found));
            }
            boolean restore =
                    workflow.equals(ReleaseName.restoreWorkflowId(environment.service(), environment.environment()));
            ReleaseView view = new ReleaseView(shell, output.json());
            Following.Seen seen = follow(temporal, view, found);
            Confirmation.Expected expected = restore
                    ? new Confirmation.Expected(
                            environment.release(version(seen, found)),
                            restore(temporal, found),
                            "",
                            Outcome.SUCCEEDED,
                            Instant.EPOCH)
                    : ofRelease(temporal, found);
            return new Conclusion(shell, output, view).of(seen, found.execution(), expected);
        }
    }

    private Following.Seen follow(Temporal temporal, ReleaseView view, Naming.Found found) {
        return new Following(shell, temporal, view, patience.noWorker)
                .follow(
                        found.execution(),
                        found.name().environment(),
                        found.name().text(),
                        report -> false);
    }

    /** A restore has its name from the grant that is opened for it. */
    private static String version(Following.Seen seen, Naming.Found found) {
        return seen instanceof Following.Seen.Over over
                ? over.ended()
                        .report()
                        .map(ReleaseReport::version)
                        .orElse(found.name().version())
                : found.name().version();
    }

    private static String restore(Temporal temporal, Naming.Found found) {
        return temporal.input(found.execution(), RestoreInput.class).restore().id();
    }

    private static Confirmation.Expected ofRelease(Temporal temporal, Naming.Found found) {
        ReleaseInput input = temporal.input(found.execution(), ReleaseInput.class);
        return new Confirmation.Expected(
                found.name(), input.request().id(), input.plan().digest(), Outcome.SUCCEEDED, Instant.EPOCH);
    }
}
