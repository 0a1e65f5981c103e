package dev.slipway.cli;

import dev.slipway.environment.EnvironmentWorkflow.Unlocked;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.State;
import dev.slipway.release.Approvals;
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

/** Says that a person has looked, so that changes may begin again. */
@Command(name = "unlock", description = "Unlock an environment after somebody has looked at it.")
final class UnlockCommand implements Callable<Integer> {

    private static final Duration HOLDS = Duration.ofHours(1);

    @Parameters(arity = "0..1", paramLabel = "ENV", description = "production, or shop/production")
    String environment = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "what was found")
    String reason = "";

    @Mixin
    Decisions decisions = new Decisions();

    @Mixin
    Signing signing = new Signing();

    @Mixin
    Connection connection = new Connection();

    private final Shell shell;

    UnlockCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        EnvironmentName name = new Naming(shell).environment(environment);
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            EnvironmentPage page = EnvironmentPage.of(temporal, name);
            State.Lock lock = page.mirror().lock().stream()
                    .findFirst()
                    .orElseThrow(() -> new CommandStopped(ExitCode.NOT_ALLOWED, name.text() + " is not locked"));
            shell.say(name.text() + " is locked since " + Spans.time(lock.since()) + ": " + lock.reason());
            ReleasePlan plan = PeoplePlan.of(shell, temporal, page);
            SigningKey key = SigningKey.find(shell, signing.key, plan.people());
            Instant now = shell.clock().instant();
            SignedStatement unlock = signing.sign(
                    key,
                    new Draft(Kind.UNLOCK, name, "", "", lock.id(), "", "", reason, List.of()).by(key, now, HOLDS));
            Decisions.require(
                    Approvals.problemsOfRollbackRight(plan, plan.people(), Kind.UNLOCK, lock.id(), unlock, now));
            return decisions.send(
                    shell, temporal, page.execution(), "unlock", unlock, Unlocked.class, UnlockCommand::words);
        }
    }

    private static String words(Unlocked answer) {
        if (!answer.done()) {
            throw new CommandStopped(ExitCode.NOT_ALLOWED, answer.text());
        }
        return answer.text();
    }
}
