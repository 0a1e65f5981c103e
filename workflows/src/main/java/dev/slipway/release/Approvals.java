package dev.slipway.release;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignatureCheck;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whether a signed statement counts. The same rules, in the same words, wherever they are asked: by the client before it
 * signs, by the workflow as a courtesy, and by the worker in {@code open}, who alone decides. {@code people} are those in
 * force where it is asked: the plan's, or the worker's own where its file names them.
 */
public final class Approvals {

    /** Clocks of people's machines may be this far ahead. */
    private static final Duration SKEW = Duration.ofMinutes(2);

    private Approvals() {}

    /** Why this request does not start the release of this plan; empty where it does. */
    public static List<String> problemsOfRequest(
            ReleasePlan plan, Map<String, List<String>> people, SignedStatement request, Instant now) {
        return judge(people, request, now, (statement, problems) -> {
            about(plan, statement, Kind.REQUEST, problems);
            equal("plan", statement.plan(), plan.digest(), problems);
            equal("about", statement.about(), "", problems);
        });
    }

    /** Why this approval does not count for this review; empty where it does. */
    public static List<String> problemsOfApproval(
            ReleasePlan plan,
            Map<String, List<String>> people,
            String requester,
            String review,
            SignedStatement approval,
            Instant now) {
        return judge(people, approval, now, (statement, problems) -> {
            about(plan, statement, Kind.APPROVE, problems);
            equal("plan", statement.plan(), plan.digest(), problems);
            if (!statement.about().equals(review)) {
                problems.add("the approval is about another review than the one that is asked for now; look again with"
                        + " `slipway show` and approve that");
            }
            if (!plan.approval().from().contains(statement.by())) {
                problems.add("'" + statement.by() + "' is not among the approvers "
                        + plan.approval().from());
            }
            if (plan.approval().not().contains("requester") && statement.by().equals(requester)) {
                problems.add("'" + statement.by() + "' asked for this release, so somebody else has to approve it");
            }
            Duration expires = plan.approval().expires();
            if (!expires.isZero() && now.isAfter(statement.time().plus(expires))) {
                problems.add("the approval of '" + statement.by() + "' is older than the " + words(expires)
                        + " that the plan allows");
            }
            String confirm = plan.approval().confirm();
            if (!confirm.isEmpty() && !statement.confirm().equals(confirm)) {
                problems.add("the plan asks for the word '" + confirm + "', exactly so");
            }
            if (plan.approval().reason() && statement.reason().isBlank()) {
                problems.add("the plan asks for a reason");
            }
            for (String item : plan.approval().checklist()) {
                if (!statement.ticked().contains(item)) {
                    problems.add("the item '" + item + "' of the checklist is not ticked");
                }
            }
        });
    }

    /** Why this rejection does not count; empty where it does. Any one approver may, of any review of this request. */
    public static List<String> problemsOfRejection(
            ReleasePlan plan, Map<String, List<String>> people, SignedStatement rejection, Instant now) {
        return judge(people, rejection, now, (statement, problems) -> {
            about(plan, statement, Kind.REJECT, problems);
            equal("plan", statement.plan(), plan.digest(), problems);
            if (!plan.approval().from().contains(statement.by())) {
                problems.add("'" + statement.by() + "' is not among the approvers "
                        + plan.approval().from());
            }
            if (statement.reason().isBlank()) {
                problems.add("a rejection needs a reason");
            }
        });
    }

    /** Why this word of somebody who may roll back (rollback, finish, unlock) does not count; empty where it does. */
    public static List<String> problemsOfRollbackRight(
            ReleasePlan plan,
            Map<String, List<String>> people,
            Kind kind,
            String about,
            SignedStatement signed,
            Instant now) {
        return judge(people, signed, now, (statement, problems) -> {
            if (statement.kind() != kind) {
                problems.add("the statement is a '" + statement.kind().word() + "', not a '" + kind.word() + "'");
            }
            equal("service", statement.service(), plan.service(), problems);
            equal("environment", statement.environment(), plan.environment(), problems);
            if (!statement.about().equals(about)) {
                problems.add("the statement is about another state of " + plan.service() + "/" + plan.environment()
                        + " than the present one; look with `slipway status` and sign again");
            }
            if (!plan.rollback().by().contains(statement.by())) {
                problems.add("'" + statement.by() + "' is not among those who may: "
                        + plan.rollback().by());
            }
            String confirm = plan.rollback().confirm();
            if (kind == Kind.ROLLBACK
                    && !confirm.isEmpty()
                    && !statement.confirm().equals(confirm)) {
                problems.add("the plan asks for the word '" + confirm + "', exactly so");
            }
            if (plan.rollback().reason() && statement.reason().isBlank()) {
                problems.add("the plan asks for a reason");
            }
        });
    }

    private interface Rules {
        void judge(Statement statement, List<String> problems);
    }

    private static List<String> judge(
            Map<String, List<String>> people, SignedStatement signed, Instant now, Rules rules) {
        SignatureCheck check = SignatureCheck.of(signed, people);
        if (check instanceof SignatureCheck.Refused refused) {
            return refused.problems();
        }
        Statement statement = ((SignatureCheck.Genuine) check).statement();
        List<String> problems = new ArrayList<>();
        if (statement.time().isAfter(now.plus(SKEW))) {
            problems.add("the statement is from the future (" + statement.time() + "); look at the clock");
        }
        if (!now.isBefore(statement.expires())) {
            problems.add("the statement of '" + statement.by() + "' has expired at " + statement.expires());
        }
        rules.judge(statement, problems);
        return List.copyOf(problems);
    }

    private static void about(ReleasePlan plan, Statement statement, Kind kind, List<String> problems) {
        if (statement.kind() != kind) {
            problems.add("the statement is a '" + statement.kind().word() + "', not a '" + kind.word() + "'");
        }
        equal("service", statement.service(), plan.service(), problems);
        equal("environment", statement.environment(), plan.environment(), problems);
        equal("version", statement.version(), plan.version(), problems);
    }

    private static void equal(String field, String signed, String wanted, List<String> problems) {
        if (!signed.equals(wanted)) {
            problems.add("the statement's " + field + " is '" + signed + "', not '" + wanted + "'");
        }
    }

    private static String words(Duration duration) {
        return duration.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
    }
}
