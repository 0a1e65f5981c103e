package dev.slipway.cli;

import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Looking at a workflow until it ends, or until it is where it was wanted. It never waits for nobody: a worker that is
 * missing for too long ends the looking, not the release.
 */
final class Following {

    private static final Duration LOOK_FOR_WORKERS = Duration.ofSeconds(5);

    private final Shell shell;
    private final Temporal temporal;
    private final ReleaseView view;
    private final Duration noWorker;

    /** @param noWorker how long to go on without a worker */
    Following(Shell shell, Temporal temporal, ReleaseView view, Duration noWorker) {
        this.shell = shell;
        this.temporal = temporal;
        this.view = view;
        this.noWorker = noWorker;
    }

    /** Where the looking ended. */
    sealed interface Seen {

        /**
         * The workflow is over.
         *
         * @param onlyWaited whether it had got no further than to its place in the queue, where nothing is opened
         */
        record Over(Ended ended, boolean onlyWaited) implements Seen {}

        /** It is where it was wanted, and goes on. */
        record Reached(ReleaseReport report) implements Seen {}

        /** Nobody works on it. */
        record Alone(String why) implements Seen {}
    }

    /** @param title what somebody who presses Ctrl-C has left running, as commands take it */
    Seen follow(Execution execution, String environment, String title, Predicate<ReleaseReport> reached) {
        Thread detached = new Thread(() -> detach(what(execution, title), title), "detached");
        Runtime.getRuntime().addShutdownHook(detached);
        try {
            return look(execution, environment, reached);
        } finally {
            view.clear();
            Runtime.getRuntime().removeShutdownHook(detached);
        }
    }

    /** What is none of a release has the name of its environment. */
    static String what(Execution execution, String title) {
        String kind = execution.workflow().split(":", 2)[0];
        return title.contains("@") ? title : "the " + kind + " of " + title;
    }

    private void detach(String what, String title) {
        view.clear();
        shell.say("");
        shell.say("detached: " + what + " goes on; `slipway " + (title.contains("@") ? "watch " : "status ") + title
                + "` shows how far it is");
        Runtime.getRuntime().halt(ExitCode.STILL_WAITING.number());
    }

    private Seen look(Execution first, String environment, Predicate<ReleaseReport> reached) {
        Workers workers = new Workers(temporal);
        Instant lastWork = now();
        Instant lastLook = Instant.EPOCH;
        Workers.Absence missing = Workers.Absence.NONE;
        String said = "";
        List<String> retried = List.of();
        while (true) {
            String trouble = "";
            try {
                Optional<Execution> execution = temporal.describe(first.workflow(), first.run());
                if (execution.isEmpty()) {
                    return new Seen.Over(
                            new Ended(Optional.empty(), Optional.empty(), "Temporal has forgotten it"), false);
                }
                if (!execution.get().running()) {
                    Ended ended = temporal.ended(execution.get());
                    return new Seen.Over(
                            ended, ended.outcome().isEmpty() && TurnWait.neverHadIt(temporal, execution.get()));
                }
                Optional<ReleaseReport> report = temporal.report(execution.get())
                        .map(told -> TurnWait.now(temporal, execution.get(), told, now()));
                report.ifPresent(view::show);
                for (String why : execution.get().retried()) {
                    if (!retried.contains(why)) {
                        view.note("tries again: " + why);
                    }
                }
                retried = execution.get().retried();
                if (report.filter(reached).isPresent()) {
                    return new Seen.Reached(report.get());
                }
                if (report.isEmpty() || Duration.between(lastLook, now()).compareTo(LOOK_FOR_WORKERS) > 0) {
                    missing = workers.missing(environment);
                    lastLook = now();
                }
                if (report.isEmpty()) {
                    trouble = missing.of(Queues.WORKFLOWS)
                            ? missing.sentence()
                            : "no worker answers for " + first.workflow() + "; look at the worker's log";
                } else if (!missing.none()) {
                    // while people are waited for, nobody needs that worker yet
                    trouble = report.get().waiting().isEmpty() ? missing.sentence() : "";
                }
            } catch (CommandStopped unreachable) {
                trouble = unreachable.getMessage();
            }
            if (trouble.isEmpty()) {
                lastWork = now();
            } else if (!trouble.equals(said)) {
                view.note(trouble);
            }
            said = trouble;
            if (Duration.between(lastWork, now()).compareTo(noWorker) > 0) {
                return new Seen.Alone(trouble);
            }
            pause();
        }
    }

    private Instant now() {
        return shell.clock().instant();
    }

    private void pause() {
        try {
            Thread.sleep(shell.pace().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandStopped(ExitCode.STILL_WAITING, "interrupted; it goes on", e);
        }
    }
}
