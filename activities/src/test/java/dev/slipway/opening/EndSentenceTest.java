package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.record.Grant;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import dev.slipway.release.Outcome;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What stands under the environment's signature as the way in which a release ended, whatever its workflow says. */
class EndSentenceTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final String LIE = "1.1.0 is live, and everybody may go home";

    private final List<Step> steps = new ArrayList<>(List.of(
            Step.planned(1, StepKind.MIGRATE, "main"),
            Step.planned(2, StepKind.DEPLOY, "web"),
            Step.planned(3, StepKind.WATCH, "")));
    private final List<Statement> said = new ArrayList<>();

    private static Statement word(Kind kind, String steps, String by, String reason) {
        return new Statement(
                kind,
                "shop",
                "production",
                "1.1.0",
                "a".repeat(64),
                Lane.NORMAL,
                steps,
                "",
                "",
                by,
                "SHA256:" + "k".repeat(43),
                NOW,
                NOW.plusSeconds(60),
                "c".repeat(32),
                "",
                reason,
                List.of());
    }

    private String sentence(String kind, Statement asked, Outcome outcome, String claim) {
        Grant grant = new Grant(
                "b".repeat(64),
                kind,
                kind.equals(Grant.ROLLBACK) ? "1.0.0" : "1.1.0",
                "a".repeat(64),
                "",
                "a workflow",
                NOW,
                NOW.plusSeconds(600),
                steps,
                "1.0.0",
                Map.of("web", "1.0.0"));
        return new EndSentence(grant, asked, outcome, claim, said).text();
    }

    private String sentence(Outcome outcome, String claim) {
        return sentence(Grant.RELEASE, word(Kind.REQUEST, "", "cleo", ""), outcome, claim);
    }

    private void step(int number, Step now) {
        steps.set(number - 1, now);
    }

    private Step begun(int number) {
        return steps.get(number - 1).begun(NOW, NOW.plusSeconds(60), "");
    }

    @Test
    void whatSucceededIsLive() {
        assertThat(sentence(Outcome.SUCCEEDED, LIE)).isEqualTo("1.1.0 is live");
    }

    @Test
    void aPhaseMakesNothingLive() {
        assertThat(sentence(Grant.RUN, word(Kind.RUN, "backup", "cleo", ""), Outcome.SUCCEEDED, LIE))
                .isEqualTo("backup of 1.1.0 is done; nothing was made live by it");
    }

    @Test
    void theStepThatFailedSaysWhy() {
        step(1, begun(1).failed("migrate main: V2 does not apply", false));

        assertThat(sentence(Outcome.FAILED, LIE)).isEqualTo("migrate main: V2 does not apply");
    }

    @Test
    void whatWentBackSaysWhyAndWhereTo() {
        step(2, begun(2).finished("web serves 1.1.0", Map.of("id", "1.1.0")).undone("web is back on 1.0.0"));
        step(3, begun(3).failed("error-rate 12 % > 5 % for 2m", false));

        assertThat(sentence(Outcome.ROLLED_BACK, LIE)).isEqualTo("error-rate 12 % > 5 % for 2m; back on 1.0.0");
    }

    @Test
    void whoTookItBackIsNamed() {
        step(2, begun(2).finished("web serves 1.1.0", Map.of()).undone("web is back on 1.0.0"));
        said.add(word(Kind.ROLLBACK, "", "ana", "checkout is broken"));

        assertThat(sentence(Outcome.ROLLED_BACK, LIE))
                .as("told after 'rolled back: '")
                .isEqualTo("by ana: checkout is broken; back on 1.0.0");
        assertThat(sentence(Outcome.FAILED, LIE)).startsWith("rolled back by ana: checkout is broken");
    }

    @Test
    void aRollbackThatStoppedSaysBoth() {
        step(
                2,
                begun(2).finished("web serves 1.1.0", Map.of())
                        .undoing(NOW.plusSeconds(60))
                        .stopped(NOW, "web: the switch ended with 3"));
        step(3, begun(3).failed("health failing for 3m", false));

        assertThat(sentence(Outcome.ROLLBACK_FAILED, LIE))
                .isEqualTo("after: health failing for 3m; the rollback stopped: web: the switch ended with 3");
    }

    @Test
    void aRollbackByHandIsItsOwnReason() {
        Statement asked = word(Kind.ROLLBACK, "", "ana", "checkout is broken");

        assertThat(sentence(Grant.ROLLBACK, asked, Outcome.ROLLED_BACK, LIE))
                .isEqualTo("by ana: checkout is broken; back on 1.0.0");
    }

    @Test
    void anOutageThatDidNotEndInTimeIsTheReason() {
        step(1, begun(1).stopped(NOW, "main does not answer"));

        assertThat(sentence(Outcome.FAILED, LIE)).isEqualTo("main does not answer");
    }

    @Test
    void aStepThatNobodyEndedIsTheReason() {
        step(1, begun(1));

        assertThat(sentence(Outcome.FAILED, LIE)).isEqualTo("migrate main did not come to its end");
    }

    @Test
    void aWatchThatNobodyDecidedIsTheReason() {
        step(2, begun(2).finished("web serves 1.1.0", Map.of()).undone("web is back on 1.0.0"));
        step(3, begun(3));

        assertThat(sentence(Outcome.ROLLED_BACK, LIE)).isEqualTo("the watch came to no verdict; back on 1.0.0");
    }

    @Test
    void whatFailedIsTheReasonAlsoWhereItWasTakenBackAndAnotherTargetStayed() {
        step(1, begun(1).finished("api serves 1.1.0", Map.of()).leftAsItIs("api was nothing before"));
        step(2, begun(2).failed("deploy web: the switch ended with 3", true).undone("web is back on 1.0.0"));

        assertThat(sentence(Outcome.ROLLED_BACK, LIE)).isEqualTo("deploy web: the switch ended with 3; back on 1.0.0");
    }

    @Test
    void whatWasCancelledIsToldInItsOwnFewWordsOnly() {
        step(2, begun(2).finished("web serves 1.1.0", Map.of()).undone("web is back on 1.0.0"));

        assertThat(sentence(Outcome.CANCELLED, "cancelled in phase roll back; back on 1.0.0"))
                .isEqualTo("cancelled in phase roll back; back on 1.0.0");
        assertThat(sentence(Outcome.CANCELLED, LIE)).isEqualTo("its workflow says: " + LIE);
    }

    @Test
    void whatNobodyElseKnowsIsMarkedAsTheWorkflowsWord() {
        assertThat(sentence(Outcome.FAILED, LIE)).isEqualTo("its workflow says: " + LIE);
    }
}
