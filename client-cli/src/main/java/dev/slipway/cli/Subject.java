package dev.slipway.cli;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.ReleaseInput;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.trust.Lane;
import dev.slipway.trust.Statement;
import java.util.List;
import java.util.Optional;

/** A release with what a decision about it needs: what it was asked with, and its story so far. */
record Subject(ReleaseName name, Execution execution, ReleaseInput input, ReleaseReport report) {

    /**
     * A worker that died in the middle of a task holds up every question for the five seconds of that task, and as long again
     * where the server has just come back. Each time waits for as long as a question may take.
     */
    private static final int TIMES = 4;

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
            Optional<ReleaseReport> report = temporal.report(found.execution())
                    .or(() -> found.execution().running()
                            ? Optional.empty()
                            : temporal.ended(found.execution()).report());
            if (report.isPresent()) {
                return report.get();
            }
            List<String> missing = workers.missing(found.name().environment());
            if (!missing.isEmpty()) {
                throw new CommandStopped(ExitCode.UNREACHABLE, Workers.sentence(missing));
            }
            if (times == TIMES) {
                throw new CommandStopped(
                        ExitCode.UNREACHABLE,
                        "no worker answers for " + found.name().text() + "; look at the worker's log");
            }
        }
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
