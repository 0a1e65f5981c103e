package dev.slipway.opening;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.Scope;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.record.Step.StepState;
import dev.slipway.record.StepKind;
import dev.slipway.release.Approvals;
import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseActivities.CloseRequest;
import dev.slipway.release.ReleaseActivities.CloseResult;
import dev.slipway.release.ReleaseActivities.RejectRequest;
import dev.slipway.release.ReleaseActivities.RejectResult;
import dev.slipway.served.Served;
import dev.slipway.steps.StepObserver;
import dev.slipway.trust.Kind;
import dev.slipway.trust.MalformedStatement;
import dev.slipway.trust.SignatureCheck;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import dev.slipway.watch.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Ends a grant, or a request that was never opened, in the record. What the workflow believes is a proposal: SUCCEEDED
 * needs every step done and this worker's own PASS, ROLLED_BACK needs every deployment undone.
 */
public final class Closing {

    /** What people say of a release that the end of it tells again. */
    private static final Set<Kind> SAID =
            EnumSet.of(Kind.APPROVE, Kind.REJECT, Kind.REVOKE, Kind.FINISH, Kind.ROLLBACK, Kind.GIVE_UP, Kind.RESTORE);

    /** What opens a grant. */
    private static final Set<Kind> ASKING = EnumSet.of(Kind.REQUEST, Kind.ROLLBACK, Kind.RESTORE, Kind.RUN);

    private static final String LEFT = "left";
    private static final int LONGEST_SENTENCE = 1000;
    private static final Duration SKEW = Duration.ofMinutes(2);

    private final StepObserver observer;

    public Closing(StepObserver observer) {
        this.observer = observer;
    }

    public CloseResult close(Served served, CloseRequest request) {
        Outcome claimed = claimed(request);
        Optional<State.Ended> before = served.record().head().state().ended(request.request());
        if (before.isPresent()) {
            return recorded(served, request, before.get());
        }
        // the state remembers the last ends only; what lies beside the record remembers all
        Optional<Head> closed = served.record().closing(request.request());
        if (closed.isPresent()) {
            return closed.get()
                    .state()
                    .ended(request.request())
                    .map(ended -> result(ended, closed.get()))
                    .orElseThrow();
        }
        Optional<Statement> asked = served.record()
                .kept(request.request())
                .flatMap(Closing::statement)
                .filter(statement -> ASKING.contains(statement.kind()));
        if (asked.isEmpty()) {
            // a request that no preflight found genuine leaves no trace in the record
            return new CloseResult(claimed.name(), List.of(), List.of(), true, List.of(), List.of(), "");
        }
        Head head = served.record()
                .change(now -> now.state().ended(request.request()).isPresent()
                        ? Optional.empty()
                        : Optional.of(change(served, request, asked.get(), now)));
        State.Ended ended = head.state().ended(request.request()).orElseThrow();
        served.record().keepClosing(request.request(), head);
        observer.outcome(served.name() + "@" + ended.version(), ended.outcome());
        return result(ended, head);
    }

    private static Outcome claimed(CloseRequest request) {
        return Arrays.stream(Outcome.values())
                .filter(outcome -> outcome.name().equals(request.outcome()))
                .findFirst()
                .orElseThrow(() -> new Refused(List.of("'" + request.outcome() + "' is no outcome")));
    }

    private Change change(Served served, CloseRequest request, Statement asked, Head now) {
        Instant time = served.record().now();
        Optional<Grant> grant = now.state().openGrant().filter(open -> open.id().equals(request.request()));
        Outcome outcome = grant.map(open -> judged(served, request, open)).orElseGet(() -> unopened(served, request));
        List<String> changed = grant.map(Closing::changed).orElse(List.of());
        boolean safe = safe(outcome, changed)
                && !(outcome == Outcome.ROLLED_BACK
                        && grant.filter(open -> leftANewTarget(open) || !verified(served, now.state(), open))
                                .isPresent());
        Optional<String> left = outcome == Outcome.SUCCEEDED
                ? Optional.empty()
                : grant.flatMap(open -> Leftover.of(served, open, outcome, changed));
        String text = sentence(served.secrets().redact(request.text()))
                + left.map(sentence -> "; " + sentence).orElse("");
        String version = grant.map(Grant::version).orElse(asked.version());
        State.Ended ended = new State.Ended(
                version,
                grant.map(Grant::plan).orElse(asked.plan()),
                request.request(),
                request.workflow(),
                outcome.name(),
                text,
                changed,
                safe,
                asked.by(),
                grant.map(Grant::opened).orElse(asked.time()),
                time,
                Scope.of(Optional.of(asked)).phase(),
                grant.map(Grant::kind).orElse(""));
        State state = now.state().withEnded(ended);
        if (grant.isPresent()) {
            state = afterGrant(
                    served,
                    state.withoutGrant(release(served, grant.get())),
                    grant.get(),
                    outcome,
                    text,
                    now.hash(),
                    time);
        } else {
            state = state.withSpent(
                    List.of(new State.Spent(request.request(), asked.expires().plusSeconds(300))), time);
        }
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("request", request.request());
        facts.put("outcome", outcome.name());
        facts.put("plan", grant.map(Grant::plan).orElse(asked.plan()));
        facts.put("version", version);
        facts.put("safe", Boolean.toString(safe));
        left.ifPresent(sentence -> facts.put(LEFT, sentence));
        List<String> byHand = grant.map(Closing::byHand).orElse(List.of());
        if (!byHand.isEmpty()) {
            facts.put("undo", String.join("\n", byHand));
        }
        served.plan(grant.map(Grant::plan).orElse(asked.plan())).ifPresent(plan -> decisions(
                        served, plan, version, request)
                .forEach(decision -> facts.put(
                        decision.kind().word(), served.secrets().redact(decision.by() + ": " + decision.reason()))));
        return new Change(
                new Event(Event.Kind.CLOSED, served.name() + "@" + version, outcome.words() + ": " + text, facts),
                state);
    }

    private static Map<String, List<String>> people(Served served, ReleasePlan plan) {
        return Authority.of(served, served.record().head().state()).people(plan);
    }

    /** What somebody really signed about this environment; anything else would be a lie with the worker's signature. */
    private static List<Statement> decisions(Served served, ReleasePlan plan, String version, CloseRequest request) {
        return request.decisions().stream()
                .filter(decision -> SignatureCheck.of(decision, people(served, plan)) instanceof SignatureCheck.Genuine)
                .flatMap(decision -> decision.statement().stream())
                .filter(statement -> SAID.contains(statement.kind())
                        && statement.service().equals(plan.service())
                        && statement.environment().equals(plan.environment())
                        && statement.version().equals(version)
                        && !statement.time().isBefore(asked(served, request)))
                .toList();
    }

    /** An old word about an earlier try of the version is none about this one. */
    private static Instant asked(Served served, CloseRequest request) {
        return served.record()
                .kept(request.request())
                .flatMap(Closing::statement)
                .map(statement -> statement.time().minus(SKEW))
                .orElse(Instant.MAX);
    }

    /** What the workflow says is one line of bounded length: it stands in the record, in messages and on screens. */
    private static String sentence(String text) {
        String line = text.strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
        return line.length() <= LONGEST_SENTENCE ? line : line.substring(0, LONGEST_SENTENCE - 1) + "…";
    }

    /** Without a grant nothing was changed, so these are the only ends there are. */
    private static Outcome unopened(Served served, CloseRequest request) {
        return switch (Outcome.valueOf(request.outcome())) {
            case REJECTED -> rejected(served, request.request()) ? Outcome.REJECTED : Outcome.FAILED;
            case EXPIRED -> Outcome.EXPIRED;
            case CANCELLED -> Outcome.CANCELLED;
            case SUCCEEDED, ROLLED_BACK, ROLLBACK_FAILED, FAILED -> Outcome.FAILED;
        };
    }

    /** By a rejection, or because the approval that it hung on was taken back. */
    private static boolean rejected(Served served, String request) {
        return served.record()
                .find(entry -> (entry.event().kind() == Event.Kind.REJECTED
                                || entry.event().kind() == Event.Kind.REVOKED)
                        && entry.event().facts().getOrDefault("request", "").equals(request))
                .isPresent();
    }

    private static Optional<Head> rejection(Served served, String request) {
        return served.record()
                .find(entry -> entry.event().kind() == Event.Kind.REJECTED
                        && entry.event().facts().getOrDefault("request", "").equals(request));
    }

    private static Outcome judged(Served served, CloseRequest request, Grant grant) {
        boolean allDone = grant.steps().stream().allMatch(step -> done(served, request, grant, step));
        boolean deployedSomething = grant.steps().stream()
                .filter(step -> step.kind() == StepKind.DEPLOY)
                .anyMatch(Step::leftSomething);
        boolean couldGoBack = grant.steps().stream()
                .filter(step -> step.kind() == StepKind.DEPLOY && step.leftSomething())
                .anyMatch(step -> !nothingBefore(grant, step));
        boolean undidSomething = grant.steps().stream().anyMatch(step -> step.state() == StepState.UNDONE);
        if (grant.kind().equals(Grant.ROLLBACK)) {
            return allDone && Outcome.valueOf(request.outcome()) == Outcome.ROLLED_BACK
                    ? Outcome.ROLLED_BACK
                    : Outcome.ROLLBACK_FAILED;
        }
        if (grant.kind().equals(Grant.RESTORE)) {
            return allDone && Outcome.valueOf(request.outcome()) == Outcome.SUCCEEDED
                    ? Outcome.SUCCEEDED
                    : unswitched(served, grant, Outcome.valueOf(request.outcome()));
        }
        return switch (Outcome.valueOf(request.outcome())) {
            case SUCCEEDED -> allDone ? Outcome.SUCCEEDED : Outcome.FAILED;
            case ROLLED_BACK ->
                undidSomething && !couldGoBack
                        ? Outcome.ROLLED_BACK
                        : deployedSomething ? Outcome.ROLLBACK_FAILED : Outcome.FAILED;
            case CANCELLED -> deployedSomething ? Outcome.ROLLBACK_FAILED : Outcome.CANCELLED;
            case ROLLBACK_FAILED -> Outcome.ROLLBACK_FAILED;
            case FAILED, REJECTED, EXPIRED -> Outcome.FAILED;
        };
    }

    /** Nobody said yes in time, or somebody ended it: true only of a database that is as it was, a no of what is signed. */
    private static Outcome unswitched(Served served, Grant grant, Outcome claimed) {
        boolean ended = claimed == Outcome.EXPIRED
                || claimed == Outcome.CANCELLED
                || (claimed == Outcome.REJECTED && rejected(served, grant.id()));
        return ended && changed(grant).isEmpty() ? claimed : Outcome.FAILED;
    }

    private static boolean nothingBefore(Grant grant, Step step) {
        return grant.previous().getOrDefault(step.name(), "").isEmpty();
    }

    /** A target that was new with this release: it could not go back with the others. */
    private static boolean leftANewTarget(Grant grant) {
        return grant.steps().stream()
                .anyMatch(step -> step.kind() == StepKind.DEPLOY && step.leftSomething() && nothingBefore(grant, step));
    }

    private static boolean done(Served served, CloseRequest request, Grant grant, Step step) {
        if (step.kind() == StepKind.WATCH) {
            return step.facts().getOrDefault("verdict", "").equals(Verdict.PASS.name())
                    || (step.state() != StepState.FAILED && finished(served, request, grant));
        }
        return step.state() == StepState.DONE;
    }

    /** A signed word of somebody who may: good enough. */
    private static boolean finished(Served served, CloseRequest request, Grant grant) {
        ReleasePlan plan = served.plan(grant.plan()).orElseThrow();
        return request.decisions().stream()
                .filter(decision -> decision.statement()
                        .filter(statement -> statement.kind() == Kind.FINISH)
                        .isPresent())
                .anyMatch(decision -> Approvals.problemsOfRollbackRight(
                                plan,
                                people(served, plan),
                                Kind.FINISH,
                                served.record().head().state().base(),
                                decision,
                                decision.statement().orElseThrow().time())
                        .isEmpty());
    }

    private static List<String> changed(Grant grant) {
        List<String> changed = new ArrayList<>();
        for (Step step : grant.steps()) {
            if (!step.kind().changesSomething() || !step.leftSomething()) {
                continue;
            }
            switch (step.kind()) {
                case MIGRATE -> {
                    if (!step.facts().getOrDefault("applied", "unknown").equals("0")) {
                        changed.add("the schema of " + step.name()
                                + (step.state() == StepState.DONE
                                        ? " is at " + step.facts().getOrDefault("to", "a new version") + " (was "
                                                + step.facts().getOrDefault("from", "unknown") + ")"
                                        : " may be half migrated"));
                    }
                }
                case REFERENCE_DATA -> {
                    if (!step.facts().containsKey("skipped")) {
                        changed.add("the reference data of " + step.name()
                                + (step.state() == StepState.DONE ? " was promoted" : " may have been promoted"));
                    }
                }
                case DEPLOY ->
                    changed.add(step.name()
                            + (step.state() == StepState.DONE
                                    ? " serves " + step.facts().getOrDefault("id", grant.version())
                                    : step.facts().containsKey("id")
                                            ? " still serves " + step.facts().get("id")
                                                    + ": it was nothing before, so there was nothing to go back to"
                                            : " may serve " + grant.version() + ", or nothing"));
                case ROLL_BACK ->
                    changed.add(step.name()
                            + (step.state() == StepState.DONE
                                    ? " is back on " + step.facts().getOrDefault("id", grant.version())
                                    : " may not be back on " + grant.version()));
                case SWITCH ->
                    changed.add("the database " + step.name()
                            + (step.state() == StepState.DONE
                                    ? " holds a backup of " + State.KeptBackup.when(grant.previousVersion())
                                    : " may hold a backup of " + State.KeptBackup.when(grant.previousVersion())
                                            + ", or what it held"));
                case BACKUP, VERIFY, WATCH, RESTORE -> {
                    // none of them changes what serves
                }
            }
        }
        return changed;
    }

    /** Whether the old version was verified, against whatever stayed changed; a plan that verifies nothing asks for nothing. */
    private static boolean verified(Served served, State state, Grant grant) {
        boolean rollback = grant.kind().equals(Grant.ROLLBACK);
        boolean asked = served.plan(rollback ? grant.plan() : state.live().plan())
                .or(() -> served.plan(grant.plan()))
                .filter(plan -> !plan.verify().isEmpty())
                .isPresent();
        return !asked || RolledBackChecks.passed(served, grant.id());
    }

    private static boolean safe(Outcome outcome, List<String> changed) {
        return switch (outcome) {
            case SUCCEEDED, ROLLED_BACK -> true;
            case ROLLBACK_FAILED -> false;
            case REJECTED, EXPIRED, CANCELLED, FAILED -> changed.isEmpty();
        };
    }

    private static State afterGrant(
            Served served, State state, Grant grant, Outcome outcome, String text, String lockId, Instant time) {
        if (grant.kind().equals(Grant.RESTORE) || grant.kind().equals(Grant.RUN)) {
            // what serves, and which versions succeeded, is as before; only what they serve from may be another
            return outcome == Outcome.SUCCEEDED || changed(grant).isEmpty()
                    ? state
                    : state.withLock(
                            new State.Lock(lockId, outcome.words() + ": " + text, time, release(served, grant)));
        }
        ReleasePlan plan = served.plan(grant.plan()).orElseThrow();
        State next =
                state.withLive(live(state, grant, plan, outcome, time)).withHalfBack(halfBack(state, grant, outcome));
        String release = release(served, grant);
        State.Lock lock = new State.Lock(lockId, outcome.words() + ": " + text, time, release);
        if (grant.kind().equals(Grant.ROLLBACK)) {
            // where only some targets went back, the version that was left may still be good on the others
            State left = grant.previousVersion().equals(grant.version())
                            || !next.live().version().equals(grant.version())
                    ? next
                    : next.withBad(new State.BadMark(grant.previousVersion(), text, time));
            return outcome == Outcome.ROLLED_BACK && !plan.rollback().lockAfter() ? left : left.withLock(lock);
        }
        return switch (outcome) {
            case SUCCEEDED ->
                next.withSucceeded(new State.Succeeded(
                        grant.version(),
                        grant.plan(),
                        plan.commit(),
                        time,
                        next.live().targets()));
            case ROLLED_BACK -> {
                State marked = next.withBad(new State.BadMark(grant.version(), text, time));
                yield plan.rollback().lockAfter() || leftANewTarget(grant) ? marked.withLock(lock) : marked;
            }
            case ROLLBACK_FAILED ->
                next.withBad(new State.BadMark(grant.version(), text, time)).withLock(lock);
            case CANCELLED, FAILED, REJECTED, EXPIRED -> changed(grant).isEmpty() ? next : next.withLock(lock);
        };
    }

    /** Of a run; empty of anything else. */
    static String phase(Served served, String request) {
        return Scope.of(served.record().kept(request).flatMap(Closing::statement))
                .phase();
    }

    private static String release(Served served, Grant grant) {
        return served.name() + "@" + grant.version();
    }

    /** What is true when somebody who has looked ends a grant that its workflow left open. */
    public static State abandoned(Served served, State state, Grant grant, String by, String text, Instant time) {
        ReleasePlan plan = served.plan(grant.plan()).orElseThrow();
        List<String> changed = changed(grant);
        return state.withoutGrant(release(served, grant))
                .withLive(live(state, grant, plan, Outcome.FAILED, time))
                .withHalfBack(halfBack(state, grant, Outcome.FAILED))
                .withEnded(new State.Ended(
                        grant.version(),
                        grant.plan(),
                        grant.id(),
                        grant.workflow(),
                        Outcome.FAILED.name(),
                        text,
                        changed,
                        changed.isEmpty(),
                        by,
                        grant.opened(),
                        time,
                        phase(served, grant.id()),
                        grant.kind()));
    }

    /** Which targets should have gone back, and where to; what serves on the others is known. */
    private static Map<String, String> halfBack(State state, Grant grant, Outcome outcome) {
        Map<String, String> half = new LinkedHashMap<>(state.halfBack());
        for (Step step : grant.steps()) {
            String name = step.name();
            if (step.kind() == StepKind.ROLL_BACK) {
                if (step.state() == StepState.DONE) {
                    half.remove(name);
                } else {
                    half.put(name, grant.version());
                }
            } else if (step.kind() == StepKind.DEPLOY && step.state() != StepState.PLANNED) {
                boolean stays = step.leftSomething() && step.state() == StepState.DONE;
                boolean asked = stays ? outcome == Outcome.ROLLBACK_FAILED : step.leftSomething();
                if (asked && !nothingBefore(grant, step)) {
                    half.put(name, grant.previousVersion());
                } else if (step.leftSomething() || step.state() == StepState.UNDONE) {
                    half.remove(name);
                }
            }
        }
        return half;
    }

    private static State.Live live(State state, Grant grant, ReleasePlan plan, Outcome outcome, Instant time) {
        State.Live before = state.live();
        Map<String, String> wanted = grant.kind().equals(Grant.ROLLBACK)
                ? state.succeeded(grant.version()).map(State.Succeeded::targets).orElse(Map.of())
                : Map.of();
        Map<String, String> targets = new LinkedHashMap<>(before.targets());
        boolean everyTargetNew = true;
        for (Step step : grant.steps()) {
            if (step.kind() == StepKind.DEPLOY || step.kind() == StepKind.ROLL_BACK) {
                switch (step.state()) {
                    case DONE -> targets.put(step.name(), step.facts().getOrDefault("id", grant.version()));
                    case UNDONE -> {
                        targets.put(step.name(), grant.previous().getOrDefault(step.name(), ""));
                        everyTargetNew = false;
                    }
                    case BEGAN, FAILED -> {
                        if (step.facts().containsKey("id")) {
                            targets.put(step.name(), step.facts().get("id"));
                        } else if (step.leftSomething()) {
                            // nobody knows what serves there, and a guess would be a later release's way back
                            targets.remove(step.name());
                        }
                        everyTargetNew = false;
                    }
                    case PLANNED -> everyTargetNew = false;
                }
            }
        }
        if (outcome == Outcome.SUCCEEDED
                || (everyTargetNew && whole(grant, targets, wanted) && !targets.equals(before.targets()))) {
            return new State.Live(grant.version(), grant.plan(), plan.commit(), time, targets);
        }
        return new State.Live(before.version(), before.plan(), before.commit(), before.since(), targets);
    }

    /** Whether no target of the version that is gone back to was left out, and serves something else. */
    private static boolean whole(Grant grant, Map<String, String> targets, Map<String, String> wanted) {
        return wanted.entrySet().stream()
                .allMatch(each -> grant.previous().containsKey(each.getKey())
                        || each.getValue().equals(targets.get(each.getKey())));
    }

    private static CloseResult recorded(Served served, CloseRequest request, State.Ended ended) {
        return served.record()
                .find(entry -> entry.event().kind() == Event.Kind.CLOSED
                        && entry.event().facts().getOrDefault("request", "").equals(request.request()))
                .map(closed -> result(ended, closed))
                // another entry would be a signed word about something else
                .orElseGet(() -> new CloseResult(
                        ended.outcome(),
                        List.of(),
                        ended.changed(),
                        ended.safe(),
                        List.of(),
                        List.of(served.record().head().mirror()),
                        ""));
    }

    private static CloseResult result(State.Ended ended, Head closed) {
        return new CloseResult(
                ended.outcome(),
                List.of(closed.signed()),
                ended.changed(),
                ended.safe(),
                undo(closed),
                List.of(closed.mirror()),
                closed.entry().event().facts().getOrDefault(LEFT, ""));
    }

    /** For a person's hands: what was changed and not undone, newest first. */
    private static List<String> byHand(Grant grant) {
        List<String> commands = new ArrayList<>();
        for (int at = grant.steps().size() - 1; at >= 0; at--) {
            Step step = grant.steps().get(at);
            // what was gone back to needs no undo; where that did not come to its end, its command is the way
            boolean goneBack = step.kind() == StepKind.ROLL_BACK && step.state() == StepState.DONE;
            if (step.leftSomething()
                    && !goneBack
                    && !Leftover.isRenamed(grant, step)
                    && !appliedNothing(step)
                    && !step.undo().isEmpty()) {
                commands.add(step.undo());
            }
        }
        return commands;
    }

    /** Where no migration was pending there is nothing to bring a backup back for. */
    private static boolean appliedNothing(Step step) {
        return step.kind() == StepKind.MIGRATE
                && step.state() == StepState.DONE
                && step.facts().getOrDefault("applied", "").equals("0");
    }

    /** As the signed entry has it. */
    private static List<String> undo(Head closed) {
        return closed.entry().event().facts().getOrDefault("undo", "").lines().toList();
    }

    /** A no counts when it stands in the record. */
    public RejectResult reject(Served served, RejectRequest request) {
        ReleasePlan plan = served.plan(request.plan())
                .orElseThrow(() -> new Refused(List.of("the plan was not seen by a preflight of this environment")));
        Statement asked = served.record()
                .kept(request.request())
                .flatMap(Closing::statement)
                .filter(statement -> (statement.kind() == Kind.REQUEST || statement.kind() == Kind.RUN)
                        && statement.plan().equals(request.plan()))
                .orElseThrow(() -> new Refused(List.of("the request was not seen by a preflight of this environment")));
        SignedStatement rejection = request.rejection();
        List<String> problems = Approvals.problemsOfRejection(
                plan,
                people(served, plan),
                asked.lane(),
                rejection,
                served.record().now());
        if (!problems.isEmpty()) {
            return new RejectResult(false, String.join("; ", problems), List.of());
        }
        Statement statement = rejection.statement().orElseThrow();
        boolean[] late = {false};
        boolean[] used = {false};
        boolean[] over = {false};
        Head head = served.record().change(now -> {
            late[0] = now.state()
                    .openGrant()
                    .filter(grant -> grant.id().equals(request.request()))
                    .isPresent();
            over[0] = now.state().spent(request.request());
            if (late[0] || over[0]) {
                return Optional.empty();
            }
            used[0] = now.state().spent(rejection.id());
            if (used[0]) {
                return Optional.empty();
            }
            List<State.Spent> spent = List.of(
                    // for as long as the request could be shown again
                    new State.Spent(request.request(), asked.expires().plusSeconds(300)),
                    new State.Spent(rejection.id(), statement.expires()));
            return Optional.of(new Change(
                    new Event(
                            Event.Kind.REJECTED,
                            served.name() + "@" + plan.version(),
                            "rejected by " + statement.by() + ": " + statement.reason(),
                            Map.of("request", request.request(), "by", statement.by(), "statement", rejection.id())),
                    now.state().withSpent(spent, served.record().now())));
        });
        if (late[0]) {
            return new RejectResult(
                    false, "the release has begun to change things; `slipway rollback` takes it back", List.of());
        }
        if (used[0]) {
            return new RejectResult(false, "the rejection was used up already; sign another one", List.of());
        }
        if (over[0]) {
            return rejection(served, request.request())
                    .map(entry -> new RejectResult(true, "", List.of(entry.signed())))
                    .orElseGet(() -> new RejectResult(
                            false, "the release has ended already, and not by a rejection", List.of()));
        }
        served.keep(rejection);
        return new RejectResult(true, "", List.of(head.signed()));
    }

    private static Optional<Statement> statement(String text) {
        try {
            return Optional.of(Statement.parse(text));
        } catch (MalformedStatement e) {
            return Optional.empty();
        }
    }
}
