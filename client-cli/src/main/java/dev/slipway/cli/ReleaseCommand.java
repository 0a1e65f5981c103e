package dev.slipway.cli;

import dev.slipway.environment.EnvironmentWorkflow;
import dev.slipway.environment.Mirror;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Scope;
import dev.slipway.release.Approvals;
import dev.slipway.release.Outcome;
import dev.slipway.release.Phase;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseInput;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.ReleaseWorkflow;
import dev.slipway.release.Status;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks for a release, and waits for it as long as wanted. */
@Command(
        name = "release",
        description = "Release a version to an environment: signs a request, starts it, and waits for it.",
        footer = "%nThe same version with the same plan, while it runs: joins it. It goes on whatever happens here.%n")
final class ReleaseCommand implements Callable<Integer> {

    /** A worker that dies inside a workflow task costs this long instead of ten seconds; a slow one still makes it. */
    private static final Duration WORKFLOW_TASK = Duration.ofSeconds(5);

    enum Until {
        accepted,
        approval,
        outcome
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "ENV",
            description = "production, or shop/production; by branch where not given")
    String environment = "";

    @Option(names = "--version", required = true, paramLabel = "V", description = "the version to release")
    String version = "";

    @Option(names = "--plan-file", paramLabel = "FILE", description = "slipway.yaml here or above where not given")
    String planFile = "";

    @Option(names = "--commit", paramLabel = "C", description = "HEAD where not given (source: git)")
    String commit = "";

    @Option(
            names = "--wait",
            paramLabel = "accepted|approval|outcome",
            description = "how long to wait; outcome where not given")
    Until until = Until.outcome;

    @Option(
            names = "--hotfix",
            description = "in the hotfix lane, where the plan and the worker have one; needs --reason")
    boolean hotfix;

    @Option(names = "--again", description = "release a version again that has succeeded before; needs --reason")
    boolean again;

    @Option(names = "--reason", paramLabel = "TEXT", description = "why; it stands in the signed request")
    String reason = "";

    @Option(names = "--dry-run", description = "say what would be asked for; sign and start nothing")
    boolean dryRun;

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            converter = Spans.class,
            description = "until when the request counts: 24h where not given")
    Duration expires = Duration.ofHours(24);

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Spans.class,
            description = "how long to wait at most; then it says what the release waits for, which goes on")
    Duration timeout = Duration.ZERO;

    @Option(
            names = "--no-worker-timeout",
            paramLabel = "TIME",
            converter = Spans.class,
            description = "how long to wait where no worker is: 30s where not given")
    Duration noWorker = Duration.ofSeconds(30);

    @Mixin
    Signing signing = new Signing();

    @Mixin
    Connection connection = new Connection();

    @Mixin
    Output output = new Output();

    private final Shell shell;
    private final Scope scope;

    ReleaseCommand(Shell shell) {
        this(shell, new Scope(""));
    }

    /** @param scope what of the plan is asked for */
    ReleaseCommand(Shell shell, Scope scope) {
        this.shell = shell;
        this.scope = scope;
    }

    @Override
    public Integer call() {
        if (hotfix && reason.isBlank()) {
            throw new CommandStopped(ExitCode.USAGE, "--hotfix needs --reason: why can it not go the normal way?");
        }
        if (again && reason.isBlank()) {
            throw new CommandStopped(ExitCode.USAGE, "--again needs --reason: why release what has succeeded before?");
        }
        Checkout checkout = Checkout.of(shell, planFile);
        EnvironmentName target = new Naming(shell, Optional.of(checkout)).environment(environment);
        ReleasePlan plan = checkout.plan(shell, target.environment(), version, commit);
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
        requireCommitted(checkout, plan);
        SigningKey key = signing.find(shell, plan.people());
        if (dryRun) {
            return dryRun(name, plan, key);
        }
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            return ask(temporal, name, plan, key);
        }
    }

    private Lane lane() {
        return hotfix ? Lane.HOTFIX : Lane.NORMAL;
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

    private int dryRun(ReleaseName name, ReleasePlan plan, SigningKey key) {
        if (output.json()) {
            Output.print(shell, new PlanCommand.Answer(plan.digest(), plan));
            return ExitCode.SUCCEEDED.number();
        }
        shell.print("would ask for " + (scope.whole() ? "" : scope.phase() + " of ") + name.text() + " as '" + key.by()
                + "', signed with " + key.file());
        PlanCommand.print(shell, plan);
        shell.print("nothing was signed, nothing was started");
        return ExitCode.SUCCEEDED.number();
    }

    private int ask(Temporal temporal, ReleaseName name, ReleasePlan plan, SigningKey key) {
        Optional<Execution> running = temporal.describe(name.workflowId()).filter(Execution::running);
        Instant asked = shell.clock().instant();
        if (running.isPresent()) {
            return join(temporal, name, plan, running.get(), asked);
        }
        if (scope.whole()) {
            requireNew(temporal, name, plan);
        }
        if (until == Until.accepted) {
            sayWhoIsMissing(temporal, plan); // the others are told while they wait
        }
        SignedStatement request = request(name, plan, key);
        Execution started = temporal.start(
                ReleaseWorkflow.class.getSimpleName(),
                options(name, plan, key, request),
                new ReleaseInput(plan, request));
        if (!temporal.input(started, ReleaseInput.class).request().id().equals(request.id())) {
            return join(temporal, name, plan, started, asked); // somebody else was faster
        }
        tell("asked for " + name.text() + " (workflow " + started.workflow() + ", run " + started.run() + ")");
        return wait(temporal, name, plan, request, started, asked);
    }

    /** Attaches to the running release of the same plan; another plan under this version is refused. */
    private int join(Temporal temporal, ReleaseName name, ReleasePlan plan, Execution running, Instant asked) {
        ReleaseInput other = temporal.input(running, ReleaseInput.class);
        if (!Scope.of(other.request()).equals(scope)) {
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
        tell("attached to the running release " + name.text() + ", asked for by "
                + other.request().statement().map(Statement::by).orElse("nobody known"));
        return wait(temporal, name, plan, other.request(), running, asked);
    }

    private static String what(Scope scope) {
        return scope.whole() ? "release" : "run " + scope.phase() + " of";
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
        if (succeeded && !live && !again) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    name.text() + " has succeeded before and is not live any more; `slipway rollback "
                            + EnvironmentName.of(name).text() + " --to " + name.version()
                            + "` goes back to it, --again --reason releases it once more");
        }
    }

    private void sayWhoIsMissing(Temporal temporal, ReleasePlan plan) {
        List<String> missing = new Workers(temporal).missing(plan.environment());
        if (!missing.isEmpty()) {
            shell.say(Workers.sentence(missing));
        }
    }

    private SignedStatement request(ReleaseName name, ReleasePlan plan, SigningKey key) {
        Instant now = shell.clock().instant();
        Statement statement = new Draft(
                        scope.whole() ? Kind.REQUEST : Kind.RUN,
                        EnvironmentName.of(name),
                        name.version(),
                        plan.digest(),
                        "",
                        again ? Statement.what(Map.of("again", true)) : "",
                        "",
                        reason,
                        List.of(),
                        lane())
                .forSteps(scope.whole() ? "all" : scope.phase())
                .by(key, now, expires);
        SignedStatement signed = signing.sign(key, statement);
        List<String> problems = Approvals.problemsOfRequest(plan, signing.known(plan.people(), key), signed, now);
        if (!problems.isEmpty()) {
            throw new CommandStopped(ExitCode.NOT_ALLOWED, String.join("; ", problems));
        }
        return signed;
    }

    private WorkflowOptions options(ReleaseName name, ReleasePlan plan, SigningKey key, SignedStatement request) {
        return WorkflowOptions.newBuilder()
                .setWorkflowId(name.workflowId())
                .setTaskQueue(Queues.WORKFLOWS)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                .setWorkflowTaskTimeout(WORKFLOW_TASK)
                .setStaticSummary(what(scope) + " " + EnvironmentName.of(name).text() + " " + name.version()
                        + " (asked by " + key.by() + ")")
                .setStaticDetails(details(name, plan, key))
                .setMemo(Map.of(
                        Status.MEMO,
                        new Status(
                                plan.service(),
                                plan.environment(),
                                plan.version(),
                                plan.digest(),
                                request.id(),
                                key.by(),
                                Phase.PREFLIGHT.words(),
                                "",
                                "",
                                List.of(),
                                Instant.EPOCH,
                                "")))
                .build();
    }

    /** Markdown for the Temporal UI, where a single line feed is a space. */
    private String details(ReleaseName name, ReleasePlan plan, SigningKey key) {
        StringBuilder text = new StringBuilder();
        text.append("**")
                .append(name.text())
                .append("**, asked for by ")
                .append(key.by())
                .append("\n\n");
        text.append("- plan `").append(plan.digest()).append("`\n");
        if (!plan.commit().isEmpty()) {
            text.append("- commit `").append(plan.commit()).append("`\n");
        }
        text.append("- phases: ")
                .append(
                        scope.whole()
                                ? String.join(
                                        " → ",
                                        plan.phases().stream()
                                                .map(phase -> phase.word())
                                                .toList())
                                : scope.phase() + " alone")
                .append('\n');
        if (lane() == Lane.HOTFIX) {
            text.append("- **hotfix lane**: ").append(reason).append('\n');
        }
        ReleasePlan.Approval approval = plan.approval(lane());
        if (approval.quorum() > 0) {
            text.append("- approval by ")
                    .append(approval.quorum())
                    .append(" of ")
                    .append(String.join(", ", approval.from()))
                    .append('\n');
        }
        text.append("\n- `slipway show ").append(name.text()).append("`\n");
        text.append("- `slipway approve ").append(name.text()).append("`\n");
        text.append("- `slipway watch ").append(name.text()).append("`\n");
        text.append("- `slipway rollback ")
                .append(EnvironmentName.of(name).text())
                .append("`\n");
        return text.toString();
    }

    private int wait(
            Temporal temporal,
            ReleaseName name,
            ReleasePlan plan,
            SignedStatement request,
            Execution execution,
            Instant asked) {
        ReleaseView view = new ReleaseView(shell, output.json());
        Conclusion conclusion = new Conclusion(shell, output, view);
        Confirmation.Expected expected =
                new Confirmation.Expected(name, request.id(), plan.digest(), Outcome.SUCCEEDED, asked);
        if (until == Until.accepted) {
            return conclusion.accepted(execution, expected);
        }
        Following following = new Following(shell, temporal, view, noWorker);
        return conclusion.of(
                following.follow(
                        execution, plan.environment(), name.text(), reached().or(tooLong(asked))),
                execution,
                expected);
    }

    private Predicate<ReleaseReport> tooLong(Instant asked) {
        return report -> !timeout.isZero()
                && Duration.between(asked, shell.clock().instant()).compareTo(timeout) >= 0;
    }

    private Predicate<ReleaseReport> reached() {
        return until == Until.approval
                ? report -> report.phase().ordinal() >= Phase.APPROVAL.ordinal()
                        // at its very end it is followed to its outcome: there is nothing left to come back to
                        && report.phase() != Phase.DONE
                        && (report.phase() != Phase.APPROVAL
                                || !report.waiting().isEmpty())
                : report -> false;
    }

    private void tell(String line) {
        if (output.json()) {
            shell.say(line);
        } else {
            shell.print(line);
        }
    }
}
