package dev.slipway.opening;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Times;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.record.Step.StepState;
import dev.slipway.record.StepKind;
import dev.slipway.release.Approvals;
import dev.slipway.release.ReleaseActivities.FailedStep;
import dev.slipway.release.ReleaseActivities.StepRequest;
import dev.slipway.release.WordActivities.WordRequest;
import dev.slipway.release.WordActivities.WordResult;
import dev.slipway.served.Served;
import dev.slipway.steps.StepRefused;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a person says about a step of a release that is under way: try it once more, watch longer. Each changes what the
 * grant allows, so it counts when it stands in the record.
 */
public final class GrantWords {

    /** Nobody means to watch a release for longer than a plan may say. */
    private static final Duration LONGEST_WATCH = Duration.ofDays(7);

    /** Between the end of a watch and the end of its release. */
    private static final Duration AFTERWARDS = Duration.ofMinutes(10);

    /** How a step that did not come to its end stands. */
    public FailedStep look(Served served, StepRequest request) {
        Grant grant = grant(served.record().head().state(), request.grant())
                .orElseThrow(() -> new StepRefused("no such grant is open in the record of " + served.name()));
        Step step = grant.step(request.step())
                .orElseThrow(() -> new StepRefused("the grant has no step " + request.step()));
        return new FailedStep(
                step.attempt(),
                step.leftSomething(),
                grant.steps().stream()
                        .filter(each -> each.number() < step.number() && each.state() == StepState.DONE)
                        .map(each -> each.title() + ": " + each.summary())
                        .toList());
    }

    /** Opens a step that failed for another attempt, and gives the grant the time that it takes from there on. */
    public WordResult retry(Served served, WordRequest request) {
        return take(served, request, Event.Kind.RETRIED, (plan, state, grant, step, now) -> {
            List<String> problems = new ArrayList<>(Approvals.problemsOfAnswer(
                    plan,
                    Authority.of(served, state).people(plan),
                    Kind.RETRY,
                    state.base(),
                    step.number(),
                    step.attempt(),
                    request.word(),
                    now));
            if (!plan.asksAfterFailureOf(key(step.kind()))) {
                problems.add("the plan does not say `on-failure: {" + key(step.kind()) + ": ask}`");
            }
            if (step.state() != StepState.FAILED && step.state() != StepState.BEGAN) {
                problems.add(step.title() + " has not failed");
            }
            Duration rest = grant.steps().stream()
                    .filter(each -> each.number() >= step.number())
                    .map(each -> Granting.timeout(plan, each))
                    .reduce(AFTERWARDS, Duration::plus);
            return new Ruled(
                    problems, grant.with(step.again()).until(now.plus(rest)), step.title() + " is tried again");
        });
    }

    /** Lets a watch last longer, and the grant with it. */
    public WordResult extend(Served served, WordRequest request) {
        return take(served, request, Event.Kind.EXTENDED, (plan, state, grant, step, now) -> {
            List<String> problems = new ArrayList<>(Approvals.problemsOfRollbackRight(
                    plan, Authority.of(served, state).people(plan), Kind.EXTEND, state.base(), request.word(), now));
            Instant until = Approvals.extendedUntil(request.word()).orElse(Instant.EPOCH);
            if (step.kind() != StepKind.WATCH || step.state() != StepState.BEGAN) {
                problems.add(step.title() + " is not under way");
            } else if (!until.isAfter(now)) {
                problems.add("the statement does not say until when, or a time that has passed");
            } else if (until.isAfter(now.plus(LONGEST_WATCH))) {
                problems.add("nothing is watched for longer than " + LONGEST_WATCH.toDays() + " days; say less");
            } else if (!until.isAfter(ends(plan, step))) {
                problems.add("it is watched until " + Times.text(ends(plan, step)) + " already; say a later time");
            }
            return new Ruled(
                    problems,
                    grant.with(step.extended(until)).until(until.plus(AFTERWARDS)),
                    "watched until " + Times.text(until));
        });
    }

    private static Instant ends(ReleasePlan plan, Step step) {
        Instant planned = step.began().plus(plan.watch().window());
        return step.extendedUntil().isAfter(planned) ? step.extendedUntil() : planned;
    }

    /** What comes of a word: why it does not count, or the grant after it. */
    private record Ruled(List<String> problems, Grant grant, String sentence) {}

    private interface Ruling {
        Ruled rule(ReleasePlan plan, State state, Grant grant, Step step, Instant now);
    }

    private static WordResult take(Served served, WordRequest request, Event.Kind kind, Ruling ruling) {
        SignedStatement word = request.word();
        Optional<Head> before = takenBefore(served, word);
        if (before.isPresent()) {
            return taken(before.get(), request);
        }
        String[] why = {""};
        Head head = served.record().change(now -> {
            Optional<Grant> grant = grant(now.state(), request.grant());
            Optional<Step> step = grant.flatMap(open -> open.step(request.step()));
            if (step.isEmpty()) {
                why[0] = "no such step is open in the record of " + served.name();
                return Optional.empty();
            }
            ReleasePlan plan = served.plan(grant.get().plan()).orElseThrow();
            Ruled ruled = ruling.rule(
                    plan, now.state(), grant.get(), step.get(), served.record().now());
            List<String> problems = new ArrayList<>(ruled.problems());
            served.record().clockTrouble(now).ifPresent(problems::add);
            if (now.state().spent(word.id())) {
                problems.add("this statement was used up already");
            }
            now.state()
                    .locked()
                    .ifPresent(lock -> problems.add(
                            served.name() + " is locked since " + Times.text(lock.since()) + ": " + lock.reason()));
            why[0] = String.join("; ", problems);
            return problems.isEmpty()
                    ? Optional.of(change(served, kind, now.state(), ruled, word, request))
                    : Optional.empty();
        });
        if (!why[0].isEmpty()) {
            return WordResult.refused(why[0]);
        }
        served.keep(word);
        return taken(head, request);
    }

    private static Change change(
            Served served, Event.Kind kind, State state, Ruled ruled, SignedStatement word, WordRequest request) {
        Statement said = word.statement().orElseThrow();
        String reason = said.reason().isBlank() ? "" : ": " + said.reason();
        return new Change(
                new Event(
                        kind,
                        served.name() + "@" + ruled.grant().version(),
                        ruled.sentence() + ", says " + said.by()
                                + served.secrets().redact(reason),
                        Map.of(
                                "request",
                                ruled.grant().id(),
                                "step",
                                Integer.toString(request.step()),
                                "by",
                                said.by(),
                                "statements",
                                word.id())),
                state.withGrant(ruled.grant())
                        .withSpent(
                                List.of(new State.Spent(
                                        word.id(), said.expires().plus(Duration.ofMinutes(5)))),
                                served.record().now()));
    }

    /** The answer was lost, and it is asked for again. */
    private static Optional<Head> takenBefore(Served served, SignedStatement word) {
        return served.record().head().state().spent(word.id())
                ? served.record().find(entry -> entry.event()
                        .facts()
                        .getOrDefault("statements", "")
                        .equals(word.id()))
                : Optional.empty();
    }

    private static WordResult taken(Head head, WordRequest request) {
        Instant until = grant(head.state(), request.grant())
                .flatMap(grant -> grant.step(request.step()))
                .map(Step::extendedUntil)
                .orElse(Instant.EPOCH);
        return new WordResult(true, "", until, List.of(head.signed()));
    }

    private static Optional<Grant> grant(State state, String id) {
        return state.openGrant().filter(grant -> grant.id().equals(id));
    }

    /** As a plan names the phase of such a step. */
    private static String key(StepKind kind) {
        return kind.words().replace(' ', '-');
    }
}
