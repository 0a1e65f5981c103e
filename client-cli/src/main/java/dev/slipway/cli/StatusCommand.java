package dev.slipway.cli;

import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.environment.Holder;
import dev.slipway.environment.TurnReason;
import dev.slipway.release.Status;
import dev.slipway.release.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** An environment on one screen. Needs no worker: everything stands in the memo of its workflow. */
@Command(name = "status", description = "What is live, what runs, who waits, whether it is locked.")
final class StatusCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "ENV",
            description = "production, or shop/production; all of the checkout where not given")
    String environment = "";

    @Mixin
    Connection connection = new Connection();

    @Mixin
    Output output = new Output();

    private final Shell shell;

    StatusCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (Temporal temporal = Temporal.connect(shell, connection)) {
            // what is not asked for needs no answer; the rest is asked at once
            Meanwhile<List<Execution>> releases =
                    Meanwhile.ask(() -> output.json() ? List.of() : temporal.running("ReleaseWorkflow"));
            List<View> views = new ArrayList<>();
            List<EnvironmentName> unknown = new ArrayList<>();
            for (EnvironmentName each : meant(temporal)) {
                temporal.describe(each.workflow())
                        .flatMap(execution -> temporal.memo(execution, View.class))
                        .ifPresentOrElse(views::add, () -> unknown.add(each));
            }
            if (output.json()) {
                Output.print(shell, views);
            } else {
                views.forEach(view -> print(temporal, view, releases));
                unknown.forEach(each -> {
                    shell.print(each.text() + "  nothing is known: no release has got as far as its turn yet");
                    beforeTheirTurn(
                            temporal,
                            new View(each.service(), each.environment(), List.of(), List.of(), List.of()),
                            releases.answer());
                });
            }
            return ExitCode.SUCCEEDED.number();
        }
    }

    private List<EnvironmentName> meant(Temporal temporal) {
        if (environment.contains("/")) {
            return List.of(new Naming(shell, Optional.empty()).environment(environment));
        }
        Naming naming = new Naming(shell);
        if (!environment.isEmpty()) {
            return List.of(naming.environment(environment));
        }
        List<EnvironmentName> here = naming.environmentsHere();
        if (!here.isEmpty()) {
            return here;
        }
        List<EnvironmentName> all = temporal.running("EnvironmentWorkflow").stream()
                .flatMap(execution -> temporal.memo(execution, View.class).stream())
                .map(view -> new EnvironmentName(view.service(), view.environment()))
                .toList();
        if (all.isEmpty()) {
            throw new CommandStopped(
                    ExitCode.USAGE,
                    "Temporal at " + temporal.address() + " knows no environment; name one like 'shop/production'");
        }
        return all;
    }

    private void print(Temporal temporal, View view, Meanwhile<List<Execution>> releases) {
        Instant now = shell.clock().instant();
        shell.print(view.service() + "/" + view.environment());
        StatusRows.standing(view, now).forEach(shell::print);
        row("turn", view.holder().stream().findFirst().map(Holder::workflow).orElse("free"));
        view.holder().forEach(holder -> running(temporal, view, holder));
        beforeTheirTurn(temporal, view, releases.answer());
        for (Holder each : view.waiting()) {
            row("queue", each.workflow() + " for " + Spans.words(Duration.between(each.asked(), now)));
        }
        StatusRows.recorded(view, now).forEach(shell::print);
    }

    /** Releases that do nothing yet: they wait, or have not asked for the turn, so that the queue knows nothing of them. */
    private void beforeTheirTurn(Temporal temporal, View view, List<Execution> releases) {
        List<Holder> known =
                Stream.concat(view.holder().stream(), view.waiting().stream()).toList();
        // as the queue: who has waited longest stands first
        List<Execution> oldestFirst = releases.stream()
                .sorted(Comparator.comparing(Execution::started))
                .toList();
        for (Execution execution : oldestFirst) {
            temporal.memo(execution, Status.class)
                    .filter(status -> status.service().equals(view.service())
                            && status.environment().equals(view.environment()))
                    .ifPresent(status -> {
                        String what = waitsFor(view, execution, status);
                        if (!what.isEmpty()) {
                            row("waits", status.version() + " for " + ReleaseView.words(what, status.who()));
                        } else if (known.stream()
                                .noneMatch(holder -> holder.workflow().equals(execution.workflow()))) {
                            row("before", status.version() + " in phase " + status.phase());
                            temporal.describe(execution.workflow(), execution.run())
                                    .ifPresent(each -> each.retried().forEach(retried -> row("retries", retried)));
                        }
                    });
        }
    }

    /** What its memo says; where that is the turn, which it has or waits for, what the environment says of it. */
    private String waitsFor(View view, Execution execution, Status status) {
        if (!TurnReason.isMeantBy(status.what())) {
            return status.what();
        }
        boolean has = view.holder().stream()
                .anyMatch(holder -> holder.workflow().equals(execution.workflow())
                        && holder.run().equals(execution.run()));
        return has
                ? ""
                : TurnWait.of(view, execution, shell.clock().instant())
                        .map(Waiting::what)
                        .orElse(status.what());
    }

    private void running(Temporal temporal, View view, Holder holder) {
        Optional<Execution> running =
                temporal.describe(holder.workflow(), holder.run()).filter(Execution::running);
        running.ifPresent(each -> each.retried().forEach(retried -> row("retries", retried)));
        running.ifPresent(execution -> temporal.memo(execution, Status.class).ifPresent(status -> {
            String what = waitsFor(view, execution, status);
            row(
                    "running",
                    status.version() + " in phase " + status.phase() + (what.isEmpty() ? "" : ", waits for " + what));
        }));
        running.flatMap(execution -> WaitingRestores.of(temporal, execution))
                .map(Running::status)
                .ifPresent(status -> row(
                        "waits",
                        status.version() + " for " + status.what() + " of " + String.join(", ", status.who())
                                + (status.until().isAfter(Instant.EPOCH) ? ", until " + Spans.time(status.until()) : "")
                                + (status.command().isEmpty() ? "" : "; `" + status.command() + "`")));
    }

    private void row(String name, String text) {
        shell.print(StatusRows.row(name, text));
    }
}
