package dev.slipway.cli;

import dev.slipway.release.Approvals;
import dev.slipway.release.Decision;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Sha256;
import dev.slipway.trust.SignedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says no to a release that has changed nothing yet. */
@Command(name = "reject", description = "End a release that has changed nothing yet, with a reason.")
final class RejectCommand implements Callable<Integer> {

    private static final Duration HOLDS = Duration.ofHours(1);

    @Parameters(
            arity = "0..1",
            paramLabel = "RELEASE",
            description = "1.4.0, or shop/production@1.4.0; the only waiting one where not given")
    String release = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "why")
    String reason = "";

    @Mixin
    Decisions decisions = new Decisions();

    @Mixin
    Signing signing = new Signing();

    @Mixin
    Connection connection = new Connection();

    private final Shell shell;

    RejectCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            Naming.Found found = new Naming(shell).release(temporal, release, Running::waitsForApproval);
            Subject subject = Subject.of(temporal, found).underWay();
            SigningKey key = signing.find(shell, subject.plan().people());
            Instant now = shell.clock().instant();
            // a rejection holds for every review of this request, so it may name none
            String review = subject.report().review().stream()
                    .findFirst()
                    .map(signed -> Sha256.hex(signed.text()))
                    .orElse("");
            SignedStatement rejection = signing.sign(
                    key,
                    new Draft(
                                    Kind.REJECT,
                                    subject.environment(),
                                    subject.name().version(),
                                    subject.plan().digest(),
                                    review,
                                    "",
                                    "",
                                    reason,
                                    List.of(),
                                    subject.lane())
                            .by(key, now, HOLDS));
            Decisions.require(Approvals.problemsOfRejection(
                    subject.plan(), signing.known(subject.plan().people(), key), subject.lane(), rejection, now));
            return decisions.sendForReceipt(
                    shell,
                    temporal,
                    new Decisions.To(subject.environment(), subject.execution(), "reject"),
                    rejection,
                    Decision.class,
                    Decision::text,
                    Decision::receipt);
        }
    }
}
