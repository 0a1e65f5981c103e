package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.slipway.record.Review;
import dev.slipway.record.State;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.CloseRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Going on with a rollback that failed, and bringing one target back. */
class ResumedRollbackTest {

    private Path home;
    private Dock dock;

    @BeforeEach
    void setUp(@TempDir Path folder) throws Exception {
        home = folder;
        dock = new Dock(home);
        dock.files();
        dock.edit(
                "slipway.yaml",
                "    rollback: {by",
                "      - {name: api, config: {LIVE: " + home.resolve("live-api") + "}, command: {deploy: [./switch,"
                        + " '${version}'], current: [./switch, --current], roll-back: [./switch, '${previous}']}}\n"
                        + "    rollback: {by");
        released("1.0.0");
    }

    @AfterEach
    void tearDown() {
        dock.close();
    }

    private OpenResult deployed(String version) throws Exception {
        OpenResult opened = dock.opened(version);
        dock.activities().deploy(dock.step(opened, 1));
        dock.activities().deploy(dock.step(opened, 2));
        return opened;
    }

    private void released(String version) throws Exception {
        dock.close(deployed(version).grant(), "SUCCEEDED");
    }

    /** 1.1.0 went wrong; api is back on 1.0.0, web is not. */
    private void halfWayBack() throws Exception {
        OpenResult opened = deployed("1.1.0");
        dock.activities().rollBack(dock.step(opened, 2));
        assertThat(dock.close(opened.grant(), "ROLLBACK_FAILED").outcome()).isEqualTo("ROLLBACK_FAILED");
    }

    private SignedStatement word(String to, Map<String, Object> way) throws Exception {
        Dock.Draft draft = dock.word(Kind.ROLLBACK, "ana", dock.state().base());
        draft.version = to;
        draft.what = Statement.what(way);
        return draft.signed();
    }

    private void goBack(OpenResult opened) {
        opened.steps().forEach(step -> dock.activities().rollBack(dock.step(opened, step.number())));
        dock.activities()
                .close(new CloseRequest(
                        "shop",
                        "production",
                        opened.version(),
                        "",
                        opened.grant(),
                        "rollback:shop:production",
                        "ROLLED_BACK",
                        "by ana",
                        List.of()));
    }

    @Test
    void goesOnToTheVersionThatTheFailedOneWasOnItsWayTo() throws Exception {
        halfWayBack();
        assertThat(dock.state().unfinishedRollback().orElseThrow().version()).isEqualTo("1.0.0");

        OpenResult opened = dock.openRollback(word("1.0.0", Map.of("resume", true)));
        goBack(opened);

        assertThat(opened.why()).isEmpty();
        assertThat(dock.live()).isEqualTo("1.0.0");
        assertThat(dock.state().live().version()).isEqualTo("1.0.0");
        assertThat(dock.state().live().targets()).containsEntry("web", "1.0.0").containsEntry("api", "1.0.0");
        assertThat(dock.state().unfinishedRollback()).isEmpty();
    }

    @Test
    void isLockedForARollbackThatFailedAndNotForTheVersionThatItWentTo() throws Exception {
        halfWayBack();
        OpenResult opened = dock.openRollback(word("1.0.0", Map.of("resume", true)));
        dock.activities()
                .close(new CloseRequest(
                        "shop",
                        "production",
                        opened.version(),
                        "",
                        opened.grant(),
                        "rollback:shop:production",
                        "ROLLBACK_FAILED",
                        "by ana",
                        List.of()));

        assertThat(dock.state().locked().orElseThrow().reason()).startsWith("rollback to 1.0.0 failed: ");
        assertThat(dock.served().record().head().entry().event().text()).startsWith("rollback to 1.0.0 failed: ");
        State.Ended ended = dock.state().history().get(0);
        assertThat(ended.byHand()).isTrue();
        assertThat(ended.version()).isEqualTo("1.0.0");
    }

    @Test
    void leavesAloneWhatWasNotOnItsWay() throws Exception {
        halfWayBack();

        OpenResult opened = dock.openRollback(word("1.0.0", Map.of("resume", true)));

        assertThat(opened.steps()).singleElement().satisfies(step -> assertThat(step.name())
                .isEqualTo("web"));
    }

    @Test
    void forgetsNoTargetThatIsStillToGoBackWhenAnotherOneDoes() throws Exception {
        released("1.1.0");
        OpenResult opened = deployed("1.2.0");
        dock.activities().rollBack(dock.step(opened, 1));
        dock.close(opened.grant(), "ROLLBACK_FAILED");

        goBack(dock.openRollback(word("1.0.0", Map.of("targets", List.of("web")))));

        assertThat(dock.state().halfBack()).containsExactly(Map.entry("api", "1.1.0"));
        goBack(dock.openRollback(word("1.1.0", Map.of("resume", true))));
        assertThat(dock.state().halfBack()).isEmpty();
        assertThat(dock.state().live().targets()).containsEntry("api", "1.1.0").containsEntry("web", "1.0.0");
    }

    @Test
    void saysAtTheNextReleaseThatATargetIsStillToGoBack() throws Exception {
        halfWayBack();
        dock.decide(dock.word(
                        Kind.UNLOCK, "ana", dock.state().locked().orElseThrow().id())
                .signed());

        OpenResult next = dock.opened("1.2.0");

        assertThat(next.why()).anySatisfy(why -> assertThat(why)
                .startsWith("web should have gone back to 1.0.0 and did not")
                .contains("slipway rollback shop/production --resume"));
    }

    @Test
    void bringsBackWhatAReleaseThatFailedHasLeft() throws Exception {
        dock.script("#!/bin/sh\n[ \"$1\" = --current ] && { cat \"$LIVE\"; exit; }\necho \"$1\" > \"$LIVE\"; exit 9\n");
        OpenResult opened = dock.opened("1.1.0");
        assertThat(catchThrowable(() -> dock.activities().deploy(dock.step(opened, 1))))
                .isNotNull();
        dock.close(opened.grant(), "FAILED");
        dock.script(Dock.SWITCH);
        assertThat(dock.live()).isEqualTo("1.1.0");
        assertThat(dock.state().halfBack()).containsExactly(Map.entry("web", "1.0.0"));

        goBack(dock.openRollback(word("1.0.0", Map.of("resume", true))));

        assertThat(dock.live()).isEqualTo("1.0.0");
        assertThat(dock.state().halfBack()).isEmpty();
    }

    /** Whether its workflow was lost, or it failed: nobody knows what the target serves. */
    private void cutOff() throws Exception {
        dock.script("#!/bin/sh\n[ \"$1\" = --current ] && { cat \"$LIVE\"; exit; }\necho \"$1\" > \"$LIVE\"; exit 9\n");
        OpenResult opened = dock.opened("1.1.0");
        assertThat(catchThrowable(() -> dock.activities().deploy(dock.step(opened, 1))))
                .isNotNull();
        dock.close(opened.grant(), "FAILED");
        dock.script(Dock.SWITCH);
        dock.decide(dock.word(
                        Kind.UNLOCK, "ana", dock.state().locked().orElseThrow().id())
                .signed());
        assertThat(dock.state().live().targets()).doesNotContainKey("web");
    }

    @Test
    void knowsTheWayBackOfATargetWhoseDeploymentWasCutOff() throws Exception {
        cutOff();

        Review review = Review.parse(dock.ready("1.2.0").review().review().text());

        assertThat(review.targets()).contains("web to 1.2.0, back to 1.0.0 if it goes wrong");
        assertThat(review.warnings()).anySatisfy(warning -> assertThat(warning)
                .startsWith("nobody knows what web serves")
                .contains("`slipway reconcile shop/production`")
                .contains("`slipway rollback shop/production --resume` brings it back to 1.0.0 first"));
    }

    @Test
    void warnsWhoeverApprovesThatATargetIsStillOnTheVersionThatWasToBeLeft() throws Exception {
        halfWayBack();
        dock.decide(dock.word(
                        Kind.UNLOCK, "ana", dock.state().locked().orElseThrow().id())
                .signed());

        Review review = Review.parse(dock.ready("1.2.0").review().review().text());

        assertThat(review.targets())
                .contains(
                        "web to 1.2.0, back to 1.1.0 if it goes wrong", "api to 1.2.0, back to 1.0.0 if it goes wrong");
        assertThat(review.warnings())
                .contains(
                        "web serves 1.1.0 and did not go back to 1.0.0: where this release goes wrong, it goes back to"
                                + " 1.1.0. `slipway rollback shop/production --resume` goes on with it first");
    }

    @Test
    void locksNothingAgainWhereItFindsThatItIsBackAlready() throws Exception {
        cutOff();
        Files.writeString(home.resolve("live"), "1.0.0\n");

        goBack(dock.openRollback(word("1.0.0", Map.of("resume", true))));

        assertThat(dock.state().halfBack()).isEmpty();
        assertThat(dock.state().live().targets()).containsEntry("web", "1.0.0");
        assertThat(dock.state().locked()).isEmpty();
    }

    @Test
    void locksWhereItHadToBringATargetBack() throws Exception {
        cutOff();

        goBack(dock.openRollback(word("1.0.0", Map.of("resume", true))));

        assertThat(dock.live()).isEqualTo("1.0.0");
        assertThat(dock.state().locked()).isPresent();
    }

    @Test
    void goesBackToNothingThatNeverSucceeded() throws Exception {
        cutOff();
        assertThat(dock.live()).isEqualTo("1.1.0");

        OpenResult next = dock.opened("1.2.0");

        assertThat(dock.state().openGrant().orElseThrow().previous()).containsEntry("web", "1.0.0");
        assertThat(next.why())
                .anySatisfy(why -> assertThat(why).startsWith("nobody knows what web serves"))
                .contains(
                        "web says that it serves '1.1.0', which never succeeded here. A rollback would go to '1.0.0'");
    }

    @Test
    void goesBackToWhatATargetSaysWhereTheRecordKnowsThat() throws Exception {
        released("0.9.0");
        released("1.0.5");
        cutOff();
        Files.writeString(home.resolve("live"), "0.9.0\n");

        dock.opened("1.2.0");

        assertThat(dock.state().openGrant().orElseThrow().previous()).containsEntry("web", "0.9.0");
    }

    @Test
    void goesOnNowhereElse() throws Exception {
        assertThat(dock.openRollback(word("1.0.0", Map.of("resume", true))).why())
                .contains("no target of shop/production is half back, so there is nothing to go on with");
        halfWayBack();

        OpenResult other = dock.openRollback(word("1.1.0", Map.of("resume", true)));

        assertThat(other.opening()).isEqualTo(Opening.REFUSED);
        assertThat(other.why()).contains("the rollback that failed was on its way to '1.0.0', and not to '1.1.0'");
    }

    @Test
    void bringsOneTargetBackAndKnowsThatTheOtherIsNot() throws Exception {
        released("1.1.0");

        OpenResult opened = dock.openRollback(word("1.0.0", Map.of("targets", List.of("api"))));
        goBack(opened);

        assertThat(opened.steps()).singleElement().satisfies(step -> assertThat(step.name())
                .isEqualTo("api"));
        assertThat(dock.live()).as("web").isEqualTo("1.1.0");
        assertThat(dock.state().live().targets()).containsEntry("web", "1.1.0").containsEntry("api", "1.0.0");
        assertThat(dock.state().live().version()).isEqualTo("1.1.0");
        assertThat(dock.state().markedBad("1.1.0")).isFalse();
    }

    @Test
    void knowsItsTargets() throws Exception {
        released("1.1.0");

        assertThat(dock.openRollback(word("1.0.0", Map.of("targets", List.of("wep"))))
                        .why())
                .containsExactly("'1.0.0' has no target 'wep'; it has [web, api]");
    }
}
