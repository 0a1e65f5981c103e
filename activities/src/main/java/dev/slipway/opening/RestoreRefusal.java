package dev.slipway.opening;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.release.Approvals;
import dev.slipway.restore.RestoreActivities.ConfirmResult;
import dev.slipway.restore.RestoreActivities.RefuseRequest;
import dev.slipway.served.Served;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Judges a no to a restore that is open. */
final class RestoreRefusal {

    private RestoreRefusal() {}

    /**
     * It needs one of those who may say yes, an approver, or who asked; and counts until there is a yes in the record, as a
     * yes counts until there is a no.
     */
    static ConfirmResult judge(Served served, RefuseRequest request) {
        OpenedRestore restore = OpenedRestore.of(served, served.record().head(), request.grant());
        if (restore.rejected()) {
            return ended(restore);
        }
        Instant now = served.record().now();
        List<String> problems = problems(restore, request.no(), now);
        if (!problems.isEmpty()) {
            return new ConfirmResult(false, "", problems, List.of());
        }
        served.keep(request.no());
        Head head = served.record().change(latest -> {
            OpenedRestore open =
                    OpenedRestore.of(served, latest, restore.grant().id());
            return open.grant().review().isEmpty() && !open.rejected()
                    ? Optional.of(new Change(
                            event(restore, request.no()),
                            latest.state().withSpent(List.of(Granting.spent(request.no()), restore.no()), now)))
                    : Optional.empty();
        });
        return new OpenedRestore(served, head.state(), restore.grant()).rejected()
                ? ended(restore)
                : new ConfirmResult(
                        false,
                        "",
                        List.of("the restore was confirmed already, so it is being switched; what it does can be taken"
                                + " back afterwards: its journal says how"),
                        List.of());
    }

    private static List<String> problems(OpenedRestore restore, SignedStatement no, Instant now) {
        Served served = restore.served();
        Grant grant = restore.grant();
        ReleasePlan plan = served.plan(grant.plan()).orElseThrow();
        Set<String> may = new TreeSet<>(plan.approval().from());
        may.add(restore.asked().by());
        grant.previous()
                .keySet()
                .forEach(database -> may.addAll(restore.ruled(database).may()));
        List<String> problems = new ArrayList<>(Approvals.problemsOfWord(
                plan.service(),
                plan.environment(),
                restore.authority().people(plan),
                List.copyOf(may),
                Kind.REJECT,
                grant.id(),
                no,
                now));
        no.statement().flatMap(restore::aboutAnother).ifPresent(problems::add);
        if (restore.state().spent(no.id())) {
            problems.add(RestoreJudge.USED);
        }
        return problems;
    }

    private static Event event(OpenedRestore restore, SignedStatement no) {
        Served served = restore.served();
        Grant grant = restore.grant();
        Statement statement = no.statement().orElseThrow();
        return new Event(
                Event.Kind.REJECTED,
                served.name() + "@" + grant.version(),
                served.secrets().redact("rejected by " + statement.by() + ": " + statement.reason()),
                Map.of("request", grant.id(), "by", statement.by(), "statement", no.id()));
    }

    private static ConfirmResult ended(OpenedRestore restore) {
        return new ConfirmResult(
                true,
                restore.rejectedText(),
                List.of(),
                restore.rejection().map(Head::signed).stream().toList());
    }
}
