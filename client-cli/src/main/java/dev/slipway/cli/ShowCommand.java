package dev.slipway.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The whole request on one screen. */
@Command(name = "show", description = "What a release will do, from the review that the environment's key signed.")
final class ShowCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "RELEASE",
            description = "1.4.0, or shop/production@1.4.0; the only waiting one where not given")
    String release = "";

    @Mixin
    Connection connection = new Connection();

    private final Shell shell;

    ShowCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            Naming.Found found = new Naming(shell).release(temporal, release, running -> true);
            Subject subject = Subject.of(temporal, found);
            if (subject.report().review().isEmpty()) {
                shell.print("release   " + subject.name().text());
                shell.print("asked by  " + subject.requester());
                shell.print("phase     " + subject.report().phase().words() + "; no review yet");
                waits(temporal, subject);
                return ExitCode.SUCCEEDED.number();
            }
            ReviewPage page = ReviewPage.of(shell, subject);
            page.lines().forEach(shell::print);
            waits(temporal, subject);
            return page.doubts().isEmpty() ? ExitCode.SUCCEEDED.number() : ExitCode.UNCONFIRMED.number();
        }
    }

    private void waits(Temporal temporal, Subject subject) {
        TurnWait.now(
                        temporal,
                        subject.execution(),
                        subject.report(),
                        shell.clock().instant())
                .waiting()
                .forEach(waiting -> shell.print("waits     " + ReleaseView.words(waiting)));
    }
}
