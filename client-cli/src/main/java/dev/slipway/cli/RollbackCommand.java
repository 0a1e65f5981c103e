package dev.slipway.cli;

import dev.slipway.environment.Holder;
import dev.slipway.environment.Mirror;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Target;
import dev.slipway.release.Approvals;
import dev.slipway.release.Decision;
import dev.slipway.release.Outcome;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.rollback.RollbackWorkflow;
import dev.slipway.rollback.RollbackWorkflow.RollbackInput;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Goes back: a release that runs is turned round, otherwise what is live is replaced by the last known good version. */
@Command(
        name = "rollback",
        description = "Go back to the last known good version, or to a named one; a running release is turned round.",
        footer = "%nDatabases are never taken back by this. 0 when rolled back as asked.%n")
final class RollbackCommand implements Callable<Integer> {

    private static final Duration HOLDS = Duration.ofHours(1);
    private static final int MOST_SHOWN = 10;
    private static final Duration ANSWER = Duration.ofSeconds(30);

    @Parameters(arity = "0..1", paramLabel = "ENV", description = "production, or shop/production")
    String environment = "";

    @Option(
            names = "--to",
            paramLabel = "V",
            description = "a version that succeeded; the last known good where not given")
    String to = "";

    @Option(names = "--resume", description = "go on with a rollback that failed: what is back already stays so")
    boolean resume;

    @Option(
            names = "--target",
            paramLabel = "NAME",
            description = "only this target goes back; may be given several times; all where not given")
    List<String> targets = List.of();

    @Mixin
    Assent assent = new Assent();

    @Mixin
    Patience patience = new Patience();

    @Mixin
    Decisions decisions = new Decisions();

    @Mixin
    Signing signing = new Signing();

    @Mixin
    Connection connection = new Connection();

    @Mixin
    Output output = new Output();

    private final Shell shell;

    RollbackCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        EnvironmentName name = new Naming(shell).environment(environment);
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            EnvironmentPage page = EnvironmentPage.of(temporal, name);
            Optional<Subject> running = opened(temporal, page);
            return running.isPresent() ? turnRound(temporal, running.get()) : goBack(temporal, page);
        }
    }

    /** The release that is changing the environment now. */
    private static Optional<Subject> opened(Temporal temporal, EnvironmentPage page) {
        for (Holder holder : page.view().holder()) {
            Optional<ReleaseName> name = Optional.of(page.name().release(holder.version()))
                    .filter(each -> !holder.rollback() && each.workflowId().equals(holder.workflow()));
            Optional<Execution> execution = name.flatMap(each -> temporal.describe(holder.workflow(), holder.run()))
                    .filter(Execution::running);
            if (execution.isPresent()) {
                Subject subject = Subject.of(temporal, new Naming.Found(name.get(), execution.get()));
                if (!subject.report().opened().isEmpty()
                        && subject.report().outcome().isEmpty()) {
                    return Optional.of(subject);
                }
            }
        }
        return Optional.empty();
    }

    private int turnRound(Temporal temporal, Subject subject) {
        ReleasePlan plan = subject.plan();
        if (!to.isEmpty() || resume || !targets.isEmpty()) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    subject.name().text() + " is running, and can only go back as a whole to what was live before it;"
                            + " leave out --to, --resume and --target");
        }
        shell.say(subject.name().text() + " is in phase "
                + subject.report().phase().words()
                + "; rolling back stops it and brings what was live before it back.");
        sayWhatStays(plan);
        SigningKey key = signing.find(shell, plan.people());
        gather(plan, "Roll " + subject.name().text() + " back as '" + key.by() + "'?");
        ReleaseReport report = subject.report();
        SignedStatement signed =
                sign(key, plan, subject.environment(), subject.name().version(), plan.digest(), report.base(), "");
        if (decisions.print) {
            Output.print(shell, signed);
            return ExitCode.SUCCEEDED.number();
        }
        Instant asked = shell.clock().instant();
        output.tell(
                shell,
                temporal.update(subject.execution(), "rollback", signed.id(), Decision.class, ANSWER, signed)
                        .text());
        return follow(
                temporal,
                subject.execution(),
                subject.name().environment(),
                subject.name().text(),
                new Confirmation.Expected(
                        subject.name(), subject.input().request().id(), "", Outcome.ROLLED_BACK, asked));
    }

    private int goBack(Temporal temporal, EnvironmentPage page) {
        Mirror mirror = page.mirror();
        EnvironmentName name = page.name();
        String target = target(name, mirror);
        refuseUnknownVersion(name, target, mirror);
        ReleasePlan plan = PeoplePlan.of(shell, temporal, page);
        refuseUnknownTargets(plan, mirror);
        sayWhatIsMeant(page, plan, target);
        SigningKey key = signing.find(shell, plan.people());
        gather(plan, "Roll " + name.text() + " back to " + target + " as '" + key.by() + "'?");
        // the page is Temporal's word: the worker holds it against the record
        SignedStatement signed = sign(key, plan, name, target, "", mirror.base(), Statement.what(way()));
        if (decisions.print) {
            Output.print(shell, signed);
            return ExitCode.SUCCEEDED.number();
        }
        Instant asked = shell.clock().instant();
        Execution started = start(temporal, name, target, signed, key.by());
        SignedStatement followed = temporal.input(started, RollbackInput.class).rollback();
        sayWhichRuns(started, name, target, signed, followed);
        return follow(
                temporal,
                started,
                name.environment(),
                name.text(),
                new Confirmation.Expected(name.release(target), followed.id(), "", Outcome.ROLLED_BACK, asked));
    }

    /** The version to go back to; what was not finished goes on where nothing else is said and known. */
    private String target(EnvironmentName name, Mirror mirror) {
        if (resume && mirror.unfinishedRollback().isEmpty()) {
            throw new CommandStopped(
                    ExitCode.NOT_ALLOWED,
                    "no target of " + name.text() + " is half back, so there is nothing to go on with; leave out"
                            + " --resume");
        }
        // where a release failed half-way, and nothing before it is known, the way back is what it came from
        resume |= to.isEmpty()
                && mirror.lastKnownGood().isEmpty()
                && !mirror.unfinishedRollback().isEmpty();
        String good = resume ? mirror.unfinishedRollback() : mirror.lastKnownGood();
        String target = to.isEmpty() ? good : to;
        if (target.isEmpty()) {
            throw new CommandStopped(
                    ExitCode.NOT_ALLOWED,
                    name.text()
                            + " has no last known good version to go back to; name one with --to, or release a good one");
        }
        if (target.equals(mirror.live()) && mirror.unfinishedRollback().isEmpty() && targets.isEmpty()) {
            throw new CommandStopped(ExitCode.USAGE, target + " is live in " + name.text() + " already");
        }
        return target;
    }

    private void sayWhatIsMeant(EnvironmentPage page, ReleasePlan plan, String target) {
        Mirror mirror = page.mirror();
        String name = page.name().text();
        shell.say((resume
                        ? "goes on back in " + name
                        : "goes back in " + name + " from " + (mirror.live().isEmpty() ? "nothing" : mirror.live()))
                + " to " + target + ": "
                + String.join(", ", meant(plan, mirror))
                + (targets.isEmpty() ? "" : " only"));
        sayWhatStays(plan);
        page.view()
                .holder()
                .forEach(holder -> shell.say("it waits for " + holder.workflow() + ", which has the turn"
                        + (holder.workflow().startsWith("restore:")
                                ? ", and may wait for a person: `slipway restore " + name
                                        + " --cancel --reason WHY` ends it"
                                : "")));
    }

    private static Execution start(
            Temporal temporal, EnvironmentName name, String target, SignedStatement signed, String by) {
        return temporal.start(
                RollbackWorkflow.class.getSimpleName(),
                WorkflowOptions.newBuilder()
                        .setWorkflowId(ReleaseName.rollbackWorkflowId(name.service(), name.environment()))
                        .setTaskQueue(Queues.WORKFLOWS)
                        .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                        .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                        .setStaticSummary("roll " + name.text() + " back to " + target + " (asked by " + by + ")")
                        .build(),
                new RollbackInput(name.service(), name.environment(), signed));
    }

    /** @param followed what the rollback that runs was asked for by: another one may have been there first */
    private void sayWhichRuns(
            Execution started, EnvironmentName name, String target, SignedStatement signed, SignedStatement followed) {
        if (followed.id().equals(signed.id())) {
            output.tell(
                    shell,
                    "asked for the rollback of " + name.text() + " to " + target + " (workflow " + started.workflow()
                            + ")");
            return;
        }
        String other = followed.statement().map(Statement::version).orElse("an unknown version");
        if (!other.equals(target)) {
            throw new CommandStopped(
                    ExitCode.NOT_ALLOWED,
                    "another rollback of " + name.text() + " to " + other + " is running already");
        }
        output.tell(shell, "attached to the running rollback of " + name.text() + " to " + target);
    }

    private int follow(
            Temporal temporal, Execution execution, String environment, String text, Confirmation.Expected expected) {
        ReleaseView view = new ReleaseView(shell, output.json());
        Following.Seen seen = new Following(shell, temporal, view, patience.noWorker)
                .follow(execution, environment, text, each -> false);
        return new Conclusion(shell, output, view).of(seen, execution, expected);
    }

    /** Before anything is signed. */
    private static void refuseUnknownVersion(EnvironmentName name, String target, Mirror mirror) {
        List<String> known = mirror.succeeded();
        if (!known.isEmpty() && !known.contains(target)) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    "'" + target + "' never succeeded in " + name.text() + "; there succeeded "
                            + String.join(", ", known.subList(0, Math.min(MOST_SHOWN, known.size())))
                            + (known.size() > MOST_SHOWN ? ", …" : ""));
        }
    }

    /** Before anything is signed. A version that is live may have targets that the plan has no more, so those count, too. */
    private void refuseUnknownTargets(ReleasePlan plan, Mirror mirror) {
        Set<String> known = new TreeSet<>(mirror.targets().keySet());
        known.addAll(mirror.halfBack());
        plan.deploy().forEach(target -> known.add(target.name()));
        List<String> unknown = targets.stream()
                .filter(target -> !known.contains(target))
                .distinct()
                .toList();
        if (!unknown.isEmpty()) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    "no target '" + String.join("', '", unknown) + "' in " + environment(plan) + "; there "
                            + (known.size() == 1 ? "is " : "are ") + String.join(", ", known));
        }
    }

    private static String environment(ReleasePlan plan) {
        return plan.service() + "/" + plan.environment();
    }

    /** The targets that go back, as far as it is known here. */
    private List<String> meant(ReleasePlan plan, Mirror mirror) {
        if (!targets.isEmpty()) {
            return targets.stream().distinct().toList();
        }
        return resume
                ? mirror.halfBack()
                : plan.deploy().stream().map(Target::name).toList();
    }

    private Map<String, Object> way() {
        Map<String, Object> way = new LinkedHashMap<>();
        if (resume) {
            way.put("resume", true);
        } else if (to.isEmpty()) {
            way.put("last-known-good", true);
        }
        if (!targets.isEmpty()) {
            way.put("targets", targets.stream().sorted().distinct().toList());
        }
        return way;
    }

    private void sayWhatStays(ReleasePlan plan) {
        plan.databases().forEach((database, each) -> {
            if (!each.migrate().isEmpty() || !each.referenceData().isEmpty()) {
                shell.say("database '" + database
                        + "' stays as it is: applied migrations and promoted data are not undone");
            }
        });
    }

    private void gather(ReleasePlan plan, String question) {
        assent.reason(shell, plan.rollback().reason());
        if (!assent.confirm(shell, plan.rollback().confirm(), "confirm") && !assent.yes) {
            if (!shell.interactive()) {
                throw new CommandStopped(
                        ExitCode.USAGE, "nobody is here to be asked; add --yes to roll back without asking");
            }
            if (!shell.agrees(question)) {
                throw new CommandStopped(ExitCode.NOT_ALLOWED, "nothing was signed");
            }
        }
    }

    private SignedStatement sign(
            SigningKey key,
            ReleasePlan plan,
            EnvironmentName name,
            String version,
            String digest,
            String base,
            String what) {
        Instant now = shell.clock().instant();
        SignedStatement signed = signing.sign(
                key,
                new Draft(Kind.ROLLBACK, name, version, digest, base, what, assent.confirm, assent.reason, List.of())
                        .by(key, now, HOLDS));
        Decisions.require(Approvals.problemsOfRollbackRight(
                plan, signing.known(plan.people(), key), Kind.ROLLBACK, base, signed, now));
        return signed;
    }
}
