package dev.slipway.environment;

import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.plan.Times;
import dev.slipway.record.State;
import dev.slipway.release.Waiting;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Why one who has asked for the turn has not got it, in the words that people read. The queue answers with it; a client that
 * looks later makes it anew of what the environment shows by then.
 *
 * @param why for instance {@code release:shop:production:1.3.9 has the turn, 1 waits before this one}
 * @param command what somebody can type to end that, empty where nobody can but by waiting
 */
public record TurnReason(String why, String command) {

    private static final String TURN = "the turn (";

    /** Of one who stands in this queue, at that time. */
    public static TurnReason of(View view, Holder asking, Instant now) {
        if (view.mirror().isEmpty()) {
            return new TurnReason(view.trouble().isEmpty() ? "the record is not read yet" : view.trouble(), "");
        }
        Mirror copy = view.mirror().get(0);
        if (!Queue.Bar.of(copy, now).lets(asking)) {
            return barred(view.service() + "/" + view.environment(), copy, now);
        }
        String before = before(view.waiting().stream()
                .takeWhile(each -> !each.same(asking))
                .toList()
                .size());
        return new TurnReason(
                view.holder().stream()
                        .findFirst()
                        .map(holder -> holder.workflow() + " has the turn, " + before)
                        .orElse(before),
                "");
    }

    private static TurnReason barred(String environment, Mirror copy, Instant now) {
        Optional<State.Lock> lock = copy.lock().stream().findFirst();
        if (lock.isPresent()) {
            return new TurnReason(
                    "locked since " + Times.text(lock.get().since()) + ": "
                            + lock.get().reason() + "; `slipway unlock " + environment + "` ends it",
                    "slipway unlock " + environment + " --reason …");
        }
        State.Freeze freeze = copy.frozen(now).orElseThrow();
        return new TurnReason(
                "frozen until " + Times.text(freeze.until()) + ": " + freeze.reason(),
                "slipway unfreeze " + environment + " --reason …");
    }

    private static String before(int waiting) {
        return switch (waiting) {
            case 0 -> "nobody else waits before this one";
            case 1 -> "1 waits before this one";
            default -> waiting + " wait before this one";
        };
    }

    /** As it stands in a report. @param environment such as {@code shop/production} */
    public Waiting waiting(String environment) {
        return new Waiting(
                TURN + why + ")",
                List.of(),
                command.isEmpty() ? "slipway status " + environment : command,
                Instant.EPOCH);
    }

    /** Whether what a report says that it waits for is the turn. */
    public static boolean isMeantBy(String what) {
        return what.startsWith(TURN);
    }
}
