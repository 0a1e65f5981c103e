package dev.slipway.cli;

import dev.slipway.plan.Approval;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.Approvals;
import dev.slipway.release.Decision;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says yes to a release, after showing what it is. */
@Command(name = "approve", description = "Show a release, ask for what the plan wants, sign the approval and send it.")
final class ApproveCommand implements Callable<Integer> {

    /** Where the plan sets no limit of its own. */
    private static final Duration USUAL = Duration.ofHours(24);

    @Parameters(
            arity = "0..1",
            paramLabel = "RELEASE",
            description = "1.4.0, or shop/production@1.4.0; the only waiting one where not given")
    String release = "";

    @Mixin
    Assent assent = new Assent();

    @Option(names = "--tick", paramLabel = "ITEM", description = "an item of the checklist, exactly as it stands there")
    List<String> ticked = new ArrayList<>();

    @Option(names = "--tick-all", description = "all items of the checklist")
    boolean tickAll;

    @Mixin
    Decisions decisions = new Decisions();

    @Mixin
    Signing signing = new Signing();

    @Mixin
    Connection connection = new Connection();

    private final Shell shell;

    ApproveCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            Naming.Found found = new Naming(shell).release(temporal, release, Running::waitsForApproval);
            return approve(temporal, Subject.of(temporal, found).underWay());
        }
    }

    private int approve(Temporal temporal, Subject subject) {
        ReviewPage page = ReviewPage.of(shell, subject);
        page.lines().forEach(shell::say);
        if (!page.doubts().isEmpty()) {
            throw new CommandStopped(ExitCode.UNCONFIRMED, "nothing was signed: " + String.join("; ", page.doubts()));
        }
        ReleasePlan plan = subject.plan();
        SigningKey key = signing.find(shell, plan.people());
        Approval rules = plan.approval(subject.lane());
        requireApprover(subject, page, rules, key);
        gatherWhatIsMissing(rules);
        agree(subject, page, key);
        return decisions.send(
                shell,
                temporal,
                new Decisions.To(subject.environment(), subject.execution(), "approve"),
                sign(subject, page, rules, key),
                Decision.class,
                Decision::text);
    }

    /** A person's last look, unless they have said that they need none. */
    private void agree(Subject subject, ReviewPage page, SigningKey key) {
        if (page.differs()) {
            if (assent.yes) {
                throw new CommandStopped(
                        ExitCode.NOT_ALLOWED,
                        "nothing was signed: this checkout comes to another plan than the one that was asked for; look"
                                + " why, and approve it without --yes, or from a checkout of what is released");
            }
            shell.say(
                    "This checkout comes to another plan than the one that was asked for. Look why before you go on.");
        }
        if (!assent.yes) {
            if (!shell.interactive()) {
                throw new CommandStopped(
                        ExitCode.USAGE, "nobody is here to look at it; add --yes to sign without asking");
            }
            if (!shell.agrees("Approve " + subject.name().text() + " as '" + key.by() + "'?")) {
                throw new CommandStopped(ExitCode.NOT_ALLOWED, "nothing was signed");
            }
        }
    }

    private SignedStatement sign(Subject subject, ReviewPage page, Approval rules, SigningKey key) {
        ReleasePlan plan = subject.plan();
        Instant now = shell.clock().instant();
        Duration holds = rules.expires().isZero() ? USUAL : rules.expires();
        SignedStatement approval = signing.sign(
                key,
                new Draft(
                                Kind.APPROVE,
                                subject.environment(),
                                subject.name().version(),
                                plan.digest(),
                                page.hash(),
                                "",
                                assent.confirm,
                                assent.reason,
                                ticked,
                                subject.lane())
                        .forSteps(subject.input()
                                .request()
                                .statement()
                                .map(Statement::steps)
                                .orElse("all"))
                        .by(key, now, holds));
        Approvals.Asked asked = new Approvals.Asked(
                subject.requester(), subject.lane(), page.review().authors(), page.hash());
        Decisions.require(Approvals.problemsOfApproval(plan, signing.known(plan.people(), key), asked, approval, now));
        return approval;
    }

    /** Before anything is asked for: whose yes would not count is told at once. */
    private static void requireApprover(Subject subject, ReviewPage page, Approval approval, SigningKey key) {
        if (!approval.from().contains(key.by())) {
            throw new CommandStopped(
                    ExitCode.NOT_ALLOWED,
                    "'" + key.by() + "' is not among the approvers: " + String.join(", ", approval.from()));
        }
        if (approval.excludesRequester() && key.by().equals(subject.requester())) {
            throw new CommandStopped(
                    ExitCode.NOT_ALLOWED,
                    "'" + key.by() + "' asked for this release, so somebody else has to approve it");
        }
        if (approval.excludesAuthors() && page.review().authors().contains(key.by())) {
            throw new CommandStopped(
                    ExitCode.NOT_ALLOWED,
                    "'" + key.by() + "' wrote some of what is new in this release, so somebody else has to approve it");
        }
    }

    private void gatherWhatIsMissing(Approval wanted) {
        for (String item : wanted.checklist()) {
            if (!ticked.contains(item)) {
                if (!tickAll) {
                    Assent.requireSomebody(shell, "the item '" + item + "' of the checklist", "--tick or --tick-all");
                    if (!shell.agrees("Done: " + item + "?")) {
                        throw new CommandStopped(
                                ExitCode.NOT_ALLOWED, "nothing was signed: '" + item + "' is not done");
                    }
                }
                ticked.add(item);
            }
        }
        assent.reason(shell, wanted.reason());
        assent.confirm(shell, wanted.confirm(), "confirm");
    }
}
