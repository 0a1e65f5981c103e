package dev.slipway.release;

import dev.slipway.plan.Approval;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Restore;
import dev.slipway.plan.Times;
import dev.slipway.record.Scope;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignatureCheck;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a signed statement counts. The same rules, in the same words, wherever they are asked: by the client before it
 * signs, by the workflow as a courtesy, and by the worker in {@code open}, who alone decides. {@code people} are those in
 * force where it is asked: the plan's, or those whom the worker's own file and the policy name.
 */
public final class Approvals {

    /** Clocks of people's machines may be this far ahead. */
    private static final Duration SKEW = Duration.ofMinutes(2);

    private Approvals() {}

    /**
     * The release that somebody says yes to.
     *
     * @param requester who asked for it
     * @param lane the one of the request
     * @param authors who wrote what is new in it, as far as that is known where it is asked
     * @param review hash of what is asked for now
     */
    public record Asked(String requester, Lane lane, List<String> authors, String review) {
        public Asked {
            requester = requester == null ? "" : requester;
            lane = lane == null ? Lane.NORMAL : lane;
            authors = authors == null ? List.of() : List.copyOf(authors);
            review = review == null ? "" : review;
        }
    }

    /** Why this request does not start the release of this plan; empty where it does. */
    public static List<String> problemsOfRequest(
            ReleasePlan plan, Map<String, List<String>> people, SignedStatement request, Instant now) {
        return judge(people, request, now, (statement, problems) -> {
            Scope scope = Scope.of(Optional.of(statement));
            about(plan, statement, scope.whole() ? Kind.REQUEST : Kind.RUN, problems);
            problems.addAll(scope.problems(plan));
            if (scope.whole() && !statement.allSteps()) {
                problems.add("the request is not for a whole release, but for '" + statement.steps() + "'");
            }
            if (!scope.whole() && statement.lane() == Lane.HOTFIX) {
                problems.add("a phase alone has no hotfix lane");
            }
            equal("plan", statement.plan(), plan.digest(), problems);
            equal("about", statement.about(), "", problems);
            if (statement.lane() == Lane.HOTFIX && plan.hotfix().isEmpty()) {
                problems.add(
                        "the plan knows no hotfix lane in '" + plan.environment() + "'; release it without --hotfix");
            }
        });
    }

    /** Why this approval does not count for this review; empty where it does. */
    public static List<String> problemsOfApproval(
            ReleasePlan plan, Map<String, List<String>> people, Asked asked, SignedStatement approval, Instant now) {
        Approval rules = plan.approval(asked.lane());
        return judge(people, approval, now, (statement, problems) -> {
            about(plan, statement, Kind.APPROVE, problems);
            equal("plan", statement.plan(), plan.digest(), problems);
            equal("lane", statement.lane().word(), asked.lane().word(), problems);
            if (!statement.about().equals(asked.review())) {
                problems.add("the approval is about another review than the one that is asked for now; look again with"
                        + " `slipway show` and approve that");
            }
            mayApprove(rules, asked, statement.by(), problems);
            if (!rules.expires().isZero() && now.isAfter(statement.time().plus(rules.expires()))) {
                problems.add("the approval of '" + statement.by() + "' is older than the " + words(rules.expires())
                        + " that the plan allows");
            }
            typed(rules, statement.confirm(), statement.reason(), statement.ticked(), problems);
        });
    }

    /**
     * Why a yes that nobody signed does not count; empty where it does, as far as the plan goes: the worker's floor and
     * the policy have to allow it, too.
     */
    public static List<String> problemsOfClaim(ReleasePlan plan, Asked asked, Claim claim, Instant now) {
        Approval rules = plan.approval(asked.lane());
        List<String> problems = new ArrayList<>();
        if (!rules.unsigned()) {
            problems.add("an approval has to be signed: `slipway approve` does it (the plan does not say"
                    + " `unsigned: allowed`)");
        }
        if (!claim.review().equals(asked.review())) {
            problems.add("the approval is about another review than the one that is asked for now");
        }
        mayApprove(rules, asked, claim.by(), problems);
        if (!rules.expires().isZero() && now.isAfter(claim.time().plus(rules.expires()))) {
            problems.add("the approval of '" + claim.by() + "' is older than the " + words(rules.expires())
                    + " that the plan allows");
        }
        typed(rules, claim.confirm(), claim.reason(), claim.ticked(), problems);
        return List.copyOf(problems);
    }

    private static void mayApprove(Approval rules, Asked asked, String by, List<String> problems) {
        if (!rules.from().contains(by)) {
            problems.add("'" + by + "' is not among the approvers " + rules.from());
        }
        if (rules.excludesRequester() && by.equals(asked.requester())) {
            problems.add("'" + by + "' asked for this release, so somebody else has to approve it");
        }
        if (rules.excludesAuthors() && asked.authors().contains(by)) {
            problems.add("'" + by + "' wrote some of what is new in this release, so somebody else has to approve it");
        }
    }

    private static void typed(
            Approval rules, String confirm, String reason, List<String> ticked, List<String> problems) {
        if (!rules.confirm().isEmpty() && !confirm.equals(rules.confirm())) {
            problems.add("the plan asks for the word '" + rules.confirm() + "', exactly so");
        }
        if (rules.reason() && reason.isBlank()) {
            problems.add("the plan asks for a reason");
        }
        for (String item : rules.checklist()) {
            if (!ticked.contains(item)) {
                problems.add("the item '" + item + "' of the checklist is not ticked");
            }
        }
    }

    /** Why this rejection does not count; empty where it does. Any one approver may, of any review of this request. */
    public static List<String> problemsOfRejection(
            ReleasePlan plan, Map<String, List<String>> people, Lane lane, SignedStatement rejection, Instant now) {
        return judge(people, rejection, now, (statement, problems) -> {
            about(plan, statement, Kind.REJECT, problems);
            equal("plan", statement.plan(), plan.digest(), problems);
            approver(plan, lane, statement, problems);
            if (statement.reason().isBlank()) {
                problems.add("a rejection needs a reason");
            }
        });
    }

    /**
     * Why this revocation of an approval does not count; empty where it does. Who gave it may, and any other approver.
     *
     * @param approval id of what is taken back
     */
    public static List<String> problemsOfRevocation(
            ReleasePlan plan,
            Map<String, List<String>> people,
            Lane lane,
            String approval,
            SignedStatement revocation,
            Instant now) {
        return judge(people, revocation, now, (statement, problems) -> {
            about(plan, statement, Kind.REVOKE, problems);
            equal("plan", statement.plan(), plan.digest(), problems);
            equal("about", statement.about(), approval, problems);
            approver(plan, lane, statement, problems);
        });
    }

    private static void approver(ReleasePlan plan, Lane lane, Statement statement, List<String> problems) {
        List<String> from = plan.approval(lane).from();
        if (!from.contains(statement.by())) {
            problems.add("'" + statement.by() + "' is not among the approvers " + from);
        }
    }

    /**
     * Why this word about a step that failed (retry, give up) does not count; empty where it does.
     *
     * @param base the record's base since the release was opened
     * @param step the step that failed
     * @param attempt how often it began
     */
    public static List<String> problemsOfAnswer(
            ReleasePlan plan,
            Map<String, List<String>> people,
            Kind kind,
            String base,
            int step,
            int attempt,
            SignedStatement signed,
            Instant now) {
        List<String> problems = new ArrayList<>(problemsOfRollbackRight(plan, people, kind, base, signed, now));
        signed.statement()
                .filter(statement -> !statement.what().equals(answerTo(step, attempt)))
                .ifPresent(other -> problems.add("the statement is about another failure than the one that is asked"
                        + " about now; look with `slipway show` and answer that"));
        return List.copyOf(problems);
    }

    /** What such a word is about, as the statement has it. */
    public static String answerTo(int step, int attempt) {
        return Statement.what(Map.of("attempt", attempt, "step", step));
    }

    /** Until when a watch is to last, as a word to extend it has it; empty where it says no time. */
    public static Optional<Instant> extendedUntil(SignedStatement signed) {
        String text = signed.statement()
                .map(statement -> statement.details().path("until").asText())
                .orElse("");
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException noTime) {
            return Optional.empty();
        }
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
            ofTheEnvironment(plan.service(), plan.environment(), kind, about, statement, problems);
            if (!plan.rollback().by().contains(statement.by())) {
                problems.add("'" + statement.by() + "' is not among those who may: "
                        + (plan.rollback().by().isEmpty()
                                ? "the plan names nobody; name people in `rollback: {by: …}` or in `approval: {from: …}`"
                                : plan.rollback().by()));
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

    /**
     * Why this word about a restore does not count; empty where it does.
     *
     * @param may who may say it
     * @param about the record's base for one that asks, the comparison's hash for one that says yes
     */
    public static List<String> problemsOfRestore(
            ReleasePlan plan,
            Map<String, List<String>> people,
            Collection<String> may,
            String about,
            SignedStatement signed,
            Instant now) {
        return judge(people, signed, now, (statement, problems) -> {
            ofTheEnvironment(plan.service(), plan.environment(), Kind.RESTORE, about, statement, problems);
            if (!may.contains(statement.by())) {
                problems.add("'" + statement.by() + "' is not among those who may restore: " + may);
            }
        });
    }

    /** What this yes to a restore lacks that the plan asks for. */
    public static List<String> untyped(Restore rules, Statement statement) {
        List<String> problems = new ArrayList<>();
        if (!rules.confirm().isEmpty() && !statement.confirm().equals(rules.confirm())) {
            problems.add("the plan asks for the word '" + rules.confirm() + "', exactly so");
        }
        if (rules.reason() && statement.reason().isBlank()) {
            problems.add("the plan asks for a reason");
        }
        return problems;
    }

    /**
     * Why this word about an environment (freeze, suspend, policy, …) does not count; empty where it does.
     *
     * @param may who may say it
     */
    public static List<String> problemsOfWord(
            String service,
            String environment,
            Map<String, List<String>> people,
            List<String> may,
            Kind kind,
            String about,
            SignedStatement signed,
            Instant now) {
        return judge(people, signed, now, (statement, problems) -> {
            ofTheEnvironment(service, environment, kind, about, statement, problems);
            if (!may.contains(statement.by())) {
                problems.add("'" + statement.by() + "' is not among those who may say `" + kind.word() + "` here: "
                        + (may.isEmpty()
                                ? "nobody may; name `people` in the worker's file, or give it a recovery key"
                                : may));
            }
            if (statement.reason().isBlank()) {
                problems.add("it needs a reason");
            }
        });
    }

    private static void ofTheEnvironment(
            String service, String environment, Kind kind, String about, Statement statement, List<String> problems) {
        if (statement.kind() != kind) {
            problems.add("the statement is a '" + statement.kind().word() + "', not a '" + kind.word() + "'");
        }
        equal("service", statement.service(), service, problems);
        equal("environment", statement.environment(), environment, problems);
        if (!statement.about().equals(about)) {
            problems.add("the statement is about another state of " + service + "/" + environment
                    + " than the present one; look with `slipway status` and sign again");
        }
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
            problems.add("the statement is from the future (" + Times.text(statement.time()) + "); look at the clock");
        }
        if (!now.isBefore(statement.expires())) {
            problems.add("the statement of '" + statement.by() + "' has expired at " + Times.text(statement.expires()));
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
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
