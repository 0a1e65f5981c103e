package dev.slipway.cli;

import dev.slipway.environment.EnvironmentActivities.Inspection;
import dev.slipway.environment.EnvironmentInput;
import dev.slipway.environment.EnvironmentWorkflow;
import dev.slipway.environment.EnvironmentWorkflow.Decided;
import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.evidence.EvidenceActivities.EventsRequest;
import dev.slipway.evidence.LookUpWorkflow.LookUp;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.Queues;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What all signed words about an environment have in common: to whom, by whom, why, and how they are sent. */
final class EnvironmentWord {

    private static final Duration HOLDS = Duration.ofHours(1);

    /** For a word that several people have to say: the first has to count until the last has signed. */
    private static final Duration HOLDS_FOR_OTHERS = Duration.ofDays(3);

    private static final Duration ANSWER = Duration.ofSeconds(30);

    @Parameters(arity = "0..1", paramLabel = "ENV", description = "production, or shop/production")
    String environment = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "why; it stands in the record")
    String reason = "";

    @Option(names = "--yes", description = "do not ask before signing")
    boolean yes;

    @Mixin
    Decisions decisions = new Decisions();

    @Mixin
    Signing signing = new Signing();

    @Mixin
    Connection connection = new Connection();

    /** The environment as its worker shows it now. */
    record Present(Shell shell, Temporal temporal, EnvironmentName name, Execution execution, View view) {

        Inspection inspect() {
            return temporal.update(execution, "inspect", UUID.randomUUID().toString(), Inspection.class, ANSWER);
        }

        EnvironmentPage page() {
            return new EnvironmentPage(name, execution, view);
        }
    }

    /**
     * What is said.
     *
     * @param about see {@link dev.slipway.trust.Statement#about}
     * @param what see {@link dev.slipway.trust.Statement#what}
     * @param sentence for the person who signs
     */
    record Said(String version, String about, String what, String sentence) {}

    int say(Shell shell, Kind kind, Function<Present, Said> saying) {
        EnvironmentName name = new Naming(shell).environment(environment);
        if (reason.isBlank()) {
            throw new CommandStopped(ExitCode.USAGE, "say why with --reason; it stands in the record");
        }
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            Present present = present(shell, temporal, name);
            Said said = saying.apply(present);
            SigningKey key = signing.find(shell, people(present));
            said.sentence().lines().forEach(shell::say);
            agreed(shell, kind.word() + " " + name.text() + " as '" + key.by() + "'?");
            Instant now = shell.clock().instant();
            boolean alone = kind == Kind.FREEZE || kind == Kind.UNFREEZE || kind == Kind.SUSPEND || kind == Kind.UNLOCK;
            SignedStatement signed = signing.sign(
                    key,
                    new Draft(kind, name, said.version(), "", said.about(), said.what(), "", reason, List.of())
                            .by(key, now, alone ? HOLDS : HOLDS_FOR_OTHERS));
            Decisions.To to = new Decisions.To(name, present.execution(), kind.word());
            return decisions.sendForReceipt(
                    shell, temporal, to, signed, Decided.class, EnvironmentWord::words, Decided::receipt);
        }
    }

    private static String words(Decided answer) {
        if (!answer.done()) {
            boolean taken = answer.text().startsWith("taken");
            throw new CommandStopped(taken ? ExitCode.STILL_WAITING : ExitCode.NOT_ALLOWED, answer.text());
        }
        return answer.text();
    }

    /** Starts the environment's workflow where nothing was ever released: a freeze may come first. */
    private static Present present(Shell shell, Temporal temporal, EnvironmentName name) {
        new Workers(temporal).require(name, "Nothing was signed: only a worker can take it");
        if (temporal.describe(name.workflow()).isEmpty()) {
            // a workflow for an environment that nobody serves would ask for its record for ever
            LookingUp.of(
                    temporal,
                    name,
                    LookUp.of(new EventsRequest(
                            name.service(), name.environment(), shell.clock().instant())));
        }
        Execution execution = temporal.start(
                EnvironmentWorkflow.class.getSimpleName(),
                WorkflowOptions.newBuilder()
                        .setWorkflowId(name.workflow())
                        .setTaskQueue(Queues.WORKFLOWS)
                        .setWorkflowTaskTimeout(Duration.ofSeconds(5))
                        .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                        .setStaticSummary("queue of " + name.text())
                        .build(),
                EnvironmentInput.of(name.service(), name.environment()));
        View view = temporal.update(execution, "refresh", UUID.randomUUID().toString(), View.class, ANSWER);
        return new Present(shell, temporal, name, execution, view);
    }

    private Map<String, List<String>> people(Present present) {
        if (!signing.by.isEmpty()) {
            return Map.of();
        }
        return plan(present).map(ReleasePlan::people).orElse(Map.of());
    }

    static Optional<ReleasePlan> plan(Present present) {
        try {
            return Optional.of(PeoplePlan.of(present.shell(), present.temporal(), present.page()));
        } catch (CommandStopped nobodyKnown) {
            return Optional.empty();
        }
    }

    private void agreed(Shell shell, String question) {
        if (yes || decisions.print) {
            return;
        }
        if (!shell.interactive()) {
            throw new CommandStopped(ExitCode.USAGE, "nobody is here to be asked; add --yes to sign without asking");
        }
        if (!shell.agrees(question)) {
            throw new CommandStopped(ExitCode.NOT_ALLOWED, "nothing was signed");
        }
    }
}
