package dev.slipway.cli;

import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.environment.Holder;
import dev.slipway.record.State;
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

    private static final String TURN = "the turn (";

    private TurnWait() {}

    /** The report with the reason as it is now; the same where the environment says nothing about it. */
    static ReleaseReport now(Temporal temporal, Execution release, ReleaseReport report, Instant now) {
        if (report.waiting().stream().noneMatch(waiting -> isTurn(waiting.what()))) {
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
                .filter(status -> isTurn(status.what()))
                .flatMap(status ->
                        temporal.describe(new EnvironmentName(status.service(), status.environment()).workflow()))
                .flatMap(environment -> temporal.memo(environment, View.class))
                .filter(view -> view.holder().stream()
                        .noneMatch(holder -> holder.workflow().equals(release.workflow())))
                .isPresent();
    }

    /** Whether it is the turn that is waited for. */
    static boolean isTurn(String what) {
        return what.startsWith(TURN);
    }

    /** What a release in this queue waits for; nothing where it is not in it. */
    static Optional<Waiting> of(View view, Execution release, Instant now) {
        for (int before = 0; before < view.waiting().size(); before++) {
            Holder each = view.waiting().get(before);
            if (each.workflow().equals(release.workflow()) && each.run().equals(release.run())) {
                return Optional.of(of(view, each, before, now));
            }
        }
        return Optional.empty();
    }

    private static Waiting of(View view, Holder waits, int before, Instant now) {
        String name = view.service() + "/" + view.environment();
        List<State.Lock> lock = view.mirror().stream()
                .flatMap(copy -> copy.lock().stream())
                .filter(each -> !waits.rollback())
                .toList();
        if (!lock.isEmpty()) {
            return waiting(
                    "locked since " + Spans.time(lock.get(0).since()) + ": "
                            + lock.get(0).reason() + "; `slipway unlock " + name + "` ends it",
                    "slipway unlock " + name + " --reason …");
        }
        List<State.Freeze> freeze = view.mirror().stream()
                .flatMap(copy -> copy.freeze().stream())
                .filter(each -> now.isBefore(each.until()))
                .filter(each -> !waits.rollback() && !(waits.hotfix() && waits.passesFreeze()))
                .toList();
        if (!freeze.isEmpty()) {
            return waiting(
                    "frozen until " + Spans.time(freeze.get(0).until()) + ": "
                            + freeze.get(0).reason(),
                    "slipway unfreeze " + name + " --reason …");
        }
        String status = "slipway status " + name;
        if (!view.trouble().isEmpty()) {
            return waiting(view.trouble(), status);
        }
        String holder = view.holder().stream()
                .findFirst()
                .map(each -> each.workflow() + " has the turn")
                .orElse("it is free");
        return waiting(holder + ", " + before + " wait before this one", status);
    }

    private static Waiting waiting(String why, String command) {
        return new Waiting(TURN + why + ")", List.of(), command, Instant.EPOCH);
    }
}
