package dev.slipway.cli;

import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.environment.TurnReason;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.Status;
import dev.slipway.release.Waiting;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What releases wait for now that wait for their turn. A release keeps what it was told when it asked; the environment's
 * memo has whoever holds the turn, the queue, a lock and a freeze as they are.
 */
final class TurnWait {

    private TurnWait() {}

    /** The report with the reason as it is now; the same where the environment says nothing about it. */
    static ReleaseReport now(Temporal temporal, Execution release, ReleaseReport report, Instant now) {
        if (report.waiting().stream().noneMatch(waiting -> TurnReason.isMeantBy(waiting.what()))) {
            return report;
        }
        return temporal.describe(new EnvironmentName(report.service(), report.environment()).workflow())
                .flatMap(environment -> temporal.memo(environment, View.class))
                .flatMap(view -> of(view, release, now))
                .map(waiting -> report.waitingFor(List.of(waiting)))
                .orElse(report);
    }

    /** Whether a release that is over waited for the turn to the last, and the environment has not given it to it since. */
    static boolean neverHadIt(Temporal temporal, Execution release) {
        return temporal.memo(release, Status.class)
                .filter(status -> TurnReason.isMeantBy(status.what()))
                .flatMap(status ->
                        temporal.describe(new EnvironmentName(status.service(), status.environment()).workflow()))
                .flatMap(environment -> temporal.memo(environment, View.class))
                .filter(view -> view.holder().stream()
                        .noneMatch(holder -> holder.workflow().equals(release.workflow())))
                .isPresent();
    }

    /** What a release in this queue waits for; nothing where it is not in it. */
    static Optional<Waiting> of(View view, Execution release, Instant now) {
        return reason(view, release, now).map(reason -> reason.waiting(view.service() + "/" + view.environment()));
    }

    /** The same where a lock bars it, which a person has to end; nothing where none does. */
    static Optional<Waiting> locked(View view, Execution release, Instant now) {
        return reason(view, release, now)
                .filter(TurnReason::locked)
                .map(reason -> reason.waiting(view.service() + "/" + view.environment()));
    }

    /** The same, beside the lines about the environment that say at length what bars it. */
    static Optional<String> besides(View view, Execution release, Instant now) {
        return reason(view, release, now).map(TurnReason::besides);
    }

    private static Optional<TurnReason> reason(View view, Execution release, Instant now) {
        return view.waiting().stream()
                .filter(each ->
                        each.workflow().equals(release.workflow()) && each.run().equals(release.run()))
                .findFirst()
                .map(each -> TurnReason.of(view, each, now));
    }
}
