package dev.slipway.opening;

import dev.slipway.database.backup.BackupChoice;
import dev.slipway.database.restore.RestoreStep;
import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.plan.Restore;
import dev.slipway.plan.Times;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.record.Step;
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
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges a restore: first the wish, which opens a grant that may only put a backup beside what is there; then the yes of
 * people who have seen what would be lost, without which nothing is switched.
 */
public final class RestoreJudge {

    /** Of a statement that is spent. */
    static final String USED = "this statement was used up already";

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
        RuledRestore ruled = RuledRestore.of(served, head.state(), wish);
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
            Served served, OpenRestoreRequest request, RuledRestore ruled, State.KeptBackup backup, Head judged) {
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
        OpenedRestore restore = OpenedRestore.of(served, served.record().head(), request.grant());
        String text = restore.found();
        Comparison comparison = Comparison.parse(text);
        RuledRestore ruled = restore.ruled(comparison.database());
        Optional<String> requester = restore.excluded(ruled);
        return new Compared(
                served.record().sign(text),
                ruled.may().stream()
                        .filter(person -> requester.filter(person::equals).isEmpty())
                        .toList(),
                restore.command(),
                comparison.until());
    }

    public ConfirmResult confirm(Served served, ConfirmRequest request) {
        return RestoreConfirmation.judge(served, request);
    }

    public ConfirmResult refuse(Served served, RefuseRequest request) {
        return RestoreRefusal.judge(served, request);
    }
}
