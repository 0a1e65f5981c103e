package dev.slipway.cli;

import dev.slipway.release.Approvals;
import dev.slipway.release.Decision;
import dev.slipway.release.Phase;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends the watch of a release: it is good enough. */
@Command(name = "finish", description = "End the watch of a release now: it is good, it stays.")
final class FinishCommand implements Callable<Integer> {

    private static final Duration HOLDS = Duration.ofHours(1);

    @Parameters(
            arity = "0..1",
            paramLabel = "RELEASE",
            description = "1.4.0, or shop/production@1.4.0; the only watched one where not given")
    String release = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "why")
    String reason = "";

    @Mixin
    Decisions decisions = new Decisions();

    @Mixin
    Signing signing = new Signing();

    @Mixin
    Connection connection = new Connection();

    private final Shell shell;

    FinishCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            Naming.Found found = new Naming(shell).release(temporal, release, running -> running.status()
                    .phase()
                    .equals(Phase.WATCH.words()));
            Subject subject = Subject.of(temporal, found);
            if (subject.report().base().isEmpty()) {
                throw new CommandStopped(
                        ExitCode.NOT_ALLOWED,
                        subject.name().text() + " is not being watched; it is in phase "
                                + subject.report().phase().words());
            }
            SigningKey key = signing.find(shell, subject.plan().people());
            Instant now = shell.clock().instant();
            String base = subject.report().base();
            SignedStatement finish = signing.sign(
                    key,
                    new Draft(
                                    Kind.FINISH,
                                    subject.environment(),
                                    subject.name().version(),
                                    subject.plan().digest(),
                                    base,
                                    "",
                                    "",
                                    reason,
                                    List.of())
                            .by(key, now, HOLDS));
            Decisions.require(Approvals.problemsOfRollbackRight(
                    subject.plan(), signing.known(subject.plan().people(), key), Kind.FINISH, base, finish, now));
            return decisions.send(
                    shell,
                    temporal,
                    new Decisions.To(subject.environment(), subject.execution(), "finish"),
                    finish,
                    Decision.class,
                    Decision::text);
        }
    }
}
