package dev.slipway.cli;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseInput;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.trust.Lane;
import dev.slipway.trust.Statement;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** A release with what a decision about it needs: what it was asked with, and its story so far. */
record Subject(ReleaseName name, Execution execution, ReleaseInput input, ReleaseReport report) {

    /**
     * A worker that died in the middle of a task holds up every question for the five seconds of that task, and as long again
     * where the server has just come back. Each time waits for as long as a question may take.
     */
    private static final int TIMES = 4;

    /** How what can simply be asked for again has ended. */
    private static final Set<Outcome> NOTHING_LIVE =
            EnumSet.of(Outcome.REJECTED, Outcome.EXPIRED, Outcome.CANCELLED, Outcome.FAILED);

    static Subject of(Temporal temporal, Naming.Found found) {
        return new Subject(
                found.name(),
                found.execution(),
                temporal.input(found.execution(), ReleaseInput.class),
                report(temporal, found));
    }

    /** Its story so far, of whatever kind it is. */
    static ReleaseReport report(Temporal temporal, Naming.Found found) {
        Workers workers = new Workers(temporal);
        for (int times = 1; ; times++) {
            Optional<ReleaseReport> report = temporal.report(found.execution()).or(() -> ofEnd(temporal, found));
            if (report.isPresent()) {
                return report.get();
            }
            Workers.Absence missing = workers.missing(found.name().environment());
            if (!missing.none()) {
                throw new CommandStopped(ExitCode.UNREACHABLE, missing.sentence());
            }
            if (times == TIMES) {
                throw new CommandStopped(
                        ExitCode.UNREACHABLE,
                        "no worker answers for " + found.name().text() + "; look at the worker's log");
            }
        }
    }

    /** The report that it ended with; nothing while it runs. One that was ended from outside has none, whoever is asked. */
    private static Optional<ReleaseReport> ofEnd(Temporal temporal, Naming.Found found) {
        if (found.execution().running()) {
            return Optional.empty();
        }
        Ended ended = temporal.ended(found.execution());
        if (ended.report().isEmpty() && ended.outcome().isEmpty()) {
            String release = found.name().text();
            throw new CommandStopped(
                    ExitCode.NOT_ALLOWED,
                    release + " " + ended.text() + ", so nothing can be done with it, and it has no report; `slipway"
                            + " evidence " + release + "` fetches what it left in the record, `slipway status "
                            + EnvironmentName.of(found.name()).text() + "` shows what is there now");
        }
        return ended.report();
    }

    /** For a word that only a release under way can take. */
    Subject underWay() {
        if (execution.running()) {
            return this;
        }
        Optional<Outcome> outcome = Outcome.named(report.outcome());
        boolean again = outcome.filter(each -> NOTHING_LIVE.contains(each)).isPresent();
        throw new CommandStopped(
                ExitCode.NOT_ALLOWED,
                name.text() + " has ended already, "
                        + outcome.map(each -> each.because(report.headline())).orElse(report.headline()) + "; `slipway "
                        + (again
                                ? "release " + name.environment() + " --version " + name.version()
                                        + "` asks for it again"
                                : "watch " + name.text() + "` shows the whole of it"));
    }

    ReleasePlan plan() {
        return input.plan();
    }

    EnvironmentName environment() {
        return EnvironmentName.of(name);
    }

    Lane lane() {
        return input.request().statement().map(Statement::lane).orElse(Lane.NORMAL);
    }

    String requester() {
        return input.request().statement().map(Statement::by).orElse("");
    }
}
