package dev.slipway.cli;

import dev.slipway.release.Decision;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.restore.RestoreWorkflow.RestoreInput;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import java.util.List;

/** Says no, on behalf of who sits here, to the restore that is under way. */
final class RestoreNo {

    private final Shell shell;
    private final Signing signing;
    private final Assent assent;
    private final Output output;

    RestoreNo(Shell shell, Signing signing, Assent assent, Output output) {
        this.shell = shell;
        this.signing = signing;
        this.assent = assent;
        this.output = output;
    }

    /** @return the exit code */
    int say(Temporal temporal, EnvironmentName name) {
        Execution running = temporal.describe(ReleaseName.restoreWorkflowId(name.service(), name.environment()))
                .filter(Execution::running)
                .orElseThrow(() -> new CommandStopped(
                        ExitCode.USAGE,
                        "no restore of " + name.text() + " is under way, so there is nothing"
                                + " to end; `slipway history " + name.text() + "` shows how the last one ended"));
        ReleaseReport report = Subject.report(temporal, new Naming.Found(name.release("restore"), running));
        if (report.opened().isEmpty()) {
            // as with a release that is not opened: nothing of it stands in the record, so nobody has to sign
            temporal.cancel(running);
            output.tell(
                    shell,
                    "asked the restore of " + name.text() + " to end; `slipway status " + name.text()
                            + "` shows how it did");
            return ExitCode.SUCCEEDED.number();
        }
        SignedStatement wished = wished(name, temporal.input(running, RestoreInput.class));
        SigningKey key = signing.find(
                shell,
                PeoplePlan.of(shell, temporal, EnvironmentPage.of(temporal, name))
                        .people());
        if (assent.reason.isBlank()) {
            assent.reason = shell.interactive() ? shell.ask("Reason:") : "";
        }
        if (assent.reason.isBlank()) {
            throw new CommandStopped(ExitCode.USAGE, "a no needs a reason; give it with --reason");
        }
        SignedStatement no = signing.sign(
                key,
                new Draft(
                                Kind.REJECT,
                                name,
                                ReleaseName.restore(wished.id()),
                                "",
                                wished.id(),
                                "",
                                "",
                                assent.reason,
                                List.of())
                        .by(key, shell.clock().instant(), RestoreCommand.HOLDS));
        return new Decisions()
                .sendForReceipt(
                        shell,
                        temporal,
                        new Decisions.To(name, running, "reject"),
                        no,
                        Decision.class,
                        Decision::text,
                        Decision::receipt);
    }

    /** What a no is about is worked out here: a report that somebody made up would have a release rejected by it. */
    private static SignedStatement wished(EnvironmentName name, RestoreInput input) {
        boolean isRestore = input.restore()
                .statement()
                .filter(statement -> statement.kind() == Kind.RESTORE
                        && statement.service().equals(name.service())
                        && statement.environment().equals(name.environment()))
                .isPresent();
        if (!isRestore) {
            throw new CommandStopped(
                    ExitCode.UNCONFIRMED,
                    "nothing was signed: what runs there was not asked for by a restore of " + name.text()
                            + "; look at it with `slipway status " + name.text() + "`");
        }
        return input.restore();
    }
}
