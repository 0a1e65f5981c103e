package dev.slipway.cli;

import dev.slipway.release.Approvals;
import dev.slipway.release.Decision;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes an approval back, as long as nothing has changed. */
@Command(name = "revoke", description = "Take an approval back, before anything has changed.")
final class RevokeCommand implements Callable<Integer> {

    private static final Duration HOLDS = Duration.ofHours(1);

    @Parameters(
            arity = "0..1",
            paramLabel = "RELEASE",
            description = "1.4.0, or shop/production@1.4.0; the only running one where not given")
    String release = "";

    @Option(names = "--of", paramLabel = "NAME", description = "whose approval; your own where not given")
    String of = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "why; it stands in the record")
    String reason = "";

    @Mixin
    Decisions decisions = new Decisions();

    @Mixin
    Signing signing = new Signing();

    @Mixin
    Connection connection = new Connection();

    private final Shell shell;

    RevokeCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            Naming.Found found = new Naming(shell).release(temporal, release, each -> true);
            Subject subject = Subject.of(temporal, found).underWay();
            SigningKey key = signing.find(shell, subject.plan().people());
            String whose = of.isEmpty() ? key.by() : of;
            SignedStatement approval = subject.report().approvals().stream()
                    .filter(each -> each.statement()
                            .map(Statement::by)
                            .filter(whose::equals)
                            .isPresent())
                    .findFirst()
                    .orElseThrow(() -> new CommandStopped(
                            ExitCode.NOT_ALLOWED,
                            "no approval of '" + whose + "' counts for "
                                    + subject.name().text() + "; it is in phase "
                                    + subject.report().phase().words()));
            Instant now = shell.clock().instant();
            SignedStatement revocation = signing.sign(
                    key,
                    new Draft(
                                    Kind.REVOKE,
                                    subject.environment(),
                                    subject.name().version(),
                                    subject.plan().digest(),
                                    approval.id(),
                                    "",
                                    "",
                                    reason,
                                    List.of(),
                                    subject.lane())
                            .by(key, now, HOLDS));
            Decisions.require(Approvals.problemsOfRevocation(
                    subject.plan(),
                    signing.known(subject.plan().people(), key),
                    subject.lane(),
                    approval.id(),
                    revocation,
                    now));
            return decisions.sendForReceipt(
                    shell,
                    temporal,
                    new Decisions.To(subject.environment(), subject.execution(), "revoke"),
                    revocation,
                    Decision.class,
                    Decision::text,
                    Decision::receipt);
        }
    }
}
