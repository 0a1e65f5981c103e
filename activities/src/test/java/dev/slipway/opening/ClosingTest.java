package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.ledger.Change;
import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.State;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.CloseRequest;
import dev.slipway.release.ReleaseActivities.CloseResult;
import dev.slipway.release.ReleaseActivities.GrantRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the record says of an end, whatever the workflow claims. */
class ClosingTest extends ClosingScene {

    @Test
    void successIsNotBelievedWhileAStepIsMissing() throws Exception {
        OpenResult opened = dock.opened("1.0.0");

        CloseResult closed = dock.close(opened.grant(), "SUCCEEDED");

        assertThat(closed.outcome()).isEqualTo("FAILED");
        assertThat(closed.safe()).isTrue();
        assertThat(dock.state().live().version()).isEmpty();
        assertThat(dock.state().succeeded()).isEmpty();
    }

    @Test
    void givesTheTurnBackWithTheRecordAsItLeavesItEachTimeItIsAsked() throws Exception {
        List<String> told = new ArrayList<>();
        dock.turns((service, environment, mirror) -> told.add(service + "/" + environment + " " + mirror.number()));
        dock.serve(Dock.NO_FLOOR);
        OpenResult opened = dock.opened("1.0.0");

        CloseResult closed = dock.close(opened.grant(), "FAILED");
        CloseResult again = dock.close(opened.grant(), "FAILED");

        assertThat(closed.handedOver()).isTrue();
        assertThat(again).isEqualTo(closed);
        String once = "shop/production " + closed.mirror().get(0).number();
        assertThat(told).as("the answer may have been lost").containsExactly(once, once);
    }

    @Test
    void leavesTheTurnToItsReleaseWhereTheQueueCannotBeTold() throws Exception {
        OpenResult opened = dock.opened("1.0.0");

        assertThat(dock.close(opened.grant(), "FAILED").handedOver()).isFalse();
    }

    @Test
    void aRequestThatNobodyKnowsGivesNoTurnBack() throws Exception {
        dock.turns((service, environment, mirror) -> {
            throw new AssertionError("it never had one");
        });
        dock.serve(Dock.NO_FLOOR);

        assertThat(dock.close("f".repeat(64), "FAILED").handedOver()).isFalse();
    }

    @Test
    void aRollbackIsNotBelievedWithoutTheUndo() throws Exception {
        dock.released("1.0.0");
        OpenResult opened = dock.opened("1.1.0");
        dock.activities().deploy(dock.step(opened, 1));

        CloseResult closed = dock.close(opened.grant(), "ROLLED_BACK");

        assertThat(closed.outcome()).isEqualTo("ROLLBACK_FAILED");
        assertThat(closed.safe()).isFalse();
        assertThat(closed.undo()).singleElement().asString().contains("./switch 1.0.0");
        assertThat(dock.state().locked()).isPresent();
        assertThat(dock.state().markedBad("1.1.0")).isTrue();
    }

    @Test
    void aRollbackIsNotBelievedWhereNothingWasUndone() throws Exception {
        dock.released("1.0.0");
        OpenResult opened = dock.opened("1.1.0");

        assertThat(dock.close(opened.grant(), "ROLLED_BACK").outcome()).isEqualTo("FAILED");
        assertThat(dock.state().markedBad("1.1.0")).isFalse();
    }

    @Test
    void aCancelDoesNotHideWhatIsDeployed() throws Exception {
        dock.released("1.0.0");
        OpenResult opened = dock.opened("1.1.0");
        dock.activities().deploy(dock.step(opened, 1));

        assertThat(dock.close(opened.grant(), "CANCELLED").outcome()).isEqualTo("ROLLBACK_FAILED");
        assertThat(dock.state().locked()).isPresent();
    }

    @Test
    void closingTwiceIsOneEntry() throws Exception {
        OpenResult opened = dock.opened("1.0.0");
        dock.activities().deploy(dock.step(opened, 1));
        CloseResult first = dock.close(opened.grant(), "SUCCEEDED");
        long number = dock.served().record().head().entry().number();

        for (String claim : List.of("SUCCEEDED", "FAILED", "ROLLED_BACK")) {
            CloseResult again = dock.close(opened.grant(), claim);
            assertThat(again.outcome()).isEqualTo("SUCCEEDED");
            assertThat(again.closed()).isEqualTo(first.closed());
        }
        assertThat(dock.served().record().head().entry().number()).isEqualTo(number);
    }

    @Test
    void anEndThatAnUnlockWroteIsNotShownByAnotherEntry() throws Exception {
        OpenResult opened = dock.opened("1.0.0");
        dock.activities().deploy(dock.step(opened, 1));
        lock();
        dock.decide(dock.word(
                        Kind.UNLOCK, "ana", dock.state().locked().orElseThrow().id())
                .signed());

        CloseResult closed = dock.close(opened.grant(), "SUCCEEDED");

        assertThat(closed.outcome()).isEqualTo("FAILED");
        assertThat(closed.changed()).containsExactly("web serves 1.0.0");
        assertThat(closed.closed()).isEmpty();
    }

    @Test
    void whatNoPreflightHasSeenLeavesNoTrace() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        long number = dock.served().record().head().entry().number();

        for (String request : List.of(
                "a".repeat(64),
                ready.plan().digest(),
                ready.review().hash(),
                "",
                "/dev/zero",
                ready.approval().id())) {
            CloseResult closed = dock.close(request, "SUCCEEDED");
            assertThat(closed.closed()).isEmpty();
        }
        assertThat(dock.served().record().head().entry().number()).isEqualTo(number);
    }

    @Test
    void anApprovalThatWasKeptIsNoRequest() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        dock.open(ready);
        assertThat(dock.served().record().kept(ready.approval().id())).isPresent();
        long number = dock.served().record().head().entry().number();

        assertThat(dock.close(ready.approval().id(), "FAILED").closed()).isEmpty();

        assertThat(dock.served().record().head().entry().number()).isEqualTo(number);
    }

    @Test
    void anUnopenedRequestCanNotHaveSucceeded() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");

        assertThat(dock.close(ready.request().id(), "SUCCEEDED").outcome()).isEqualTo("FAILED");

        State.Ended ended = dock.state().ended(ready.request().id()).orElseThrow();
        assertThat(ended.version()).as("not what the caller says").isEqualTo("1.0.0");
        assertThat(ended.plan()).isEqualTo(ready.plan().digest());
    }

    @Test
    void aWordThatIsNoOutcomeIsRefused() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");

        assertThatThrownBy(() -> dock.close(ready.request().id(), "GLORIOUS"))
                .hasStackTraceContaining("'GLORIOUS' is no outcome");
    }

    @Test
    void onlySignedDecisionsStandInTheRecord() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        Dock.Draft forged = dock.draft(Kind.REJECT, "ana").of(ready.plan());
        forged.key = "mallory";
        forged.reason = "pay me";
        SignedStatement real = dock.draft(Kind.REJECT, "cleo").of(ready.plan()).signed();

        CloseResult closed = dock.activities()
                .close(new CloseRequest(
                        "shop",
                        "production",
                        "1.0.0",
                        "",
                        ready.request().id(),
                        "w",
                        "REJECTED",
                        "no",
                        List.of(real, forged.signed())));

        Entry entry = Entry.parse(closed.closed().get(0).text());
        assertThat(entry.event().facts()).containsEntry("reject", "cleo: looks good");
        assertThat(closed.closed().get(0).text()).doesNotContain("pay me");
    }

    @Test
    void aFirstReleaseThatFailsHasNothingToGoBackTo() throws Exception {
        dock.script("""
                #!/usr/bin/env bash
                if [ "$1" = --current ]; then [ ! -e "$LIVE" ] || cat "$LIVE"; exit 0; fi
                echo "no room left"; exit 4
                """);
        OpenResult opened = dock.opened("1.0.0");
        assertThatThrownBy(() -> dock.activities().deploy(dock.step(opened, 1)))
                .hasStackTraceContaining("ended with exit code 4: no room left");
        assertThat(dock.activities().rollBack(dock.step(opened, 1)).summary())
                .isEqualTo("web was nothing before; it may serve 1.0.0, or nothing (nothing to go back to)");
        assertThatThrownBy(() ->
                        dock.activities().verifyRolledBack(new GrantRequest("shop", "production", opened.grant())))
                .hasStackTraceContaining("there is nothing to go back to");

        CloseResult closed = dock.close(opened.grant(), "ROLLED_BACK");

        assertThat(closed.outcome()).isEqualTo("ROLLBACK_FAILED");
        assertThat(closed.undo()).isEmpty();
        assertThat(dock.state().live().version()).isEmpty();
        assertThat(dock.state().live().targets()).isEmpty();
        assertThat(dock.state().locked()).isPresent();
    }

    @Test
    void aLaterReleaseGoesBackToWhatServedBeforeNobodyKnewWhatDoes() throws Exception {
        dock.released("1.0.0");
        dock.script("""
                #!/usr/bin/env bash
                if [ "$1" = --current ]; then [ ! -e "$LIVE" ] || cat "$LIVE"; exit 0; fi
                rm -f "$LIVE"; exit 4
                """);
        OpenResult opened = dock.opened("1.1.0");
        assertThatThrownBy(() -> dock.activities().deploy(dock.step(opened, 1)))
                .hasStackTraceContaining("ended with exit code 4");

        CloseResult closed = dock.close(opened.grant(), "ROLLBACK_FAILED");

        assertThat(closed.changed()).containsExactly("web may serve 1.1.0, or nothing");
        assertThat(dock.state().live().targets()).isEmpty();
        unlock();
        dock.opened("1.2.0");
        assertThat(dock.state().openGrant().orElseThrow().previous())
                .as("the target says nothing, but 1.0.0 once succeeded there")
                .containsExactly(Map.entry("web", "1.0.0"));
    }

    @Test
    void aTargetThatIsNewStaysWhileTheOthersGoBack() throws Exception {
        dock.edit("slipway.yaml", "rollback: {by: [ana]", "rollback: {lock-after: false, by: [ana]");
        dock.released("1.0.0");
        dock.edit(
                "slipway.yaml",
                "    rollback: {",
                "      - name: api\n"
                        + "        command: {deploy: [./switch, '${version}'], current: [./switch, --current],"
                        + " roll-back: [./switch, '${previous}']}\n"
                        + "        config: {LIVE: " + dock.home.resolve("live-api") + "}\n"
                        + "    rollback: {");
        OpenResult opened = dock.opened("1.1.0");
        dock.activities().deploy(dock.step(opened, 1));
        dock.activities().deploy(dock.step(opened, 2));

        for (int call = 0; call < 2; call++) {
            assertThat(dock.activities().rollBack(dock.step(opened, 2)).summary())
                    .isEqualTo("api was nothing before; it still serves 1.1.0 (nothing to go back to)");
        }
        dock.activities().rollBack(dock.step(opened, 1));
        CloseResult closed = dock.close(opened.grant(), "ROLLED_BACK");

        assertThat(closed.outcome()).isEqualTo("ROLLED_BACK");
        assertThat(closed.safe()).isFalse();
        assertThat(closed.changed())
                .containsExactly("api still serves 1.1.0: it was nothing before, so there was nothing to go back to");
        assertThat(dock.state().live().targets()).containsEntry("web", "1.0.0").containsEntry("api", "1.1.0");
        assertThat(dock.state().locked()).isPresent();
        assertThat(dock.live()).isEqualTo("1.0.0");
    }

    private CloseResult close(Dock.Ready ready, String outcome, String text, SignedStatement... decisions) {
        return dock.activities()
                .close(new CloseRequest(
                        "shop",
                        "production",
                        ready.plan().version(),
                        ready.plan().digest(),
                        ready.request().id(),
                        "release:shop:production:" + ready.plan().version(),
                        outcome,
                        text,
                        List.of(decisions)));
    }

    private Event last() {
        return dock.served().record().head().entry().event();
    }

    @Test
    void nobodyIsSaidToHaveRejectedWhoDidNot() throws Exception {
        assertThat(close(dock.ready("1.0.0"), "REJECTED", "rejected by ana").outcome())
                .isEqualTo("FAILED");
    }

    @Test
    void whatWasNeverOpenedEndsByWhatTheRecordKnowsOrByItsWorkflowsWord() throws Exception {
        close(dock.ready("1.0.0"), "EXPIRED", "ana was asleep");
        assertThat(last().text()).isEqualTo("expired: its workflow says: ana was asleep");

        close(dock.ready("1.1.0"), "FAILED", "ben broke it");
        assertThat(last().text()).isEqualTo("failed: its workflow says: ben broke it");

        close(dock.ready("1.2.0"), "CANCELLED", "cancelled in phase approval");
        assertThat(last().text()).isEqualTo("cancelled in phase approval");

        close(dock.ready("1.3.0"), "CANCELLED", "cancelled by ben");
        assertThat(last().text()).isEqualTo("cancelled: its workflow says: cancelled by ben");

        Dock.Ready late = dock.ready("1.4.0");
        dock.clock.passes(Duration.between(
                dock.clock.instant(), late.request().statement().orElseThrow().expires()));
        close(late, "EXPIRED", "ana was asleep");
        assertThat(last().text()).startsWith("expired: its time was over before it was opened, 20");
    }

    @Test
    void theWorkflowsSentenceIsOneBoundedLine() throws Exception {
        close(dock.ready("1.0.0"), "FAILED", "first\nsecond\u001b[2J " + "x".repeat(1 << 20));

        assertThat(last().text()).contains("first second [2J xxx").hasSizeLessThan(1100);
        assertThat(last().text()).doesNotContain("\n", "\u001b");
        assertThat(dock.state().history().get(0).text()).hasSizeLessThanOrEqualTo(1000);
    }

    @Test
    void oldWordsAreNotToldOfANewerRelease() throws Exception {
        Dock.Ready first = dock.ready("1.0.0");
        SignedStatement request = first.request();
        SignedStatement approval = first.approval();
        close(first, "FAILED", "no");
        dock.clock.passes(Duration.ofMinutes(10));
        Dock.Ready second = dock.ready("1.1.0");

        close(second, "FAILED", "no", approval, request);

        assertThat(last().facts())
                .containsEntry("request", second.request().id())
                .doesNotContainKey("approve");
    }

    @Test
    void aRequestIsClosedOnceHoweverManyCameAfterIt() throws Exception {
        Dock.Ready first = dock.ready("1.0.0");
        close(first, "FAILED", "the first end");
        Entry closed = dock.served().record().head().entry();
        dock.served().record().change(head -> {
            State state = head.state();
            for (int i = 0; i < 60; i++) {
                state = state.withEnded(new State.Ended(
                        "2.0." + i,
                        "",
                        Integer.toString(i),
                        "",
                        "FAILED",
                        "",
                        List.of(),
                        true,
                        "",
                        Instant.EPOCH,
                        Instant.EPOCH));
            }
            return Optional.of(new Change(new Event(Event.Kind.RECONCILED, "", "many came", Map.of()), state));
        });
        long number = dock.served().record().head().entry().number();

        CloseResult again = close(first, "CANCELLED", "another end");

        assertThat(again.outcome()).isEqualTo("FAILED");
        assertThat(Entry.parse(again.closed().get(0).text()).number()).isEqualTo(closed.number());
        assertThat(dock.served().record().head().entry().number()).isEqualTo(number);
    }

    @Test
    void aRollbackIsCalledSafeOnlyWhenTheOldVersionWasVerified() throws Exception {
        dock.files("    verify: [{http: '" + http.url("/health") + "'}]\n");
        for (boolean verified : new boolean[] {false, true}) {
            String old = verified ? "2.0.0" : "1.0.0";
            OpenResult good = dock.opened(old);
            dock.activities().deploy(dock.step(good, 1));
            dock.activities().verify(dock.step(good, 2));
            assertThat(dock.close(good.grant(), "SUCCEEDED").outcome()).isEqualTo("SUCCEEDED");
            OpenResult bad = dock.opened(verified ? "2.1.0" : "1.1.0");
            dock.activities().deploy(dock.step(bad, 1));
            dock.activities().rollBack(dock.step(bad, 1));
            if (verified) {
                dock.activities().verifyRolledBack(new GrantRequest("shop", "production", bad.grant()));
                dock.activities().verifyRolledBack(new GrantRequest("shop", "production", bad.grant()));
            }

            CloseResult closed = dock.close(bad.grant(), "ROLLED_BACK");

            assertThat(closed.outcome()).isEqualTo("ROLLED_BACK");
            assertThat(closed.safe()).as("verified: " + verified).isEqualTo(verified);
            unlock();
        }
    }
}
