package dev.slipway.cli;

import dev.slipway.environment.EnvironmentWorkflow;
import dev.slipway.environment.Mirror;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Scope;
import dev.slipway.release.Approvals;
import dev.slipway.release.Outcome;
import dev.slipway.release.Phase;
import dev.slipway.release.ReleaseInput;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.ReleaseWorkflow;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Asks for a release of a plan, or for one phase of it, and waits for it as long as wanted. */
final class Requesting {

    /**
     * What is asked for.
     *
     * @param again whether a version that has succeeded before may be released once more
     */
    record Wish(Scope scope, Lane lane, boolean again) {}

    /** What of which plan is meant, and who asks. */
    record Meant(ReleaseName name, ReleasePlan plan, SigningKey key) {}

    private final Shell shell;
    private final Wish wish;
    private final Asking asking;

    Requesting(Shell shell, Wish wish, Asking asking) {
        this.shell = shell;
        this.wish = wish;
        this.asking = asking;
    }

    int dryRun(String environment) {
        Meant meant = meant(environment);
        if (asking.output.json()) {
            Output.print(shell, new PlanCommand.Answer(meant.plan().digest(), meant.plan()));
            return ExitCode.SUCCEEDED.number();
        }
        shell.print("would ask for " + (wish.scope().whole() ? "" : wish.scope().phase() + " of ")
                + meant.name().text() + " as '" + meant.key().by() + "', signed with "
                + meant.key().file());
        PlanCommand.print(shell, meant.plan());
        shell.print("nothing was signed, nothing was started");
        return ExitCode.SUCCEEDED.number();
    }

    int ask(String environment) {
        Meant meant = meant(environment);
        try (Temporal temporal = Temporal.connect(shell, asking.connection)) {
            return ask(temporal, meant);
        }
    }

    private Meant meant(String environment) {
        Checkout checkout = Checkout.of(shell, asking.wanted.planFile);
        EnvironmentName target = new Naming(shell, Optional.of(checkout)).environment(environment);
        String version = asking.wanted.version;
        ReleasePlan plan = checkout.plan(shell, target.environment(), version, asking.wanted.commit);
        if (!plan.service().equals(target.service())) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    "'" + checkout.path() + "' is the plan of '" + plan.service() + "', not of '" + target.service()
                            + "'");
        }
        ReleaseName name = target.release(version);
        if (!name.wellFormed()) {
            throw new CommandStopped(ExitCode.USAGE, "'" + version + "' is no version; write it like 1.4.0");
        }
        List<String> noPhase = wish.scope().problems(plan);
        if (!noPhase.isEmpty()) {
            throw new CommandStopped(ExitCode.USAGE, String.join("; ", noPhase));
        }
        requireCommitted(checkout, plan);
        return new Meant(name, plan, asking.signing.find(shell, plan.people()));
    }

    private void requireCommitted(Checkout checkout, ReleasePlan plan) {
        if (plan.source().git().isEmpty()) {
            return;
        }
        List<String> changed = checkout.uncommitted(plan);
        if (!changed.isEmpty()) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    "not committed: " + String.join(", ", changed)
                            + "; a worker fetches the files of the commit, so commit" + " them first");
        }
        if (!checkout.pushed(plan)) {
            shell.say("commit " + plan.commit().substring(0, 12)
                    + " is on no remote branch as far as this checkout knows; a worker can only fetch what is pushed");
        }
    }

    private int ask(Temporal temporal, Meant meant) {
        ReleaseName name = meant.name();
        ReleasePlan plan = meant.plan();
        Optional<Execution> running = temporal.describe(name.workflowId()).filter(Execution::running);
        Instant asked = shell.clock().instant();
        if (running.isPresent()) {
            return join(temporal, meant, running.get(), asked);
        }
        if (wish.scope().whole()) {
            requireNew(temporal, name, plan);
        }
        if (asking.until == Asking.Until.accepted) {
            sayWhoIsMissing(temporal, plan); // the others are told while they wait
        }
        SignedStatement request = request(meant);
        Execution started = temporal.start(
                ReleaseWorkflow.class.getSimpleName(),
                new ReleaseStart(wish, meant, request).options(),
                new ReleaseInput(plan, request));
        if (!temporal.input(started, ReleaseInput.class).request().id().equals(request.id())) {
            return join(temporal, meant, started, asked); // somebody else was faster
        }
        asking.output.tell(
                shell,
                "asked for " + name.text() + " (workflow " + started.workflow() + ", run " + started.run() + ")");
        return wait(temporal, meant, request, started, asked);
    }

    /** Attaches to the running release of the same plan; another plan under this version is refused. */
    private int join(Temporal temporal, Meant meant, Execution running, Instant asked) {
        ReleaseName name = meant.name();
        ReleasePlan plan = meant.plan();
        ReleaseInput other = temporal.input(running, ReleaseInput.class);
        if (!Scope.of(other.request()).equals(wish.scope())) {
            throw new CommandStopped(
                    ExitCode.NOT_ALLOWED,
                    name.text() + " is running, but as "
                            + (Scope.of(other.request()).whole()
                                    ? "a whole release"
                                    : "`slipway run "
                                            + Scope.of(other.request()).phase() + "`")
                            + "; wait for its end (`slipway watch " + name.text() + "`), or end it (`slipway cancel`)");
        }
        String digest = other.plan().digest();
        if (!digest.equals(plan.digest())) {
            throw new CommandStopped(
                    ExitCode.NOT_ALLOWED,
                    name.text() + " is running with another plan (" + digest.substring(0, 12) + ", this one is "
                            + plan.digest().substring(0, 12)
                            + "); wait for its end (`slipway watch`), end it (`slipway cancel`), or give this one another"
                            + " version");
        }
        asking.output.tell(
                shell,
                "attached to the running release " + name.text() + ", asked for by "
                        + other.request().statement().map(Statement::by).orElse("nobody known"));
        return wait(temporal, meant, other.request(), running, asked);
    }

    private void requireNew(Temporal temporal, ReleaseName name, ReleasePlan plan) {
        Optional<Mirror> mirror = temporal.describe(name.environmentWorkflowId())
                .flatMap(execution -> temporal.memo(execution, EnvironmentWorkflow.View.class))
                .flatMap(view -> view.mirror().stream().findFirst());
        boolean succeeded = mirror.stream()
                .flatMap(copy -> copy.history().stream())
                .anyMatch(ended -> ended.version().equals(name.version())
                        && ended.phase().isEmpty()
                        && ended.outcome().equals(Outcome.SUCCEEDED.name()));
        boolean live = mirror.filter(copy -> copy.live().equals(name.version())).isPresent();
        if (succeeded && !live && !wish.again()) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    name.text() + " has succeeded before and is not live any more; `slipway rollback "
                            + EnvironmentName.of(name).text() + " --to " + name.version()
                            + "` goes back to it, --again --reason releases it once more");
        }
    }

    private void sayWhoIsMissing(Temporal temporal, ReleasePlan plan) {
        Workers.Absence missing = new Workers(temporal).missing(plan.environment());
        if (!missing.none()) {
            shell.say(missing.sentence());
        }
    }

    private SignedStatement request(Meant meant) {
        ReleasePlan plan = meant.plan();
        Instant now = shell.clock().instant();
        Statement statement = new Draft(
                        wish.scope().whole() ? Kind.REQUEST : Kind.RUN,
                        EnvironmentName.of(meant.name()),
                        plan.version(),
                        plan.digest(),
                        "",
                        wish.again() ? Statement.what(Map.of("again", true)) : "",
                        "",
                        asking.reason,
                        List.of(),
                        wish.lane())
                .forSteps(wish.scope().whole() ? "all" : wish.scope().phase())
                .by(meant.key(), now, asking.expires);
        SignedStatement signed = asking.signing.sign(meant.key(), statement);
        List<String> problems =
                Approvals.problemsOfRequest(plan, asking.signing.known(plan.people(), meant.key()), signed, now);
        if (!problems.isEmpty()) {
            throw new CommandStopped(ExitCode.NOT_ALLOWED, String.join("; ", problems));
        }
        return signed;
    }

    private int wait(Temporal temporal, Meant meant, SignedStatement request, Execution execution, Instant asked) {
        ReleaseName name = meant.name();
        ReleasePlan plan = meant.plan();
        ReleaseView view = new ReleaseView(shell, asking.output.json());
        Conclusion conclusion = new Conclusion(shell, asking.output, view);
        Confirmation.Expected expected =
                new Confirmation.Expected(name, request.id(), plan.digest(), Outcome.SUCCEEDED, asked);
        if (asking.until == Asking.Until.accepted) {
            return conclusion.accepted(execution, expected);
        }
        Following following = new Following(shell, temporal, view, asking.patience.noWorker);
        return conclusion.of(
                following.follow(
                        execution, plan.environment(), name.text(), reached().or(tooLong(asked))),
                execution,
                expected);
    }

    private Predicate<ReleaseReport> tooLong(Instant asked) {
        return report -> !asking.timeout.isZero()
                && Duration.between(asked, shell.clock().instant()).compareTo(asking.timeout) >= 0;
    }

    private Predicate<ReleaseReport> reached() {
        return asking.until == Asking.Until.approval
                ? report -> report.phase().ordinal() >= Phase.APPROVAL.ordinal()
                        // at its very end it is followed to its outcome: there is nothing left to come back to
                        && report.phase() != Phase.DONE
                        && (report.phase() != Phase.APPROVAL
                                || !report.waiting().isEmpty())
                : report -> false;
    }
}
