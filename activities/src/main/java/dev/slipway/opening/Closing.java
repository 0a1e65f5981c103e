package dev.slipway.opening;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.Scope;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.release.Outcome;
import dev.slipway.release.ReleaseActivities.CloseRequest;
import dev.slipway.release.ReleaseActivities.CloseResult;
import dev.slipway.served.Served;
import dev.slipway.steps.StepObserver;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignatureCheck;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
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

    /** How long after its end a request that is used up is still known as that. */
    static final Duration SHOWN_AGAIN = Duration.ofMinutes(5);

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
                .flatMap(Statement::parsed)
                .filter(statement -> ASKING.contains(statement.kind()));
        if (asked.isEmpty()) {
            // a request that no preflight found genuine leaves no trace in the record
            return new CloseResult(claimed.name(), List.of(), List.of(), true, List.of(), List.of(), "", false);
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
        Outcome outcome = grant.map(open -> EndJudge.judged(served, request, open))
                .orElseGet(() -> EndJudge.unopened(served, request));
        List<String> changed = grant.map(Changes::of).orElse(List.of());
        boolean safe = EndJudge.safe(served, now.state(), grant, outcome, changed);
        String version = grant.map(Grant::version).orElse(asked.version());
        String plan = grant.map(Grant::plan).orElse(asked.plan());
        List<Statement> said = served.plan(plan)
                .map(resolved -> decisions(served, resolved, version, request))
                .orElse(List.of());
        Optional<String> left = outcome == Outcome.SUCCEEDED
                ? Optional.empty()
                : grant.flatMap(open -> Leftover.of(served, open, outcome, changed));
        Optional<String> refused = outcome == Outcome.REJECTED ? EndJudge.refusal(served, request) : Optional.empty();
        String how = refused.or(
                        () -> grant.map(open -> new EndSentence(open, asked, outcome, request.text(), said).text()))
                .orElseGet(() -> EndSentence.unopened(asked, outcome, request.text(), time));
        String text = sentence(served.secrets().redact(how))
                + left.map(sentence -> "; " + sentence).orElse("");
        State.Ended ended = new State.Ended(
                version,
                plan,
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
        State with = now.state().withEnded(ended);
        State state = grant.map(open -> Aftermath.of(
                        served,
                        with.withoutGrant(Aftermath.release(served, open)),
                        open,
                        outcome,
                        text,
                        now.hash(),
                        time))
                .orElseGet(() -> with.withSpent(
                        List.of(new State.Spent(
                                request.request(), asked.expires().plus(SHOWN_AGAIN))),
                        time));
        return new Change(
                new Event(
                        Event.Kind.CLOSED,
                        served.name() + "@" + version,
                        grant.map(open -> EndSentence.told(open, outcome, text)).orElseGet(() -> outcome.because(text)),
                        facts(served, ended, grant, left, said)),
                state);
    }

    private static Map<String, String> facts(
            Served served, State.Ended ended, Optional<Grant> grant, Optional<String> left, List<Statement> said) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("request", ended.request());
        facts.put("outcome", ended.outcome());
        facts.put("plan", ended.plan());
        facts.put("version", ended.version());
        facts.put("safe", Boolean.toString(ended.safe()));
        left.ifPresent(sentence -> facts.put(LEFT, sentence));
        List<String> byHand = grant.map(Changes::byHand).orElse(List.of());
        if (!byHand.isEmpty()) {
            facts.put("undo", String.join("\n", byHand));
        }
        said.forEach(statement -> facts.merge(
                statement.kind().word(),
                served.secrets().redact(statement.by() + ": " + statement.reason()),
                (one, other) -> one + "\n" + other));
        return facts;
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
                .flatMap(Statement::parsed)
                .map(statement -> statement.time().minus(SKEW))
                .orElse(Instant.MAX);
    }

    /** What the workflow says is one line of bounded length: it stands in the record, in messages and on screens. */
    private static String sentence(String text) {
        String line = text.strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
        return line.length() <= LONGEST_SENTENCE ? line : line.substring(0, LONGEST_SENTENCE - 1) + "…";
    }

    /** Of a run; empty of anything else. */
    static String phase(Served served, String request) {
        return Scope.of(served.record().kept(request).flatMap(Statement::parsed))
                .phase();
    }

    /** What is true when somebody who has looked ends a grant that its workflow left open. */
    public static State abandoned(Served served, State state, Grant grant, String by, String text, Instant time) {
        ReleasePlan plan = served.plan(grant.plan()).orElseThrow();
        List<String> changed = Changes.of(grant);
        State after = state.withoutGrant(Aftermath.release(served, grant))
                .withLive(Aftermath.live(state, grant, plan, Outcome.FAILED, time))
                .withHalfBack(Aftermath.halfBack(state, grant, Outcome.FAILED));
        List<String> unknown = grant.steps().stream()
                .map(Step::name)
                .distinct()
                .filter(after::servesUnknown)
                .toList();
        String left = unknown.isEmpty()
                ? ""
                : "; nobody knows what " + String.join(", ", unknown) + " serves: `slipway reconcile " + served.name()
                        + "` says it";
        return after.withEnded(new State.Ended(
                grant.version(),
                grant.plan(),
                grant.id(),
                grant.workflow(),
                Outcome.FAILED.name(),
                text + left,
                changed,
                changed.isEmpty(),
                by,
                grant.opened(),
                time,
                phase(served, grant.id()),
                grant.kind()));
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
                        "",
                        false));
    }

    private static CloseResult result(State.Ended ended, Head closed) {
        return new CloseResult(
                ended.outcome(),
                List.of(closed.signed()),
                ended.changed(),
                ended.safe(),
                undo(closed),
                List.of(closed.mirror()),
                closed.entry().event().facts().getOrDefault(LEFT, ""),
                false);
    }

    /** As the signed entry has it. */
    private static List<String> undo(Head closed) {
        return closed.entry().event().facts().getOrDefault("undo", "").lines().toList();
    }
}
