package dev.slipway.cli;

import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.environment.TurnReason;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.ReleaseInput;
import dev.slipway.release.Status;
import dev.slipway.trust.Lane;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The inbox: what waits for somebody. Releases need no worker for it; a restore is asked by way of one. */
@Command(name = "waiting", description = "Which releases and restores wait for a person, and for whom.")
final class WaitingCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "ENV", description = "production, or shop/production; all where not given")
    String environment = "";

    @Option(names = "--for", paramLabel = "NAME", description = "only those that this person can move")
    String person = "";

    @Mixin
    Connection connection = new Connection();

    @Mixin
    Output output = new Output();

    private final Shell shell;

    WaitingCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        Optional<EnvironmentName> only =
                environment.isEmpty() ? Optional.empty() : Optional.of(new Naming(shell).environment(environment));
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            Meanwhile<WaitingRestores> restores = Meanwhile.ask(() -> WaitingRestores.all(temporal));
            Map<String, Optional<View>> environments = new HashMap<>();
            List<Running> waiting = Stream.concat(
                            Naming.running(temporal).stream().map(each -> underLock(temporal, environments, each)),
                            restores.answer().waiting().stream())
                    .filter(each -> !each.status().who().isEmpty())
                    .filter(each -> person.isEmpty() || each.status().who().contains(person))
                    .filter(each -> only.isEmpty() || only.get().equals(EnvironmentName.of(each.name())))
                    // as everywhere: who has waited longest stands first
                    .sorted(Comparator.comparing(each -> each.execution().started()))
                    .toList();
            List<WaitingRestores.Unanswered> unanswered = restores.answer().unanswered().stream()
                    .filter(each -> only.isEmpty() || only.get().equals(EnvironmentName.of(each.name())))
                    .toList();
            if (output.json()) {
                Output.print(
                        shell,
                        Stream.concat(
                                        waiting.stream().map(each -> WaitingRestores.json(each.status(), "")),
                                        unanswered.stream().map(WaitingRestores.Unanswered::json))
                                .toList());
                return ExitCode.SUCCEEDED.number();
            }
            if (waiting.isEmpty()) {
                shell.print(
                        unanswered.isEmpty()
                                ? "no release and no restore waits for a person"
                                : "no release waits for a person");
            }
            waiting.forEach(this::print);
            // for whom they wait is not known either, so they are told to everybody
            unanswered.forEach(
                    each -> shell.print(each.name().text() + "  asked by " + each.by() + "; " + each.sentence()));
            return ExitCode.SUCCEEDED.number();
        }
    }

    private static String words(Running each) {
        Status status = each.status();
        String who = String.join(", ", status.who());
        if (TurnReason.isMeantBy(status.what())) {
            return status.what() + "; " + who + " may unlock it";
        }
        return each.waitsForApproval()
                ? ReleaseView.words(status.what(), status.who())
                : status.what() + ", from " + who;
    }

    /** One that waits for its turn while its environment is locked: that, too, waits for a person's word. */
    private Running underLock(Temporal temporal, Map<String, Optional<View>> environments, Running each) {
        Status status = each.status();
        if (!TurnReason.isMeantBy(status.what())) {
            return each;
        }
        return environments
                .computeIfAbsent(EnvironmentName.of(each.name()).workflow(), workflow -> temporal.describe(workflow)
                        .flatMap(environment -> temporal.memo(environment, View.class)))
                .flatMap(view ->
                        TurnWait.locked(view, each.execution(), shell.clock().instant()))
                .map(waiting -> new Running(
                        each.name(),
                        each.execution(),
                        new Status(
                                status.service(),
                                status.environment(),
                                status.version(),
                                status.plan(),
                                status.request(),
                                status.requestedBy(),
                                status.phase(),
                                status.outcome(),
                                waiting.what(),
                                temporal.inputIfOurs(each.execution(), ReleaseInput.class)
                                        .map(WaitingCommand::mayUnlock)
                                        .orElse(List.of()),
                                waiting.until(),
                                waiting.command())))
                .orElse(each);
    }

    /** As its plan says it; the worker judges by the policy, too. */
    private static List<String> mayUnlock(ReleaseInput input) {
        ReleasePlan plan = input.plan();
        List<String> named = plan.rollback().by().isEmpty()
                ? plan.approval().from()
                : plan.rollback().by();
        boolean asksNobody = plan.approval(Lane.NORMAL).quorum() == 0
                && plan.approval(Lane.HOTFIX).quorum() == 0;
        // as the worker has it: where nobody is asked for a yes or named, whoever may ask for a release may
        return named.isEmpty() && asksNobody ? List.copyOf(plan.people().keySet()) : named;
    }

    private void print(Running each) {
        Status status = each.status();
        shell.print(each.name().text() + "  asked by " + status.requestedBy());
        shell.print("  waits for " + words(each)
                + (status.until().isAfter(Instant.EPOCH) ? ", until " + Spans.time(status.until()) : ""));
        shell.print("  "
                + (status.command().isEmpty() ? "slipway show " + each.name().text() : status.command()));
    }
}
