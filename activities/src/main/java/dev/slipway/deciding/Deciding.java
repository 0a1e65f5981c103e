package dev.slipway.deciding;

import dev.slipway.deploy.Deployers;
import dev.slipway.environment.EnvironmentActivities.DecideRequest;
import dev.slipway.environment.EnvironmentActivities.DecideResult;
import dev.slipway.environment.Mirror;
import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.opening.Authority;
import dev.slipway.process.Pulse;
import dev.slipway.record.Event;
import dev.slipway.record.State;
import dev.slipway.release.Approvals;
import dev.slipway.served.Served;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Judges words about an environment against its record, and puts what they say into it: each once, by people in force now,
 * about the present state and no other.
 */
public final class Deciding {

    /** Who the recovery key speaks as; a person of a plan or policy who is called so has no say about an environment. */
    public static final String RECOVERY = "recovery";

    private final Map<Kind, Ruling> rulings = new LinkedHashMap<>();
    private final Adopting adopting = new Adopting();

    /** @param deployers know how to ask a target what it serves */
    public Deciding(Deployers deployers) {
        for (Ruling ruling : List.of(
                new Unlocking(),
                new Freezing(),
                new Unfreezing(),
                new Suspending(),
                new ChangingPolicy(),
                new Reconciling(new AskingTargets(deployers)))) {
            rulings.put(ruling.kind(), ruling);
        }
    }

    public DecideResult decide(Served served, DecideRequest request, Pulse pulse) {
        Optional<Statement> last = request.signed().isEmpty()
                ? Optional.empty()
                : request.signed().get(request.signed().size() - 1).statement();
        if (last.isEmpty()) {
            return DecideResult.refused("this is no signed statement", List.of());
        }
        if (last.get().kind() == Kind.ADOPT) {
            return adopting.adopt(served, request.signed());
        }
        Ruling ruling = rulings.get(last.get().kind());
        if (ruling == null) {
            return DecideResult.refused(
                    "a statement of kind '" + last.get().kind().word() + "' is not about an environment", List.of());
        }
        return decide(served, ruling, request.signed(), last.get(), pulse);
    }

    private static DecideResult decide(
            Served served, Ruling ruling, List<SignedStatement> signed, Statement statement, Pulse pulse) {
        Optional<Head> before = takenBefore(served, signed.get(signed.size() - 1));
        if (before.isPresent() && ruling.stillSo(served.record().head().state(), statement)) {
            return done(served, before.get(), signed);
        }
        Head seen = served.record().head();
        Optional<String> clock = clockTrouble(served, ruling, seen);
        if (clock.isPresent()) {
            return DecideResult.refused(clock.get(), List.of(seen.mirror()));
        }
        if (Judged.of(served, ruling, seen.state(), signed).counts()) {
            List<String> contradictions = ruling.contradictions(served, statement, pulse);
            if (!contradictions.isEmpty()) {
                return DecideResult.refused(String.join("; ", contradictions), List.of(seen.mirror()));
            }
        }
        Judged[] judged = {null};
        Head[] appended = {null};
        Head head = served.record().change(now -> {
            judged[0] = Judged.of(served, ruling, now.state(), signed);
            appended[0] = null;
            if (!judged[0].counts()) {
                return Optional.empty();
            }
            Change change = ruling.change(served, now, statement, judged[0].by());
            appended[0] = now;
            return Optional.of(
                    new Change(judged[0].event(change.event(), signed), judged[0].spent(served, change.state())));
        });
        if (appended[0] == null) {
            return judged[0].answer(List.of(head.mirror()));
        }
        judged[0].counting().forEach(served::keep);
        return done(served, head, judged[0].counting());
    }

    /** A brake has to hold at once, whatever the time is. */
    private static Optional<String> clockTrouble(Served served, Ruling ruling, Head seen) {
        return ruling.kind() == Kind.FREEZE || ruling.kind() == Kind.SUSPEND
                ? Optional.empty()
                : served.record().clockTrouble(seen);
    }

    /** The answer was lost, and it is asked for again. */
    static Optional<Head> takenBefore(Served served, SignedStatement signed) {
        if (!served.record().head().state().spent(signed.id())) {
            return Optional.empty();
        }
        return served.record()
                .find(entry ->
                        entry.event().facts().getOrDefault("statements", "").contains(signed.id()));
    }

    static DecideResult done(Served served, Head entry, List<SignedStatement> counting) {
        return new DecideResult(
                true,
                0,
                served.name() + ": " + entry.entry().event().text(),
                counting,
                List.of(entry.signed()),
                List.of(served.record().head().mirror()));
    }

    /** What came of judging some words together against one state of the record. */
    record Judged(List<String> problems, List<SignedStatement> counting, List<String> people, int wanted, Instant now) {

        static Judged of(Served served, Rule ruling, State state, List<SignedStatement> signed) {
            Authority authority = Authority.of(served, state);
            Instant now = served.record().now();
            Statement last = signed.get(signed.size() - 1).statement().orElseThrow();
            List<SignedStatement> counting = new ArrayList<>();
            List<String> people = new ArrayList<>();
            List<String> problems = new ArrayList<>();
            boolean recovery = false;
            for (SignedStatement each : signed) {
                List<String> of = problems(served, ruling, authority, state, each, last, now);
                String by = each.statement().map(Statement::by).orElse("");
                if (of.isEmpty() && !people.contains(by)) {
                    people.add(by);
                    counting.add(each);
                    recovery |= by.equals(RECOVERY) && recovers(served, ruling);
                } else if (each == signed.get(signed.size() - 1)) {
                    problems.addAll(of);
                }
            }
            problems.addAll(ruling.problems(served, authority, state, last));
            return new Judged(problems, counting, people, recovery ? 1 : ruling.wanted(authority), now);
        }

        private static boolean recovers(Served served, Rule ruling) {
            return ruling.recovers() && !served.settings().floor().recoveryKey().isEmpty();
        }

        private static List<String> problems(
                Served served,
                Rule ruling,
                Authority authority,
                State state,
                SignedStatement signed,
                Statement last,
                Instant now) {
            Map<String, List<String>> people = new LinkedHashMap<>(authority.people());
            List<String> may = new ArrayList<>(ruling.may(authority));
            // nobody of a plan or policy speaks under the name of the recovery key
            people.remove(RECOVERY);
            may.remove(RECOVERY);
            if (recovers(served, ruling)) {
                people.put(RECOVERY, List.of(served.settings().floor().recoveryKey()));
                may.add(RECOVERY);
            }
            List<String> problems = new ArrayList<>(Approvals.problemsOfWord(
                    served.settings().service(),
                    served.settings().environment(),
                    people,
                    may,
                    ruling.kind(),
                    ruling.about(state, last),
                    signed,
                    now));
            if (state.spent(signed.id())) {
                problems.add("this statement was used up already");
            }
            signed.statement()
                    .filter(statement -> !statement.what().equals(last.what())
                            || !statement.version().equals(last.version()))
                    .ifPresent(other -> problems.add("it says something else than the others"));
            return problems;
        }

        boolean counts() {
            return problems.isEmpty() && people.size() >= wanted;
        }

        String by() {
            return people.stream().collect(Collectors.joining(" and "));
        }

        Event event(Event event, List<SignedStatement> signed) {
            Map<String, String> facts = new LinkedHashMap<>(event.facts());
            facts.put("by", String.join(", ", people));
            facts.put("statements", counting.stream().map(SignedStatement::id).collect(Collectors.joining(" ")));
            signed.get(signed.size() - 1)
                    .statement()
                    .map(Statement::reason)
                    .ifPresent(reason -> facts.put("reason", reason));
            return new Event(event.kind(), event.release(), event.text(), facts);
        }

        State spent(Served served, State state) {
            return state.withSpent(
                    counting.stream()
                            .map(each -> new State.Spent(
                                    each.id(),
                                    each.statement().orElseThrow().expires().plus(Duration.ofMinutes(5))))
                            .toList(),
                    served.record().now());
        }

        DecideResult answer(List<Mirror> mirror) {
            if (!problems.isEmpty()) {
                return DecideResult.refused(String.join("; ", problems), mirror);
            }
            int more = wanted - people.size();
            return new DecideResult(
                    false,
                    more,
                    "taken from " + by() + "; " + more + " more " + (more == 1 ? "has" : "have") + " to say the same",
                    counting,
                    List.of(),
                    mirror);
        }
    }
}
