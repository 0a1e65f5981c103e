package dev.slipway.cli;

import dev.slipway.environment.EnvironmentWorkflow.Proposal;
import dev.slipway.environment.EnvironmentWorkflow.View;
import dev.slipway.environment.Mirror;
import dev.slipway.record.Clocks;
import dev.slipway.record.State;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** An environment in rows, as far as the memo of its workflow says it. */
final class StatusRows {

    private static final int WHAT = 120;

    /** Of a reason that is told at length in the history. */
    private static final int REASON = 400;

    private final View view;
    private final Optional<Mirror> mirror;
    private final Instant now;
    private final List<String> rows = new ArrayList<>();

    private StatusRows(View view, Instant now) {
        this.view = view;
        this.mirror = view.mirror().stream().findFirst();
        this.now = now;
    }

    /** What serves there, and what bars or threatens a change. */
    static List<String> standing(View view, Instant now) {
        StatusRows rows = new StatusRows(view, now);
        rows.mirror.ifPresent(rows::standing);
        if (!view.trouble().isEmpty()) {
            rows.add("RECORD", view.trouble());
        }
        return rows.rows;
    }

    /** What has been proposed, how the last change ended, and how old all of this is. */
    static List<String> recorded(View view, Instant now) {
        StatusRows rows = new StatusRows(view, now);
        rows.recorded();
        return rows.rows;
    }

    static String row(String name, String text) {
        return "  " + ReleaseView.padded(name, 10) + " " + text;
    }

    private void add(String name, String text) {
        rows.add(row(name, text));
    }

    private String name() {
        return view.service() + "/" + view.environment();
    }

    private void standing(Mirror copy) {
        add(
                "live",
                copy.live().isEmpty()
                        ? "nothing yet"
                        : copy.live() + " for " + Spans.words(Duration.between(copy.liveSince(), now)) + " (since "
                                + Spans.time(copy.liveSince()) + ")"
                                + (copy.commit().isEmpty() ? "" : ", commit " + Shown.cut(copy.commit(), 13)));
        add("last good", lastGood(copy));
        copy.lock()
                .forEach(lock -> add(
                        "LOCKED",
                        Shown.cut(lock.reason(), REASON) + " (since " + Spans.time(lock.since()) + "); `slipway unlock "
                                + name() + " --reason …` when you have looked"));
        halfBack(copy);
        copy.freeze().stream()
                .filter(freeze -> now.isBefore(freeze.until()))
                .forEach(freeze -> add(
                        "FROZEN",
                        "until " + Spans.time(freeze.until()) + " by " + freeze.by() + ": "
                                + Shown.cut(freeze.reason(), REASON) + "; `slipway unfreeze " + name()
                                + " --reason …` ends it before"));
        copy.leases().stream()
                .filter(lease -> now.isBefore(lease.until()))
                .forEach(lease -> add("MAY ACT", lease.words() + "; nothing opens before"));
        if (!copy.openGrant().isEmpty()) {
            add("changing", copy.openGrant());
        }
        copy.bad()
                .forEach(bad -> add(
                        "bad",
                        bad.version()
                                + (copy.lock().stream().anyMatch(lock -> tells(lock, bad.reason()))
                                        ? ", which is why it is locked"
                                        : ": " + Shown.cut(bad.reason(), WHAT))));
    }

    private void recorded() {
        view.proposals().forEach(proposal -> add("proposed", words(proposal)));
        mirror.flatMap(copy -> copy.history().stream().findFirst())
                .ifPresent(last -> add(
                        "last end",
                        EndWords.sentence(last)
                                + ", "
                                + Spans.time(last.time())
                                + (isSaid(mirror.get(), last) ? "" : ": " + Shown.cut(last.text(), REASON))));
        mirror.filter(copy -> !copy.policy().isEmpty()).ifPresent(copy -> add("policy", copy.policy()));
        mirror.ifPresent(copy -> add(
                "record",
                "entry " + copy.number() + " of " + Spans.time(copy.time())
                        + " (a copy; the worker reads the record itself)"));
        mirror.flatMap(copy -> Clocks.behind("this machine's clock", now, copy.number(), copy.time()))
                .ifPresent(trouble -> add("clock", trouble));
    }

    /** While a release is changing the environment, a rollback turns it round, and so goes to what was live before it. */
    private String lastGood(Mirror copy) {
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
    private void halfBack(Mirror copy) {
        Map<Boolean, List<String>> known = copy.halfBack().stream()
                .collect(Collectors.partitioningBy(
                        target -> !copy.targets().getOrDefault(target, "").isEmpty()));
        if (!known.get(true).isEmpty()) {
            add(
                    "HALF BACK",
                    String.join(
                                    ", ",
                                    known.get(true).stream()
                                            .map(target -> target + " serves "
                                                    + copy.targets().get(target))
                                            .toList())
                            + " and did not go back to " + copy.unfinishedRollback()
                            + "; `slipway rollback " + name()
                            + " --resume` goes on, `slipway reconcile " + name() + "` says what serves there");
        }
        if (!known.get(false).isEmpty()) {
            add(
                    "UNKNOWN",
                    "nobody knows what " + String.join(", ", known.get(false))
                            + " serves: the last change there was cut off, or failed; `slipway reconcile " + name()
                            + "` says what serves there, `slipway rollback " + name() + " --resume` brings it back to "
                            + copy.unfinishedRollback());
        }
    }

    /** Whether the lock says the same: it does where the end of a release is why there is one. */
    private static boolean tells(State.Lock lock, String why) {
        return !why.isBlank() && lock.reason().endsWith(why);
    }

    /** Whether a line above has said how this ended. */
    private static boolean isSaid(Mirror copy, State.Ended ended) {
        return (copy.lock().stream().anyMatch(lock -> tells(lock, ended.text()))
                || copy.bad().stream()
                        .anyMatch(bad ->
                                bad.reason().length() <= WHAT && bad.reason().equals(ended.text())));
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
}
