package dev.slipway.opening;

import dev.slipway.database.backup.BackupChoice;
import dev.slipway.database.restore.RestoreStep;
import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Restore;
import dev.slipway.plan.Times;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import dev.slipway.release.Approvals;
import dev.slipway.release.ReleaseActivities.GrantRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.release.ReleaseName;
import dev.slipway.restore.Comparison;
import dev.slipway.restore.RestoreActivities.Compared;
import dev.slipway.restore.RestoreActivities.ConfirmRequest;
import dev.slipway.restore.RestoreActivities.ConfirmResult;
import dev.slipway.restore.RestoreActivities.OpenRestoreRequest;
import dev.slipway.restore.RestoreActivities.RefuseRequest;
import dev.slipway.restore.Wish;
import dev.slipway.served.Served;
import dev.slipway.steps.Timeouts;
import dev.slipway.trust.Kind;
import dev.slipway.trust.MalformedStatement;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Judges a restore: first the wish, which opens a grant that may only put a backup beside what is there; then the yes of
 * people who have seen what would be lost, without which nothing is switched.
 */
public final class RestoreJudge {

    /** After its time a grant begins nothing, so that no yes to it could do anything. */
    private static final Duration AFTER_ITS_TIME = Duration.ofDays(1);

    private static final String USED = "this statement was used up already";

    /** The plan that says how a database is restored, and who may. */
    public record Ruled(ReleasePlan plan, String database) {

        public Restore rules() {
            return plan.databases().get(database).restoring();
        }

        /** Who may say yes. */
        public List<String> may() {
            return rules().by().isEmpty() ? plan.approval().from() : rules().by();
        }

        /** How many of them. */
        int quorum() {
            return rules().by().isEmpty() ? Math.max(1, plan.approval().quorum()) : 1;
        }
    }

    /**
     * By what is open, was locked or is live; where nothing of it is, by the release whose backup is wanted. It has to have
     * been opened: a plan that was only asked for says nothing about anybody's rights.
     */
    public static Ruled ruled(Served served, State state, Wish wish) {
        Optional<ReleasePlan> wanted = state.released(wish.of()).flatMap(ended -> served.plan(ended.plan()));
        ReleasePlan plan = Authority.of(served, state)
                .plan()
                // a database that came with the version that failed is in that version's plan only
                .filter(live -> wish.database().isEmpty()
                        || live.databases().containsKey(wish.database())
                        || wanted.filter(of -> of.databases().containsKey(wish.database()))
                                .isEmpty())
                .or(() -> wanted)
                .orElseThrow(() -> new Refused(List.of("nothing that slipway released is live in " + served.name()
                        + ", so there is no plan that says who may restore; name the version with --of")));
        List<String> names = List.copyOf(plan.databases().keySet());
        if (wish.database().isEmpty() && names.size() == 1) {
            return new Ruled(plan, names.get(0));
        }
        if (!names.contains(wish.database())) {
            throw new Refused(List.of(
                    wish.database().isEmpty()
                            ? "the plan has the databases " + names + "; name one with --database"
                            : "the plan has no database '" + wish.database() + "'; it has " + names));
        }
        return new Ruled(plan, wish.database());
    }

    public OpenResult open(Served served, OpenRestoreRequest request) {
        Head head = served.record().head();
        SignedStatement signed = request.restore();
        Optional<Grant> mine =
                head.state().openGrant().filter(grant -> grant.id().equals(signed.id()));
        if (mine.isPresent()) {
            return Granting.opened(served, mine.get(), List.of());
        }
        Optional<Statement> statement = signed.statement();
        if (statement.isEmpty()) {
            return OpenResult.not(Opening.REFUSED, List.of("this is no statement"));
        }
        Wish wish = Wish.of(statement.get());
        Ruled ruled = ruled(served, head.state(), wish);
        Authority authority = Authority.of(served, head.state());
        Instant now = served.record().now();
        List<String> problems = new ArrayList<>(Approvals.problemsOfRestore(
                ruled.plan(),
                authority.people(ruled.plan()),
                ruled.may(),
                head.state().base(),
                signed,
                now));
        served.record().clockTrouble(head).ifPresent(problems::add);
        if (head.state().spent(signed.id())) {
            problems.add(USED);
        }
        head.state().openGrant().ifPresent(grant -> problems.add(Granting.isOpen(served, head.state(), grant)));
        if (wish.drill()) {
            problems.add("a drill opens nothing");
        }
        if (!wish.tables().isEmpty() && !ruled.rules().way().equals(Restore.COPY)) {
            problems.add("tables can be chosen only where the plan says `restore: {switch: copy}`, and it says '"
                    + ruled.rules().way() + "'");
        }
        if (!ruled.rules().command().isEmpty()) {
            problems.addAll(authority.problemsOfCommands(ruled.plan()));
        }
        Optional<State.KeptBackup> backup = BackupChoice.of(head.state(), ruled.database(), wish);
        if (backup.isEmpty()) {
            problems.add(unknown(head.state(), ruled.database(), wish));
        }
        if (!problems.isEmpty()) {
            return OpenResult.not(Opening.REFUSED, problems);
        }
        List<String> acting = Granting.stillActing(head.state(), now);
        if (!acting.isEmpty()) {
            return OpenResult.later(acting, Granting.over(head.state(), now));
        }
        return append(served, request, ruled, backup.orElseThrow(), head);
    }

    private static String unknown(State state, String database, Wish wish) {
        List<String> names = BackupChoice.names(state, database);
        String there = names.isEmpty()
                ? "the record knows none of " + database
                : "there are " + String.join(", ", names.subList(0, Math.min(10, names.size())));
        if (!wish.backup().isEmpty()) {
            return "the record knows no backup '" + wish.backup() + "'; " + there;
        }
        return wish.of().isEmpty()
                ? "no version that succeeded has a backup of " + database + "; name one with --backup or --of: " + there
                : "no backup of " + database + " was taken before '" + wish.of() + "'; " + there;
    }

    private static OpenResult append(
            Served served, OpenRestoreRequest request, Ruled ruled, State.KeptBackup backup, Head judged) {
        Instant now = served.record().now();
        String id = request.restore().id();
        List<Step> steps = Granting.stepsOfRestore(ruled.plan(), ruled.database());
        Grant grant = new Grant(
                id,
                Grant.RESTORE,
                ReleaseName.restore(id),
                ruled.plan().digest(),
                "",
                request.workflow(),
                now,
                now.plus(Granting.total(ruled.plan(), steps)).plus(RestoreStep.TO_CONFIRM),
                steps,
                backup.version(),
                Map.of(ruled.database(), backup.dump()),
                request.run(),
                "",
                List.of());
        Statement statement = request.restore().statement().orElseThrow();
        served.keep(request.restore());
        Head head = served.record()
                .change(latest -> latest.hash().equals(judged.hash())
                        ? Optional.of(new Change(
                                new Event(
                                        Event.Kind.OPENED,
                                        served.name() + "@" + grant.version(),
                                        served.name() + " may have the backup of " + ruled.database() + " of "
                                                + Times.text(backup.time()) + " ("
                                                + State.KeptBackup.when(backup.version()) + ") beside it, by "
                                                + statement.by(),
                                        Map.of(
                                                "request",
                                                grant.id(),
                                                "by",
                                                statement.by(),
                                                "reason",
                                                served.secrets().redact(statement.reason()),
                                                "dump",
                                                backup.dump())),
                                latest.state()
                                        .withGrant(grant)
                                        .withSpent(List.of(Granting.spent(request.restore())), now)))
                        : Optional.empty());
        if (head.state()
                .openGrant()
                .filter(open -> open.id().equals(grant.id()))
                .isEmpty()) {
            return OpenResult.not(
                    Opening.REFUSED,
                    List.of("the record has changed in the meantime; look with `slipway status` and ask again"));
        }
        return Granting.opened(served, grant, List.of());
    }

    /** What was found by the restore of this grant, signed. */
    public Compared compared(Served served, GrantRequest request) {
        Head head = served.record().head();
        Grant grant = granted(head, request.grant());
        String text = comparison(served, grant);
        Comparison comparison = Comparison.parse(text);
        Ruled ruled = new Ruled(served.plan(grant.plan()).orElseThrow(), comparison.database());
        Optional<String> requester = excluded(served, ruled, Authority.of(served, head.state()), grant);
        return new Compared(
                served.record().sign(text),
                ruled.may().stream()
                        .filter(person -> requester.filter(person::equals).isEmpty())
                        .toList(),
                command(served, grant),
                comparison.until());
    }

    private static Grant granted(Head head, String id) {
        return head.state()
                .openGrant()
                .filter(grant -> grant.id().equals(id) && grant.kind().equals(Grant.RESTORE))
                .orElseThrow(() -> new Refused(List.of("no such restore is open")));
    }

    private static String comparison(Served served, Grant grant) {
        return grant.steps().stream()
                .filter(step -> step.kind() == StepKind.RESTORE && step.state() == Step.StepState.DONE)
                .findFirst()
                .map(step -> step.facts().getOrDefault(RestoreStep.COMPARISON, ""))
                .flatMap(served.record()::kept)
                .orElseThrow(() -> new Refused(List.of("nothing was restored and compared yet")));
    }

    /**
     * Judges a no. It needs one of those who may say yes, an approver, or who asked; and counts until there is a yes in the
     * record, as a yes counts until there is a no.
     */
    public ConfirmResult refuse(Served served, RefuseRequest request) {
        Head judged = served.record().head();
        Grant grant = granted(judged, request.grant());
        if (rejected(judged.state(), grant)) {
            return ended(served, grant);
        }
        Instant now = served.record().now();
        List<String> problems = problemsOfNo(served, grant, request.no(), now);
        if (!problems.isEmpty()) {
            return new ConfirmResult(false, "", problems, List.of());
        }
        served.keep(request.no());
        Head head = served.record().change(latest -> {
            Grant open = granted(latest, grant.id());
            return open.review().isEmpty() && !rejected(latest.state(), open)
                    ? Optional.of(new Change(
                            no(served, grant, request.no()),
                            latest.state().withSpent(List.of(Granting.spent(request.no()), noTo(grant)), now)))
                    : Optional.empty();
        });
        return rejected(head.state(), grant)
                ? ended(served, grant)
                : new ConfirmResult(
                        false,
                        "",
                        List.of("the restore was confirmed already, so it is being switched; what it does can be taken"
                                + " back afterwards: its journal says how"),
                        List.of());
    }

    private static List<String> problemsOfNo(Served served, Grant grant, SignedStatement no, Instant now) {
        ReleasePlan plan = served.plan(grant.plan()).orElseThrow();
        Set<String> may = new TreeSet<>(plan.approval().from());
        may.add(asked(served, grant).by());
        grant.previous().keySet().forEach(database -> may.addAll(new Ruled(plan, database).may()));
        List<String> problems = new ArrayList<>(Approvals.problemsOfWord(
                plan.service(),
                plan.environment(),
                Authority.of(served, served.record().head().state()).people(plan),
                List.copyOf(may),
                Kind.REJECT,
                grant.id(),
                no,
                now));
        no.statement()
                .filter(statement -> !statement.version().equals(grant.version()))
                .ifPresent(another -> problems.add(aboutAnother(another, grant)));
        if (served.record().head().state().spent(no.id())) {
            problems.add(USED);
        }
        return problems;
    }

    private static Event no(Served served, Grant grant, SignedStatement no) {
        Statement statement = no.statement().orElseThrow();
        return new Event(
                Event.Kind.REJECTED,
                served.name() + "@" + grant.version(),
                served.secrets().redact("rejected by " + statement.by() + ": " + statement.reason()),
                Map.of("request", grant.id(), "by", statement.by(), "statement", no.id()));
    }

    /** That no yes counts any more, in the state: however many entries follow on the one that said no. */
    private static State.Spent noTo(Grant grant) {
        return new State.Spent("no to " + grant.id(), grant.until().plus(AFTER_ITS_TIME));
    }

    private static boolean rejected(State state, Grant grant) {
        return state.spent(noTo(grant).id());
    }

    private static ConfirmResult ended(Served served, Grant grant) {
        Optional<Head> no = rejection(served, grant.id());
        return new ConfirmResult(
                true, rejectedText(no), List.of(), no.map(Head::signed).stream().toList());
    }

    private static String rejectedText(Optional<Head> no) {
        return no.map(head -> head.entry().event().text())
                .orElse("rejected; `slipway history` of the environment shows by whom");
    }

    private static String aboutAnother(Statement statement, Grant grant) {
        return "the statement is about '" + statement.version() + "', not '" + grant.version() + "'";
    }

    private static Optional<Head> rejection(Served served, String request) {
        return served.record()
                .find(entry -> entry.event().kind() == Event.Kind.REJECTED
                        && entry.event().facts().getOrDefault("request", "").equals(request));
    }

    public ConfirmResult confirm(Served served, ConfirmRequest request) {
        Head judged = served.record().head();
        Grant grant = granted(judged, request.grant());
        if (rejected(judged.state(), grant)) {
            return new ConfirmResult(
                    false, "", List.of("this restore was " + rejectedText(rejection(served, grant.id()))), List.of());
        }
        Comparison comparison = Comparison.parse(comparison(served, grant));
        String hash = comparison.hash();
        if (grant.review().equals(hash)) {
            return new ConfirmResult(true, "the restore is confirmed", List.of(), confirmedEntry(served, grant));
        }
        Ruled ruled = new Ruled(served.plan(grant.plan()).orElseThrow(), comparison.database());
        Authority authority = Authority.of(served, judged.state());
        Instant now = served.record().now();
        Optional<String> requester = excluded(served, ruled, authority, grant);
        Set<String> people = new TreeSet<>();
        List<SignedStatement> counting = new ArrayList<>();
        List<String> last = List.of();
        for (SignedStatement yes : request.yes()) {
            last = problems(ruled, authority, judged.state(), grant, requester, comparison, yes, now);
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
        missing.addAll(authority.missing(people));
        if (!missing.isEmpty()) {
            Set<String> others = new LinkedHashSet<>(ruled.may());
            others.removeAll(people);
            requester.ifPresent(others::remove);
            return new ConfirmResult(
                    false,
                    "taken; so far " + String.join("; ", missing) + ": one of " + others + " types `"
                            + command(served, grant) + "` as well",
                    List.of(),
                    List.of());
        }
        return append(served, grant, comparison, people, counting, now);
    }

    /** Who asked, where their own yes does not count; those whom `by` names may each say it, also who asked. */
    private static Optional<String> excluded(Served served, Ruled ruled, Authority authority, Grant grant) {
        boolean excludes = ruled.plan().approval().excludesRequester() || authority.excludesRequester();
        if (!ruled.rules().by().isEmpty() || !excludes) {
            return Optional.empty();
        }
        return Optional.of(asked(served, grant).by());
    }

    /** What the next one types to see the same comparison. */
    private static String command(Served served, Grant grant) {
        return "slipway restore " + served.name()
                + Wish.of(asked(served, grant)).options();
    }

    private static Statement asked(Served served, Grant grant) {
        String text = served.record()
                .kept(grant.id())
                .orElseThrow(() -> new Refused(List.of("the statement that asked for the restore is not kept beside the"
                        + " record, so nobody knows who asked; bring the store back")));
        try {
            return Statement.parse(text);
        } catch (MalformedStatement e) {
            throw new Refused(List.of("the statement that asked for the restore is none: " + e.getMessage()));
        }
    }

    private static List<String> problems(
            Ruled ruled,
            Authority authority,
            State state,
            Grant grant,
            Optional<String> requester,
            Comparison comparison,
            SignedStatement yes,
            Instant now) {
        List<String> problems = new ArrayList<>(Approvals.problemsOfRestore(
                ruled.plan(), authority.people(ruled.plan()), ruled.may(), comparison.hash(), yes, now));
        yes.statement().ifPresent(statement -> {
            problems.addAll(Approvals.untyped(ruled.rules(), statement));
            if (requester.filter(statement.by()::equals).isPresent()) {
                problems.add("'" + statement.by() + "' asked for this restore, so somebody else has to say yes to it");
            }
            if (!statement.version().equals(grant.version())) {
                problems.add(aboutAnother(statement, grant));
            }
        });
        if (state.spent(yes.id())) {
            problems.add("this statement was used up already");
        }
        if (!now.isBefore(comparison.until())) {
            problems.add("the comparison is of " + Times.text(comparison.time())
                    + " and too old to be said yes to; ask for the restore again");
        }
        return problems;
    }

    private static ConfirmResult append(
            Served served,
            Grant grant,
            Comparison comparison,
            Set<String> people,
            List<SignedStatement> counting,
            Instant now) {
        counting.forEach(served::keep);
        List<String> ids = counting.stream().map(SignedStatement::id).toList();
        Head head = served.record().change(latest -> {
            Grant open = granted(latest, grant.id());
            return open.review().isEmpty() && !rejected(latest.state(), open)
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
                                    .withGrant(open.confirmed(comparison.hash(), ids))
                                    .withSpent(
                                            counting.stream()
                                                    .map(Granting::spent)
                                                    .toList(),
                                            now)))
                    : Optional.empty();
        });
        return new ConfirmResult(
                granted(head, grant.id()).review().equals(comparison.hash()),
                "confirmed by " + String.join(", ", people) + "; the switch begins",
                List.of(),
                confirmedEntry(served, grant));
    }

    private static List<SignedText> confirmedEntry(Served served, Grant grant) {
        return served.record()
                .find(entry -> entry.event().kind() == Event.Kind.CONFIRMED
                        && entry.event().facts().getOrDefault("request", "").equals(grant.id()))
                .map(found -> List.of(found.signed()))
                .orElse(List.of());
    }

    /** How long a drill may take. */
    public static Duration limitOfDrill(ReleasePlan plan) {
        return Timeouts.ofRestore(plan);
    }
}
