package dev.slipway.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.environment.Holder;
import dev.slipway.environment.TurnReason;
import dev.slipway.release.Status;
import dev.slipway.trust.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
            List<Asked> asked = new ArrayList<>();
            for (EnvironmentName each : meant(temporal)) {
                Meanwhile<String> worker = Meanwhile.ask(
                        () -> new Workers(temporal).missing(each.environment()).sentence());
                Meanwhile<Optional<Execution>> rollback = Meanwhile.ask(() -> UnbegunRollback.newest(temporal, each));
                asked.add(new Asked(
                        each,
                        temporal.describe(each.workflow()).flatMap(execution -> temporal.memo(execution, View.class)),
                        worker,
                        rollback));
            }
            if (output.json()) {
                Output.print(
                        shell,
                        asked.stream()
                                .map(each -> {
                                    View view = each.view().orElseGet(() -> nothing(each.name()));
                                    return json(
                                            temporal,
                                            view,
                                            each.worker().answer(),
                                            unbegun(temporal, each.rollback(), view));
                                })
                                .toList());
            } else {
                asked.forEach(each -> each.view().ifPresent(view -> {
                    print(temporal, view, releases, each.worker().answer());
                    String unbegun = unbegun(temporal, each.rollback(), view);
                    if (!unbegun.isEmpty()) {
                        row("rollback", unbegun);
                    }
                }));
                asked.stream().filter(each -> each.view().isEmpty()).forEach(each -> {
                    EnvironmentName name = each.name();
                    shell.print(name.text() + "  nothing is known: no release has got as far as its turn yet");
                    worker(each.worker().answer());
                    beforeTheirTurn(temporal, nothing(name), releases.answer());
                });
            }
            return ExitCode.SUCCEEDED.number();
        }
    }

    /**
     * An environment, and what is known of it.
     *
     * @param worker why nobody does its work; empty where somebody does
     * @param rollback the newest one by hand
     */
    private record Asked(
            EnvironmentName name,
            Optional<View> view,
            Meanwhile<String> worker,
            Meanwhile<Optional<Execution>> rollback) {}

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

    private static View nothing(EnvironmentName name) {
        return new View(name.service(), name.environment(), List.of(), List.of(), List.of());
    }

    /** The view, and what it does not know of itself. */
    private static ObjectNode json(Temporal temporal, View view, String worker, String unbegun) {
        ObjectNode one = Json.mapper().valueToTree(view);
        one.put("worker", worker);
        one.put("rollback", unbegun);
        for (int copy = 0; copy < view.mirror().size(); copy++) {
            ArrayNode history = ((ObjectNode) one.path("mirror").path(copy)).putArray("history");
            view.mirror().get(copy).history().forEach(ended -> history.add(EndWords.json(ended)));
        }
        ArrayNode unanswered = one.putArray("unanswered");
        restores(temporal, view).ifPresent(asked -> asked.unanswered().forEach(each -> unanswered.add(each.json())));
        return one;
    }

    private String unbegun(Temporal temporal, Meanwhile<Optional<Execution>> newest, View view) {
        return UnbegunRollback.sentence(
                temporal, newest.answer(), view, shell.clock().instant());
    }

    /** What a restore that has the turn waits for. */
    private static Optional<WaitingRestores> restores(Temporal temporal, View view) {
        return view.holder().stream()
                .findFirst()
                .filter(holder -> holder.workflow().startsWith("restore:"))
                .flatMap(holder -> temporal.describe(holder.workflow(), holder.run()))
                .filter(Execution::running)
                .map(execution -> WaitingRestores.of(temporal, execution));
    }

    private void worker(String trouble) {
        if (!trouble.isEmpty()) {
            row("WORKER", trouble);
        }
    }

    private void print(Temporal temporal, View view, Meanwhile<List<Execution>> releases, String worker) {
        Instant now = shell.clock().instant();
        shell.print(view.service() + "/" + view.environment());
        StatusRows.standing(view, now).forEach(shell::print);
        row("turn", view.holder().stream().findFirst().map(Holder::workflow).orElse("free"));
        view.holder().forEach(holder -> running(temporal, view, holder));
        Optional<WaitingRestores> restores = restores(temporal, view);
        restores.ifPresent(this::restores);
        if (restores.stream().flatMap(asked -> asked.unanswered().stream()).noneMatch(each -> each.why()
                .equals(worker))) {
            worker(worker);
        }
        List<String> told = beforeTheirTurn(temporal, view, releases.answer());
        view.waiting().stream()
                .filter(each -> !told.contains(each.workflow()))
                .forEach(each ->
                        row("queue", each.workflow() + " for " + Spans.words(Duration.between(each.asked(), now))));
        StatusRows.recorded(view, now).forEach(shell::print);
    }

    /**
     * Releases that do nothing yet: they wait, or have not asked for the turn, so that the queue knows nothing of them.
     *
     * @return the ids of their workflows
     */
    private List<String> beforeTheirTurn(Temporal temporal, View view, List<Execution> releases) {
        List<String> told = new ArrayList<>();
        List<Holder> known =
                Stream.concat(view.holder().stream(), view.waiting().stream()).toList();
        // as the queue: who has waited longest stands first
        List<Execution> oldestFirst = releases.stream()
                .sorted((one, other) -> one.started().compareTo(other.started()))
                .toList();
        for (Execution execution : oldestFirst) {
            temporal.memo(execution, Status.class)
                    .filter(status -> status.service().equals(view.service())
                            && status.environment().equals(view.environment()))
                    .ifPresent(status -> {
                        String what = waitsFor(view, execution, status);
                        if (!what.isEmpty()) {
                            row(
                                    "waits",
                                    status.version() + " for " + ReleaseView.words(what, status.who())
                                            + inQueue(view, execution));
                            told.add(execution.workflow());
                        } else if (known.stream()
                                .noneMatch(holder -> holder.workflow().equals(execution.workflow()))) {
                            row("before", status.version() + " in phase " + status.phase());
                            temporal.describe(execution.workflow(), execution.run())
                                    .ifPresent(each -> each.retried().forEach(retried -> row("retries", retried)));
                        }
                    });
        }
        return told;
    }

    /** For how long it has been in the queue, where it is in it. */
    private String inQueue(View view, Execution execution) {
        return view.waiting().stream()
                .filter(each -> each.workflow().equals(execution.workflow()))
                .findFirst()
                .map(each -> ", for "
                        + Spans.words(
                                Duration.between(each.asked(), shell.clock().instant())))
                .orElse("");
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
                : TurnWait.besides(view, execution, shell.clock().instant()).orElse(status.what());
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
    }

    private void restores(WaitingRestores asked) {
        asked.waiting().stream()
                .map(Running::status)
                .forEach(status -> row(
                        "waits",
                        status.version() + " for " + ReleaseView.words(status.what(), status.who())
                                + (status.until().isAfter(Instant.EPOCH) ? ", until " + Spans.time(status.until()) : "")
                                + (status.command().isEmpty() ? "" : "; `" + status.command() + "`")));
        asked.unanswered().forEach(each -> row("UNKNOWN", each.name().version() + ": " + each.sentence()));
    }

    private void row(String name, String text) {
        shell.print(StatusRows.row(name, text));
    }
}
