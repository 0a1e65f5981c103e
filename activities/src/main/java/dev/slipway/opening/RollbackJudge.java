package dev.slipway.opening;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Target;
import dev.slipway.plan.Times;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.release.Approvals;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.OpenRollbackRequest;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.served.Served;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges a rollback by a person's hand. What comes of it is a grant of its own, with ids from the record, or a reason.
 */
public final class RollbackJudge {

    public OpenResult open(Served served, OpenRollbackRequest request) {
        Head head = served.record().head();
        SignedStatement signed = request.rollback();
        Optional<Grant> mine =
                head.state().openGrant().filter(grant -> grant.id().equals(signed.id()));
        if (mine.isPresent()) {
            return Granting.opened(served, mine.get(), List.of());
        }
        Optional<ReleasePlan> live = served.plan(head.state().live().plan());
        if (live.isEmpty()) {
            return OpenResult.not(
                    Opening.REFUSED,
                    List.of("nothing that slipway released is live in " + served.name()
                            + ", so there is nothing to leave"));
        }
        Destination to = Destination.of(served, head.state(), signed);
        Way way = Way.of(signed);
        List<String> problems = problemsOfWord(served, head.state(), live.get(), signed);
        problems.addAll(problemsOfDestination(served, head.state(), signed, to, way));
        if (!problems.isEmpty()) {
            return OpenResult.not(Opening.REFUSED, problems);
        }
        Instant now = served.record().now();
        List<String> acting = Granting.stillActing(head.state(), now);
        if (!acting.isEmpty()) {
            return later(served, signed.statement().orElseThrow(), acting, Granting.over(head.state(), now));
        }
        return append(
                served,
                request,
                to.plan().orElseThrow(),
                way.only(head.state(), to.target().orElseThrow()),
                head);
    }

    /** Where it is to go. The plan is that of the version, as it is kept beside the record. */
    private record Destination(String version, Optional<State.Succeeded> target, Optional<ReleasePlan> plan) {

        static Destination of(Served served, State state, SignedStatement signed) {
            String to = signed.statement().map(Statement::version).orElse("");
            Optional<State.Succeeded> target = state.succeeded(to);
            return new Destination(to, target, target.flatMap(version -> served.plan(version.plan())));
        }
    }

    private static List<String> problemsOfWord(Served served, State state, ReleasePlan live, SignedStatement signed) {
        List<String> problems = new ArrayList<>(Approvals.problemsOfRollbackRight(
                live,
                Authority.of(served, state).people(live),
                Kind.ROLLBACK,
                state.base(),
                signed,
                served.record().now()));
        if (state.spent(signed.id())) {
            problems.add("this statement was used up already");
        }
        state.openGrant().ifPresent(grant -> problems.add(Granting.isOpen(served, state, grant)));
        return problems;
    }

    private static List<String> problemsOfDestination(
            Served served, State state, SignedStatement signed, Destination destination, Way way) {
        String to = destination.version();
        Optional<State.Succeeded> target = destination.target();
        List<String> problems = new ArrayList<>();
        if (target.isEmpty()) {
            problems.add("'" + to + "' never succeeded in " + served.name() + "; there is nothing known to go back to");
        }
        boolean serves = target.filter(
                        then -> then.targets().equals(state.live().targets()))
                .isPresent();
        if (to.equals(state.live().version()) && serves) {
            problems.add("'" + to + "' is live already");
        }
        if (!signed.statement().map(Statement::plan).orElse("").isEmpty()) {
            problems.add("this statement takes a running release back, and goes to no version");
        }
        problems.addAll(way.problems(served, state, to));
        notTheLastKnownGood(state, signed, to).ifPresent(problems::add);
        destination.plan().ifPresent(of -> problems.addAll(way.unknown(of, target.orElseThrow())));
        if (state.markedBad(to)) {
            problems.add("'" + to + "' is marked bad in " + served.name()
                    + "; release it anew with `--again --reason …` if it has to be that one");
        }
        if (target.isPresent() && destination.plan().isEmpty()) {
            problems.add("the plan of '" + to + "' is not kept beside the record");
        }
        destination.plan().map(Authority.of(served, state)::problemsOfCommands).ifPresent(problems::addAll);
        return problems;
    }

    private static Optional<String> notTheLastKnownGood(State state, SignedStatement signed, String to) {
        boolean meant = signed.statement()
                .filter(statement -> statement.details().path("last-known-good").asBoolean())
                .isPresent();
        String good = state.lastKnownGood().map(State.Succeeded::version).orElse("");
        return meant && !good.equals(to)
                ? Optional.of("the last known good version is '" + good + "', and not '" + to
                        + "'; whoever showed that was wrong: look with `slipway history`, and name one with --to")
                : Optional.empty();
    }

    /**
     * How much of the way back is meant.
     *
     * @param resume whether it goes on with a rollback that failed
     * @param targets the only ones that go back; empty for all
     */
    private record Way(boolean resume, List<String> targets) {

        static Way of(SignedStatement signed) {
            JsonNode details = signed.statement().map(Statement::details).orElseGet(MissingNode::getInstance);
            List<String> targets = new ArrayList<>();
            details.path("targets").forEach(name -> targets.add(name.asText()));
            return new Way(details.path("resume").asBoolean(), targets);
        }

        List<String> problems(Served served, State state, String to) {
            String unfinished =
                    state.unfinishedRollback().map(State.Succeeded::version).orElse("");
            if (!resume) {
                return List.of();
            }
            if (unfinished.equals(to)) {
                return targets.stream()
                        .filter(name -> !state.halfBackTo(to).contains(name))
                        .map(name -> "'" + name + "' did not fail to go back to '" + to + "'; leave out --resume")
                        .toList();
            }
            return List.of(
                    unfinished.isEmpty()
                            ? "no target of " + served.name() + " is half back, so there is nothing to go on with"
                            : "the rollback that failed was on its way to '" + unfinished + "', and not to '" + to
                                    + "'");
        }

        List<String> unknown(ReleasePlan plan, State.Succeeded to) {
            List<String> known = plan.deploy().stream()
                    .map(Target::name)
                    .filter(to.targets()::containsKey)
                    .toList();
            return targets.stream()
                    .filter(name -> !known.contains(name))
                    .map(name -> "'" + to.version() + "' has no target '" + name + "'; it has " + known)
                    .toList();
        }

        State.Succeeded only(State state, State.Succeeded to) {
            Map<String, String> chosen = new LinkedHashMap<>(to.targets());
            if (resume) {
                chosen.keySet().retainAll(state.halfBackTo(to.version()));
            }
            if (!targets.isEmpty()) {
                chosen.keySet().retainAll(targets);
            }
            return new State.Succeeded(to.version(), to.plan(), to.commit(), to.time(), chosen);
        }
    }

    /** Waiting is of use only where the word still counts when the waiting is over. */
    private static OpenResult later(Served served, Statement statement, List<String> acting, Instant over) {
        if (statement.expires().isAfter(over)) {
            return OpenResult.later(acting, over);
        }
        List<String> why = new ArrayList<>(acting);
        why.add("the word of " + statement.by() + " counts until " + Times.text(statement.expires())
                + " only; type it again then: `slipway rollback " + served.name() + " --to " + statement.version()
                + "`");
        return OpenResult.not(Opening.REFUSED, why);
    }

    private OpenResult append(
            Served served, OpenRollbackRequest request, ReleasePlan plan, State.Succeeded target, Head judged) {
        Instant now = served.record().now();
        List<Step> steps = Granting.stepsBack(plan, target.targets());
        Grant grant = new Grant(
                request.rollback().id(),
                Grant.ROLLBACK,
                target.version(),
                target.plan(),
                "",
                request.workflow(),
                now,
                now.plus(Granting.total(plan, steps)),
                steps,
                judged.state().live().version(),
                target.targets(),
                request.run(),
                "",
                List.of());
        Statement statement = request.rollback().statement().orElseThrow();
        Head head = served.record()
                .change(latest -> latest.hash().equals(judged.hash())
                        ? Optional.of(new Change(
                                new Event(
                                        Event.Kind.OPENED,
                                        Granting.release(plan),
                                        served.name() + " goes back from " + grant.previousVersion() + " to "
                                                + target.version() + ", by " + statement.by(),
                                        Map.of(
                                                "request",
                                                grant.id(),
                                                "by",
                                                statement.by(),
                                                "reason",
                                                statement.reason())),
                                latest.state()
                                        .withGrant(grant)
                                        .withSpent(List.of(Granting.spent(request.rollback())), now)))
                        : Optional.empty());
        if (head.state()
                .openGrant()
                .filter(open -> open.id().equals(grant.id()))
                .isEmpty()) {
            return OpenResult.not(
                    Opening.REFUSED,
                    List.of("the record has changed in the meantime; look with `slipway status` and ask again"));
        }
        served.keep(request.rollback());
        return Granting.opened(served, grant, List.of());
    }
}
