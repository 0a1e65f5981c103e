package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.plan.Approval;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule that a signed statement is held against, and its sentence. */
class ApprovalsTest {

    private static final Instant NOW = Instant.parse("2026-10-05T12:00:00Z");
    private static final Person ANA = new Person("ana", 2);
    private static final Person BEN = new Person("ben", 1);
    private static final Person STRANGER = new Person("stranger", 1);
    private static final String REVIEW = "b".repeat(64);
    private static final String OTHER = "c".repeat(64);
    private static final ReleasePlan PLAN = new PlanDraft(ANA, BEN)
            .approval(new Approval(
                    List.of("ana"),
                    1,
                    List.of("requester"),
                    Duration.ofHours(24),
                    "CONFIRM",
                    true,
                    List.of("tested by hand", "support told"),
                    Duration.ofHours(6),
                    false))
            .mayRollBack("ana")
            .plan();

    private static Draft draft(Kind kind) {
        return new Draft(kind, PLAN, NOW);
    }

    private static List<String> approval(SignedStatement signed, String requester) {
        return Approvals.problemsOfApproval(
                PLAN, PLAN.people(), new Approvals.Asked(requester, Lane.NORMAL, List.of(), REVIEW), signed, NOW);
    }

    private static Arguments refused(String sentence, UnaryOperator<Draft> change) {
        return Arguments.of(sentence, change);
    }

    @Test
    void takesAnApprovalThatIsRight() {
        assertThat(approval(draft(Kind.APPROVE).about(REVIEW).by(ANA), "ben")).isEmpty();
        assertThat(approval(draft(Kind.APPROVE).about(REVIEW).by(ANA, 1), "ben"))
                .as("any of her keys")
                .isEmpty();
    }

    static Stream<Arguments> wrongApprovals() {
        return Stream.of(
                refused("the statement's service is 'blog', not 'shop'", draft -> draft.service("blog")),
                refused(
                        "the statement's environment is 'staging', not 'production'",
                        draft -> draft.environment("staging")),
                refused("the statement's version is '1.3.9', not '1.4.0'", draft -> draft.version("1.3.9")),
                refused(
                        "the statement's plan is '" + OTHER + "', not '" + PLAN.digest() + "'",
                        draft -> draft.plan(OTHER)),
                refused(
                        "the approval is about another review than the one that is asked for now; look again with"
                                + " `slipway show` and approve that",
                        draft -> draft.about(OTHER)),
                refused("the plan asks for the word 'CONFIRM', exactly so", draft -> draft.confirm("confirm")),
                refused("the plan asks for the word 'CONFIRM', exactly so", draft -> draft.confirm("")),
                refused("the plan asks for a reason", draft -> draft.reason("")),
                refused(
                        "the item 'support told' of the checklist is not ticked",
                        draft -> draft.ticked(List.of("tested by hand"))),
                refused(
                        "the statement is from the future (2026-10-05 12:02:01 UTC); look at the clock",
                        draft -> draft.time(NOW.plusSeconds(121))),
                refused(
                        "the approval of 'ana' is older than the 24h that the plan allows",
                        draft -> draft.time(NOW.minus(Duration.ofHours(25)))),
                refused(
                        "the statement of 'ana' has expired at 2026-10-05 12:00:00 UTC",
                        draft -> draft.time(NOW.minusSeconds(60)).lifetime(Duration.ofMinutes(1))));
    }

    @ParameterizedTest
    @MethodSource("wrongApprovals")
    void refusesAnApprovalThatIsWrong(String sentence, UnaryOperator<Draft> change) {
        SignedStatement signed = change.apply(draft(Kind.APPROVE).about(REVIEW)).by(ANA);

        assertThat(approval(signed, "ben")).containsExactly(sentence);
    }

    @Test
    void toleratesAClockThatIsALittleAhead() {
        SignedStatement signed =
                draft(Kind.APPROVE).about(REVIEW).time(NOW.plusSeconds(120)).by(ANA);

        assertThat(approval(signed, "ben")).isEmpty();
    }

    @Test
    void refusesAnApprovalByTheRequester() {
        assertThat(approval(draft(Kind.APPROVE).about(REVIEW).by(ANA), "ana"))
                .containsExactly("'ana' asked for this release, so somebody else has to approve it");
    }

    @Test
    void refusesAnApprovalBySomebodyWhoIsNoApprover() {
        assertThat(approval(draft(Kind.APPROVE).about(REVIEW).by(BEN), "ana"))
                .containsExactly("'ben' is not among the approvers [ana]");
    }

    @Test
    void refusesAStatementOfAnotherKind() {
        assertThat(approval(
                        draft(Kind.REJECT)
                                .about(REVIEW)
                                .confirm("CONFIRM")
                                .ticked(PLAN.approval().checklist())
                                .by(ANA),
                        "ben"))
                .containsExactly("the statement is a 'reject', not a 'approve'");
    }

    @Test
    void refusesAStatementThatSomebodyElseSigned() {
        SignedStatement forged = draft(Kind.APPROVE).about(REVIEW).inTheNameOf("ana", BEN);

        assertThat(approval(forged, "cleo"))
                .singleElement()
                .asString()
                .startsWith("the approve by 'ana': key SHA256:")
                .endsWith("is not one of theirs");
    }

    @Test
    void refusesAStrangerAndSaysWhoIsKnown() {
        assertThat(approval(draft(Kind.APPROVE).about(REVIEW).by(STRANGER), "ben"))
                .containsExactly("the approve by 'stranger': 'stranger' is not among the people: ana, ben");
    }

    @Test
    void refusesATextThatWasChangedAfterItWasSigned() {
        SignedStatement signed = draft(Kind.APPROVE).about(REVIEW).by(ANA);
        SignedStatement changed =
                new SignedStatement(signed.text().replace("version: 1.4.0", "version: 1.4.1"), signed.signature());

        assertThat(approval(changed, "ben"))
                .isNotEmpty()
                .allMatch(problem -> problem.startsWith("the approve by 'ana'"));
    }

    @Test
    void refusesWhatIsNoStatement() {
        assertThat(approval(new SignedStatement("yes", "please"), "ben"))
                .containsExactly("line 1 is 'yes', expected 'slipway-statement 1'");
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        assertThat(approval(
                        draft(Kind.APPROVE)
                                .about(OTHER)
                                .reason("")
                                .confirm("")
                                .ticked(List.of())
                                .by(BEN),
                        "ben"))
                .hasSize(7);
    }

    @Test
    void holdsAStatementAgainstThePeopleInForceAndNotAgainstThePlans() {
        SignedStatement signed = draft(Kind.APPROVE).about(REVIEW).by(ANA);

        assertThat(Approvals.problemsOfApproval(
                        PLAN,
                        Map.of("ben", BEN.publicKeys()),
                        new Approvals.Asked("ben", Lane.NORMAL, List.of(), REVIEW),
                        signed,
                        NOW))
                .containsExactly("the approve by 'ana': 'ana' is not among the people: ben");
    }

    @Test
    void takesARequestByAnybodyWhoIsKnown() {
        SignedStatement request = draft(Kind.REQUEST).by(BEN);

        assertThat(Approvals.problemsOfRequest(PLAN, PLAN.people(), request, NOW))
                .isEmpty();
    }

    @Test
    void refusesARequestForAnotherPlan() {
        SignedStatement request = draft(Kind.REQUEST).plan(OTHER).by(BEN);

        assertThat(Approvals.problemsOfRequest(PLAN, PLAN.people(), request, NOW))
                .containsExactly("the statement's plan is '" + OTHER + "', not '" + PLAN.digest() + "'");
    }

    @Test
    void takesARejectionOfAnyApproverWithAReason() {
        SignedStatement no = draft(Kind.REJECT).about(OTHER).by(ANA);

        assertThat(Approvals.problemsOfRejection(PLAN, PLAN.people(), Lane.NORMAL, no, NOW))
                .isEmpty();
    }

    @Test
    void refusesARejectionWithoutAReasonOrByNoApprover() {
        SignedStatement no = draft(Kind.REJECT).reason(" ").by(BEN);

        assertThat(Approvals.problemsOfRejection(PLAN, PLAN.people(), Lane.NORMAL, no, NOW))
                .containsExactly("'ben' is not among the approvers [ana]", "a rejection needs a reason");
    }

    static Stream<Arguments> wrongRollbacks() {
        return Stream.of(
                refused("the statement's service is 'blog', not 'shop'", draft -> draft.service("blog")),
                refused(
                        "the statement's environment is 'staging', not 'production'",
                        draft -> draft.environment("staging")),
                refused(
                        "the statement is about another state of shop/production than the present one; look with"
                                + " `slipway status` and sign again",
                        draft -> draft.about(OTHER)),
                refused("the plan asks for the word 'CONFIRM', exactly so", draft -> draft.confirm("yes")),
                refused("the plan asks for a reason", draft -> draft.reason("")));
    }

    @ParameterizedTest
    @MethodSource("wrongRollbacks")
    void refusesARollbackThatIsWrong(String sentence, UnaryOperator<Draft> change) {
        SignedStatement signed =
                change.apply(draft(Kind.ROLLBACK).about(REVIEW)).by(ANA);

        assertThat(Approvals.problemsOfRollbackRight(PLAN, PLAN.people(), Kind.ROLLBACK, REVIEW, signed, NOW))
                .containsExactly(sentence);
    }

    @Test
    void saysWhatToDoWhereThePlanNamesNobodyWhoMayRollBack() {
        ReleasePlan plan = new PlanDraft(ANA, BEN).mayRollBack().plan();
        SignedStatement finish = new Draft(Kind.FINISH, plan, NOW).about(REVIEW).by(ANA);

        assertThat(Approvals.problemsOfRollbackRight(plan, plan.people(), Kind.FINISH, REVIEW, finish, NOW))
                .containsExactly("'ana' is not among those who may: the plan names nobody; name people in"
                        + " `rollback: {by: …}` or in `approval: {from: …}`");
    }

    @Test
    void asksNobodyForTheWordWhoFinishes() {
        SignedStatement finish = draft(Kind.FINISH).about(REVIEW).by(ANA);

        assertThat(Approvals.problemsOfRollbackRight(PLAN, PLAN.people(), Kind.FINISH, REVIEW, finish, NOW))
                .isEmpty();
    }

    @Test
    void refusesAnUnlockThatIsARollback() {
        SignedStatement rollback = draft(Kind.ROLLBACK).about(REVIEW).by(ANA);

        assertThat(Approvals.problemsOfRollbackRight(PLAN, PLAN.people(), Kind.UNLOCK, REVIEW, rollback, NOW))
                .containsExactly("the statement is a 'rollback', not a 'unlock'");
    }

    @Test
    void refusesARequestForAHotfixWhereThePlanKnowsNoSuchLane() {
        SignedStatement request = draft(Kind.REQUEST).lane(Lane.HOTFIX).by(BEN);

        assertThat(Approvals.problemsOfRequest(PLAN, PLAN.people(), request, NOW))
                .containsExactly("the plan knows no hotfix lane in 'production'; release it without --hotfix");
    }

    @Test
    void refusesANormalYesToAHotfix() {
        SignedStatement normal = draft(Kind.APPROVE).about(REVIEW).by(ANA);
        Approvals.Asked hotfix = new Approvals.Asked("ben", Lane.HOTFIX, List.of(), REVIEW);

        assertThat(Approvals.problemsOfApproval(PLAN, PLAN.people(), hotfix, normal, NOW))
                .containsExactly("the statement's lane is 'normal', not 'hotfix'");
    }

    @Test
    void refusesTheYesOfWhoWroteWhatIsNew() {
        ReleasePlan plan = new PlanDraft(ANA, BEN)
                .approval(new Approval(
                        List.of("ana"),
                        1,
                        List.of("authors"),
                        Duration.ofHours(24),
                        "",
                        false,
                        List.of(),
                        Duration.ZERO,
                        false))
                .plan();
        SignedStatement yes = new Draft(Kind.APPROVE, plan, NOW).about(REVIEW).by(ANA);
        Approvals.Asked hers = new Approvals.Asked("ben", Lane.NORMAL, List.of("ana"), REVIEW);

        assertThat(Approvals.problemsOfApproval(plan, plan.people(), hers, yes, NOW))
                .containsExactly("'ana' wrote some of what is new in this release, so somebody else has to approve it");
    }

    @Test
    void takesARevocationByAnyApproverOfExactlyThatApproval() {
        SignedStatement revocation = draft(Kind.REVOKE).about(OTHER).by(ANA);

        assertThat(Approvals.problemsOfRevocation(PLAN, PLAN.people(), Lane.NORMAL, OTHER, revocation, NOW))
                .isEmpty();
        assertThat(Approvals.problemsOfRevocation(PLAN, PLAN.people(), Lane.NORMAL, REVIEW, revocation, NOW))
                .containsExactly("the statement's about is '" + OTHER + "', not '" + REVIEW + "'");
        assertThat(Approvals.problemsOfRevocation(
                        PLAN,
                        PLAN.people(),
                        Lane.NORMAL,
                        OTHER,
                        draft(Kind.REVOKE).about(OTHER).by(BEN),
                        NOW))
                .containsExactly("'ben' is not among the approvers [ana]");
    }

    @Test
    void countsNoClaimWhereThePlanDoesNotAllowIt() {
        Approvals.Asked asked = new Approvals.Asked("ben", Lane.NORMAL, List.of(), REVIEW);
        Claim claim = new Claim("ana", "CONFIRM", "because", List.of("tested by hand", "support told"), REVIEW, NOW);

        assertThat(Approvals.problemsOfClaim(PLAN, asked, claim, NOW))
                .singleElement()
                .asString()
                .startsWith("an approval has to be signed");
    }

    @Test
    void asksForAWordAboutTheEnvironmentWhoMayAndWhy() {
        SignedStatement freeze = draft(Kind.FREEZE).about(REVIEW).reason("").by(BEN);

        assertThat(Approvals.problemsOfWord(
                        "shop", "production", PLAN.people(), List.of("ana"), Kind.FREEZE, REVIEW, freeze, NOW))
                .containsExactly("'ben' is not among those who may say `freeze` here: [ana]", "it needs a reason");
    }
}
