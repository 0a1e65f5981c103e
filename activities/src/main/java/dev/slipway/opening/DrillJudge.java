package dev.slipway.opening;

import dev.slipway.database.backup.BackupChoice;
import dev.slipway.database.restore.Drill;
import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.plan.Durations;
import dev.slipway.plan.Restore;
import dev.slipway.plan.Times;
import dev.slipway.process.Pulse;
import dev.slipway.record.Event;
import dev.slipway.record.State;
import dev.slipway.release.Approvals;
import dev.slipway.restore.Measured;
import dev.slipway.restore.RestoreActivities.DrillRequest;
import dev.slipway.restore.RestoreActivities.DrillResult;
import dev.slipway.restore.Wish;
import dev.slipway.served.Served;
import dev.slipway.steps.Timeouts;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges who asks for a drill, has it done, and puts what was measured into the record. It needs no turn and no grant; its
 * statement is spent when it begins.
 */
public final class DrillJudge {

    private static final String USED = "this statement was used up already";

    private final Drill drill;

    public DrillJudge(Drill drill) {
        this.drill = drill;
    }

    public DrillResult run(Served served, DrillRequest request, Pulse pulse) {
        Optional<Head> before = recorded(served, request.drill());
        if (before.isPresent()) {
            return result(before.get());
        }
        Head head = served.record().head();
        Statement statement =
                request.drill().statement().orElseThrow(() -> new Refused(List.of("this is no statement")));
        Wish wish = Wish.of(statement);
        RuledRestore ruled = RuledRestore.of(served, head.state(), wish);
        Head begun = begun(served, request).orElseGet(() -> begin(served, request, ruled, wish));
        requireMine(begun, request);
        State.KeptBackup backup = meant(begun.entry().state(), ruled, wish)
                .orElseThrow(() -> new Refused(List.of("the record knows no such backup any more")));
        Drill.Result result = drill.run(served.settings(), backup, Timeouts.ofRestore(ruled.plan()), pulse);
        Duration age = Duration.between(backup.time(), begun.entry().time());
        List<String> missed = missed(result, age, ruled.rules());
        Measured measured = measured(served, request.drill(), ruled, backup, result, age, missed);
        Map<String, String> facts = new LinkedHashMap<>(measured.facts());
        facts.put("request", request.drill().id());
        facts.put("by", statement.by());
        String text = served.secrets()
                .redact(
                        result.problems().isEmpty()
                                ? restored(measured, backup, result, age, ruled.rules())
                                : notRestored(served, ruled, backup, result));
        served.record()
                .change(latest -> recorded(served, request.drill()).isPresent()
                        ? Optional.empty()
                        : Optional.of(new Change(
                                new Event(Event.Kind.DRILLED, served.name() + "@" + name(request.drill()), text, facts),
                                latest.state())));
        return result(recorded(served, request.drill()).orElseThrow());
    }

    /** What came otherwise than it has to: in the restore itself, or by the plan's limits. */
    private static List<String> missed(Drill.Result result, Duration age, Restore rules) {
        List<String> missed = new ArrayList<>(result.problems());
        more(result.took(), "rto", rules.rto())
                .ifPresent(more -> missed.add("the restore took " + Measured.tenths(result.took()) + " s" + more));
        old(age, rules).ifPresent(missed::add);
        return missed;
    }

    private static Measured measured(
            Served served,
            SignedStatement drill,
            RuledRestore ruled,
            State.KeptBackup backup,
            Drill.Result result,
            Duration age,
            List<String> missed) {
        return new Measured(
                name(drill),
                ruled.database(),
                backup.dump(),
                result.took().toMillis() / 1000.0,
                result.bytes(),
                age.toSeconds(),
                said(ruled.rules().rto()),
                said(ruled.rules().rpo()),
                missed.isEmpty(),
                served.secrets().redact(String.join("; ", missed)),
                result.notes().stream().map(served.secrets()::redact).toList());
    }

    private static String restored(
            Measured measured, State.KeptBackup backup, Drill.Result result, Duration age, Restore rules) {
        Optional<String> slow = more(result.took(), "rto", rules.rto());
        Optional<String> old = old(age, rules);
        return "restored the backup of " + measured.database() + " of "
                + Times.text(backup.time()) + " in "
                + measured.tenths() + " s" + slow.orElse("")
                + old.map(words -> (slow.isPresent() ? "; " : ", but ") + words)
                        .orElse(slow.isPresent() ? "" : "; it holds what its manifest says");
    }

    private static String notRestored(Served served, RuledRestore ruled, State.KeptBackup backup, Drill.Result result) {
        return "the backup of " + ruled.database() + " of "
                + Times.text(backup.time())
                + " could NOT be restored: " + String.join("; ", result.problems())
                + "; try another: `slipway backups " + served.name() + "` lists them, and"
                + " `slipway restore " + served.name() + " --drill --backup NAME` tries one";
    }

    /** The statement is spent before anything is done by it, in the name of one run: an attempt after a crash is the same. */
    private static Head begin(Served served, DrillRequest request, RuledRestore ruled, Wish wish) {
        Instant now = served.record().now();
        judge(served, served.record().head().state(), ruled, wish, request.drill(), now);
        served.keep(request.drill());
        served.record()
                .change(latest -> latest.state().spent(request.drill().id())
                        ? Optional.empty()
                        : Optional.of(new Change(
                                new Event(
                                        Event.Kind.BEGAN,
                                        served.name() + "@" + name(request.drill()),
                                        "a drill of " + ruled.database() + " begins",
                                        Map.of(
                                                "request",
                                                request.drill().id(),
                                                "workflow",
                                                request.workflow(),
                                                "run",
                                                request.run())),
                                latest.state().withSpent(List.of(Granting.spent(request.drill())), now))));
        return begun(served, request).orElseThrow(() -> new Refused(List.of(USED)));
    }

    private static Optional<Head> begun(Served served, DrillRequest request) {
        return entry(served, Event.Kind.BEGAN, request.drill());
    }

    private static void requireMine(Head begun, DrillRequest request) {
        Map<String, String> facts = begun.entry().event().facts();
        if (!request.workflow().equals(facts.get("workflow")) || !request.run().equals(facts.get("run"))) {
            throw new Refused(List.of(USED + ", by another run of " + facts.get("workflow")
                    + "; ask for a drill of your" + " own: `slipway restore --drill`"));
        }
    }

    /** Every person of the plan may, and a key of CI: it is read only, and worth being done often. */
    private static void judge(
            Served served, State state, RuledRestore ruled, Wish wish, SignedStatement signed, Instant now) {
        Map<String, List<String>> people = Authority.of(served, state).people(ruled.plan());
        // bound to no state of the record: nothing is changed, and a drill may be asked for while a release goes on
        List<String> problems =
                new ArrayList<>(Approvals.problemsOfRestore(ruled.plan(), people, people.keySet(), "", signed, now));
        if (!wish.drill()) {
            problems.add("the statement asks for a restore, and not for a drill");
        }
        if (state.spent(signed.id())) {
            problems.add(USED);
        }
        if (meant(state, ruled, wish).isEmpty()) {
            problems.add("the record knows no such backup of " + ruled.database()
                    + (BackupChoice.names(state, ruled.database()).isEmpty()
                            ? "; it knows none at all, and the next release makes one"
                            : "; there are " + BackupChoice.names(state, ruled.database())));
        }
        if (!problems.isEmpty()) {
            throw new Refused(problems);
        }
    }

    private static Optional<State.KeptBackup> meant(State state, RuledRestore ruled, Wish wish) {
        return BackupChoice.of(state, ruled.database(), wish);
    }

    private static Optional<String> old(Duration age, Restore rules) {
        return more(age, "rpo", rules.rpo())
                .map(more -> "the backup is " + Durations.text(Duration.ofSeconds(Math.max(1, age.toSeconds())))
                        + " old" + more);
    }

    private static Optional<String> more(Duration is, String key, Duration most) {
        return most.isZero() || is.compareTo(most) <= 0
                ? Optional.empty()
                : Optional.of(", which is more than " + key + " " + Durations.text(most));
    }

    private static String said(Duration limit) {
        return limit.isZero() ? "" : Durations.text(limit);
    }

    private static String name(SignedStatement drill) {
        return "drill-" + drill.id().substring(0, 8);
    }

    private static Optional<Head> recorded(Served served, SignedStatement drill) {
        return entry(served, Event.Kind.DRILLED, drill);
    }

    private static Optional<Head> entry(Served served, Event.Kind kind, SignedStatement drill) {
        return served.record()
                .find(entry -> entry.event().kind() == kind
                        && entry.event().facts().getOrDefault("request", "").equals(drill.id()));
    }

    private static DrillResult result(Head entry) {
        Event event = entry.entry().event();
        Measured measured = Measured.of(event);
        return new DrillResult(
                measured.drill(), event.text(), measured.lines(), measured.met(), List.of(entry.signed()));
    }
}
