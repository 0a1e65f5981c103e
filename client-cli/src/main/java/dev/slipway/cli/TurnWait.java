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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What releases wait for now that wait for their turn. A release keeps what it was told when it asked; the environment's
 * memo has whoever holds the turn, the queue, a lock and a freeze as they are.
 */
final class TurnWait {

    private static final String TURN = "the turn (";

    /** Of a reason for a lock: all of it is what `slipway status` shows, once. */
    private static final int REASON = 100;

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
        return place(view, release).map(before -> of(view, before, Bars.of(view, before, now)));
    }

    /** The same where a lock bars it, which a person has to end; nothing where none does. */
    static Optional<Waiting> locked(View view, Execution release, Instant now) {
        return place(view, release).flatMap(before -> {
            Bars bars = Bars.of(view, before, now);
            return bars.lock().isEmpty() ? Optional.empty() : Optional.of(of(view, before, bars));
        });
    }

    /** The same, beside the lines about the environment that say at length what bars it. */
    static Optional<String> besides(View view, Execution release, Instant now) {
        return place(view, release).map(before -> {
            Bars bars = Bars.of(view, before, now);
            return bars.none() ? of(view, before, bars).what() : TURN + bars.words() + ")";
        });
    }

    /** How many stand before it in the queue. */
    private static Optional<Integer> place(View view, Execution release) {
        for (int before = 0; before < view.waiting().size(); before++) {
            Holder each = view.waiting().get(before);
            if (each.workflow().equals(release.workflow()) && each.run().equals(release.run())) {
                return Optional.of(before);
            }
        }
        return Optional.empty();
    }

    /** What keeps everybody like this one from the turn: none, or one of each. */
    private record Bars(List<State.Lock> lock, List<State.Freeze> freeze) {

        static Bars of(View view, int before, Instant now) {
            Holder waits = view.waiting().get(before);
            return new Bars(
                    view.mirror().stream()
                            .flatMap(copy -> copy.lock().stream())
                            .filter(each -> !waits.rollback())
                            .toList(),
                    view.mirror().stream()
                            .flatMap(copy -> copy.freeze().stream())
                            .filter(each -> now.isBefore(each.until()))
                            .filter(each -> !waits.rollback() && !(waits.hotfix() && waits.passesFreeze()))
                            .toList());
        }

        boolean none() {
            return lock.isEmpty() && freeze.isEmpty();
        }

        String words() {
            return lock.isEmpty() ? "FROZEN" : freeze.isEmpty() ? "LOCKED" : "LOCKED and FROZEN";
        }

        /** Both have to end, and who ends the one should know of the other. */
        String why(String name) {
            return Stream.concat(
                            lock.stream()
                                    .map(each -> "locked since " + Spans.time(each.since()) + ": "
                                            + Shown.cut(each.reason(), REASON) + "; `slipway unlock " + name
                                            + "` ends it"),
                            freeze.stream()
                                    .map(each -> "frozen until " + Spans.time(each.until()) + ": "
                                            + Shown.cut(each.reason(), REASON)))
                    .collect(Collectors.joining("; "));
        }
    }

    private static Waiting of(View view, int before, Bars bars) {
        String name = view.service() + "/" + view.environment();
        if (!bars.none()) {
            return waiting(
                    bars.why(name),
                    "slipway " + (bars.lock().isEmpty() ? "unfreeze " : "unlock ") + name + " --reason …");
        }
        String status = "slipway status " + name;
        if (!view.trouble().isEmpty()) {
            return waiting(view.trouble(), status);
        }
        String holder = view.holder().stream()
                .findFirst()
                .map(each -> each.workflow() + " has the turn")
                .orElse("it is free");
        return waiting(holder + ", " + before(before), status);
    }

    private static String before(int waiting) {
        return switch (waiting) {
            case 0 -> "nobody else waits before this one";
            case 1 -> "1 waits before this one";
            default -> waiting + " wait before this one";
        };
    }

    private static Waiting waiting(String why, String command) {
        return new Waiting(TURN + why + ")", List.of(), command, Instant.EPOCH);
    }
}
