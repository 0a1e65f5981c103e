package dev.slipway.opening;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.plan.Times;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.SignedText;
import dev.slipway.release.Approvals;
import dev.slipway.restore.Comparison;
import dev.slipway.restore.RestoreActivities.ConfirmRequest;
import dev.slipway.restore.RestoreActivities.ConfirmResult;
import dev.slipway.served.Served;
import dev.slipway.trust.SignedStatement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Judges the yes of people who have seen what a restore would do, without which nothing is switched. */
final class RestoreConfirmation {

    private RestoreConfirmation() {}

    static ConfirmResult judge(Served served, ConfirmRequest request) {
        Head judged = served.record().head();
        OpenedRestore restore = OpenedRestore.of(served, judged, request.grant());
        if (restore.rejected()) {
            return new ConfirmResult(false, "", List.of("this restore was " + restore.rejectedText()), List.of());
        }
        Comparison comparison = Comparison.parse(restore.found());
        String hash = comparison.hash();
        if (restore.grant().review().equals(hash)) {
            return new ConfirmResult(true, "the restore is confirmed", List.of(), confirmedEntry(restore));
        }
        RuledRestore ruled = restore.ruled(comparison.database());
        Instant now = served.record().now();
        Optional<String> requester = restore.excluded(ruled);
        Set<String> people = new TreeSet<>();
        List<SignedStatement> counting = new ArrayList<>();
        List<String> last = List.of();
        for (SignedStatement yes : request.yes()) {
            last = problems(restore, ruled, requester, comparison, yes, now);
            last = served.record().clockTrouble(judged).map(List::of).orElse(last);
            if (last.isEmpty() && people.add(yes.statement().orElseThrow().by())) {
                counting.add(yes);
            }
        }
        if (request.yes().isEmpty() || !last.isEmpty()) {
            return new ConfirmResult(false, "", last.isEmpty() ? List.of("nobody said anything") : last, List.of());
        }
        List<String> missing = new ArrayList<>();
        if (people.size() < ruled.quorum()) {
            missing.add(people.size() + " of " + ruled.quorum() + " people who have to say yes to a restore of "
                    + served.name());
        }
        missing.addAll(restore.authority().missing(people));
        if (!missing.isEmpty()) {
            Set<String> others = new LinkedHashSet<>(ruled.may());
            others.removeAll(people);
            requester.ifPresent(others::remove);
            return new ConfirmResult(
                    false,
                    "taken; so far " + String.join("; ", missing) + ": one of " + others + " types `"
                            + restore.command() + "` as well",
                    List.of(),
                    List.of());
        }
        return append(restore, comparison, people, counting, now);
    }

    private static List<String> problems(
            OpenedRestore restore,
            RuledRestore ruled,
            Optional<String> requester,
            Comparison comparison,
            SignedStatement yes,
            Instant now) {
        List<String> problems = new ArrayList<>(Approvals.problemsOfRestore(
                ruled.plan(), restore.authority().people(ruled.plan()), ruled.may(), comparison.hash(), yes, now));
        yes.statement().ifPresent(statement -> {
            problems.addAll(Approvals.untyped(ruled.rules(), statement));
            if (requester.filter(statement.by()::equals).isPresent()) {
                problems.add("'" + statement.by() + "' asked for this restore, so somebody else has to say yes to it");
            }
            restore.aboutAnother(statement).ifPresent(problems::add);
        });
        if (restore.state().spent(yes.id())) {
            problems.add(RestoreJudge.USED);
        }
        if (!now.isBefore(comparison.until())) {
            problems.add("the comparison is of " + Times.text(comparison.time())
                    + " and too old to be said yes to; ask for the restore again");
        }
        return problems;
    }

    private static ConfirmResult append(
            OpenedRestore restore,
            Comparison comparison,
            Set<String> people,
            List<SignedStatement> counting,
            Instant now) {
        Served served = restore.served();
        Grant grant = restore.grant();
        counting.forEach(served::keep);
        List<String> ids = counting.stream().map(SignedStatement::id).toList();
        Head head = served.record().change(latest -> {
            OpenedRestore open = OpenedRestore.of(served, latest, grant.id());
            return open.grant().review().isEmpty() && !open.rejected()
                    ? Optional.of(new Change(
                            new Event(
                                    Event.Kind.CONFIRMED,
                                    served.name() + "@" + grant.version(),
                                    String.join(", ", people) + " said yes to what the restore would do to "
                                            + comparison.database(),
                                    Map.of(
                                            "request",
                                            grant.id(),
                                            "by",
                                            String.join(", ", people),
                                            "comparison",
                                            comparison.hash(),
                                            "statements",
                                            String.join(" ", ids))),
                            latest.state()
                                    .withGrant(open.grant().confirmed(comparison.hash(), ids))
                                    .withSpent(
                                            counting.stream()
                                                    .map(Granting::spent)
                                                    .toList(),
                                            now)))
                    : Optional.empty();
        });
        return new ConfirmResult(
                OpenedRestore.of(served, head, grant.id()).grant().review().equals(comparison.hash()),
                "confirmed by " + String.join(", ", people) + "; the switch begins",
                List.of(),
                confirmedEntry(restore));
    }

    private static List<SignedText> confirmedEntry(OpenedRestore restore) {
        return restore.served()
                .record()
                .find(entry -> entry.event().kind() == Event.Kind.CONFIRMED
                        && entry.event()
                                .facts()
                                .getOrDefault("request", "")
                                .equals(restore.grant().id()))
                .map(found -> List.of(found.signed()))
                .orElse(List.of());
    }
}
