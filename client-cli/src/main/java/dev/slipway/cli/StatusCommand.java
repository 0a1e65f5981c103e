package dev.slipway.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.environment.EnvironmentWorkflow.Proposal;
import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.environment.Holder;
import dev.slipway.environment.Mirror;
import dev.slipway.record.Clocks;
import dev.slipway.record.State;
import dev.slipway.release.Status;
import dev.slipway.trust.Json;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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

    private static final int WHAT = 120;

    /** Of a reason that is told at length in the history. */
    private static final int REASON = 300;

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
            Map<EnvironmentName, View> views = new LinkedHashMap<>();
            List<EnvironmentName> unknown = new ArrayList<>();
            Map<EnvironmentName, Meanwhile<String>> workers = new HashMap<>();
            for (EnvironmentName each : meant(temporal)) {
                workers.put(each, Meanwhile.ask(() -> new Workers(temporal)
                        .missing(each.environment())
                        .sentence()));
                temporal.describe(each.workflow())
                        .flatMap(execution -> temporal.memo(execution, View.class))
                        .ifPresentOrElse(view -> views.put(each, view), () -> unknown.add(each));
            }
            if (output.json()) {
                Output.print(
                        shell,
                        views.entrySet().stream()
                                .map(each -> json(
                                        temporal,
                                        each.getValue(),
                                        workers.get(each.getKey()).answer()))
                                .toList());
            } else {
                views.forEach((name, view) ->
                        print(temporal, view, releases, workers.get(name).answer()));
                unknown.forEach(each -> {
                    shell.print(each.text() + "  nothing is known: no release has got as far as its turn yet");
                    worker(workers.get(each).answer());
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

    /** While a release is changing the environment, a rollback turns it round, and so goes to what was live before it. */
    private static String lastGood(View view, Mirror copy) {
        boolean turnsRound = !copy.openGrant().isEmpty()
                && !copy.live().isEmpty()
                && view.holder().stream().anyMatch(holder -> !holder.rollback());
        if (turnsRound) {
            return copy.live() + ": a rollback stops what is changing now, and goes back to it";
        }
        if (!copy.lastKnownGood().isEmpty()) {
            return copy.lastKnownGood();
        }
        return (copy.live().isEmpty() ? "none" : "none before " + copy.live()) + ": a rollback has nowhere to go";
    }

    /** What should have gone back and is known to serve something else, and what nobody knows anything of. */
    private void halfBack(View view, Mirror copy) {
        String name = view.service() + "/" + view.environment();
        Map<Boolean, List<String>> known = copy.halfBack().stream()
                .collect(Collectors.partitioningBy(
                        target -> !copy.targets().getOrDefault(target, "").isEmpty()));
        if (!known.get(true).isEmpty()) {
            row(
                    "HALF BACK",
                    String.join(
                                    ", ",
                                    known.get(true).stream()
                                            .map(target -> target + " serves "
                                                    + copy.targets().get(target))
                                            .toList())
                            + " and did not go back to " + copy.unfinishedRollback()
                            + "; `slipway rollback " + name
                            + " --resume` goes on, `slipway reconcile` says what serves there");
        }
        if (!known.get(false).isEmpty()) {
            row(
                    "UNKNOWN",
                    "nobody knows what " + String.join(", ", known.get(false))
                            + " serves: the last change there was cut off, or failed; `slipway reconcile " + name
                            + "` says what serves there, `slipway rollback " + name + " --resume` brings it back to "
                            + copy.unfinishedRollback());
        }
    }

    /** The view, and what it does not know of itself. */
    private static ObjectNode json(Temporal temporal, View view, String worker) {
        ObjectNode one = Json.mapper().valueToTree(view);
        one.put("worker", worker);
        for (int copy = 0; copy < view.mirror().size(); copy++) {
            ArrayNode history = ((ObjectNode) one.path("mirror").path(copy)).putArray("history");
            view.mirror().get(copy).history().forEach(ended -> history.add(EndWords.json(ended)));
        }
        ArrayNode unanswered = one.putArray("unanswered");
        restores(temporal, view).ifPresent(asked -> asked.unanswered().forEach(each -> unanswered.add(each.json())));
        return one;
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
        Optional<Mirror> mirror = view.mirror().stream().findFirst();
        mirror.ifPresent(copy -> {
            row(
                    "live",
                    copy.live().isEmpty()
                            ? "nothing yet"
                            : copy.live() + " for " + Spans.words(Duration.between(copy.liveSince(), now)) + " (since "
                                    + Spans.time(copy.liveSince()) + ")"
                                    + (copy.commit().isEmpty() ? "" : ", commit " + Shown.cut(copy.commit(), 13)));
            row("last good", lastGood(view, copy));
            copy.lock()
                    .forEach(lock -> row(
                            "LOCKED",
                            Shown.cut(lock.reason(), REASON) + " (since " + Spans.time(lock.since())
                                    + "); `slipway unlock " + view.service() + "/" + view.environment()
                                    + " --reason …` when you have looked"));
            halfBack(view, copy);
            copy.freeze().stream()
                    .filter(freeze -> now.isBefore(freeze.until()))
                    .forEach(freeze -> row(
                            "FROZEN",
                            "until " + Spans.time(freeze.until()) + " by " + freeze.by() + ": " + freeze.reason()));
            copy.leases().stream()
                    .filter(lease -> now.isBefore(lease.until()))
                    .forEach(lease -> row("MAY ACT", lease.words() + "; nothing opens before"));
            if (!copy.openGrant().isEmpty()) {
                row("changing", copy.openGrant());
            }
            copy.bad()
                    .forEach(bad -> row(
                            "bad",
                            bad.version()
                                    + (copy.lock().stream().anyMatch(lock -> tells(lock, bad.reason()))
                                            ? ", which is why it is locked"
                                            : ": " + Shown.cut(bad.reason(), WHAT))));
        });
        if (!view.trouble().isEmpty()) {
            row("RECORD", view.trouble());
        }
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
        view.proposals().forEach(proposal -> row("proposed", words(proposal)));
        mirror.flatMap(copy -> copy.history().stream().findFirst())
                .ifPresent(last -> row(
                        "last end",
                        EndWords.sentence(last)
                                + ", "
                                + Spans.time(last.time())
                                + (isSaid(mirror.get(), last) ? "" : ": " + last.text())));
        mirror.filter(copy -> !copy.policy().isEmpty()).ifPresent(copy -> row("policy", copy.policy()));
        mirror.ifPresent(copy -> row(
                "record",
                "entry " + copy.number() + " of " + Spans.time(copy.time())
                        + " (a copy; the worker reads the record itself)"));
        mirror.flatMap(copy -> Clocks.behind("this machine's clock", now, copy.number(), copy.time()))
                .ifPresent(trouble -> row("clock", trouble));
    }

    /** Whether the lock says the same: it does where the end of a release is why there is one. */
    private static boolean tells(State.Lock lock, String why) {
        return !why.isBlank() && lock.reason().endsWith(why);
    }

    /** Whether a line above has said how this ended. */
    private static boolean isSaid(Mirror copy, State.Ended ended) {
        return (copy.lock().stream().anyMatch(lock -> tells(lock, ended.text()))
                || copy.bad().stream().anyMatch(bad -> bad.reason().equals(ended.text())));
    }

    private static String words(Proposal proposal) {
        List<Statement> said = proposal.signed().stream()
                .flatMap(signed -> signed.statement().stream())
                .toList();
        return said.stream().map(each -> each.kind().word()).findFirst().orElse("?") + " by "
                + String.join(", ", said.stream().map(Statement::by).toList())
                + said.stream()
                        .findFirst()
                        .map(each -> (each.version().isEmpty() ? "" : ", " + each.version())
                                + (each.what().isEmpty() ? "" : ", " + Shown.cut(each.what(), WHAT))
                                + (each.reason().isBlank() ? "" : ": " + each.reason()))
                        .orElse("")
                + "; others have to sign the same";
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
                .sorted(Comparator.comparing(Execution::started))
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
        if (!TurnWait.isTurn(status.what())) {
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
        shell.print("  " + ReleaseView.padded(name, 10) + " " + text);
    }
}
