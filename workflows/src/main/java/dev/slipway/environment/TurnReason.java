package dev.slipway.environment;

import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.plan.Times;
import dev.slipway.record.State;
import dev.slipway.release.Waiting;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why one who has asked for the turn has not got it, in the words that people read. The queue answers with it; a client that
 * looks later makes it anew of what the environment shows by then.
 *
 * @param why for instance {@code release:shop:production:1.3.9 has the turn, 1 waits before this one}
 * @param command what somebody can type to end that, empty where nobody can but by waiting
 * @param bar what bars everybody alike, as {@code slipway status} heads it; empty where nothing does
 */
public record TurnReason(String why, String command, String bar) {

    private static final String TURN = "the turn (";
    private static final String LOCKED = "LOCKED";

    /** Of the reason for a lock or a freeze. */
    private static final int REASON = 100;

    public TurnReason {
        why = why == null ? "" : why;
        command = command == null ? "" : command;
        bar = bar == null ? "" : bar;
    }

    /** Where nothing bars everybody alike, or nobody asks whether it does. */
    public TurnReason(String why, String command) {
        this(why, command, "");
    }

    /** Of one who stands in this queue, at that time. */
    public static TurnReason of(View view, Holder asking, Instant now) {
        if (view.mirror().isEmpty()) {
            return new TurnReason(view.trouble().isEmpty() ? "the record is not read yet" : view.trouble(), "");
        }
        Mirror copy = view.mirror().get(0);
        if (!Queue.Bar.of(copy, now).lets(asking)) {
            return barred(view.service() + "/" + view.environment(), copy, asking, now);
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

    /** Both have to end, and who ends the one should know of the other. */
    private static TurnReason barred(String environment, Mirror copy, Holder asking, Instant now) {
        Optional<State.Lock> lock = copy.lock().stream().findFirst();
        Optional<State.Freeze> freeze = copy.frozen(now).filter(each -> !(asking.hotfix() && asking.passesFreeze()));
        List<String> whys = Stream.concat(
                        lock.stream()
                                .map(each -> "locked since " + Times.text(each.since()) + ": " + brief(each.reason())
                                        + "; `slipway unlock " + environment + "` ends it"),
                        freeze.stream()
                                .map(each -> "frozen until " + Times.text(each.until()) + ": " + brief(each.reason())))
                .toList();
        return new TurnReason(
                String.join("; ", whys),
                "slipway " + (lock.isPresent() ? "unlock " : "unfreeze ") + environment + " --reason …",
                lock.isPresent() ? (freeze.isPresent() ? "LOCKED and FROZEN" : LOCKED) : "FROZEN");
    }

    /** All of a reason stands in the preflight of whoever asks, and in {@code slipway status}. */
    private static String brief(String reason) {
        return reason.length() <= REASON ? reason : reason.substring(0, REASON - 1) + "…";
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

    /** The same beside lines that say at length what bars everybody. */
    public String besides() {
        return TURN + (bar.isEmpty() ? why : bar) + ")";
    }

    /** Whether a person has to end it by unlocking. */
    public boolean locked() {
        return bar.startsWith(LOCKED);
    }

    /** Whether what a report says that it waits for is the turn. */
    public static boolean isMeantBy(String what) {
        return what.startsWith(TURN);
    }
}
