package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.ledger.Change;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.SignedText;
import dev.slipway.record.Step;
import dev.slipway.record.Step.StepState;
import dev.slipway.release.ReleaseActivities.CloseRequest;
import dev.slipway.release.ReleaseActivities.CloseResult;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.WatchRequest;
import dev.slipway.release.ReleaseActivities.WatchResult;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.watching.WatchDuty;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the watch, or a person who finishes it, counts for when a release is closed. */
class WatchedClosingTest extends ClosingScene {

    private void watched(String window) throws Exception {
        dock.files("""
                    watch:
                      for: %s
                      every: 500ms
                      metrics: {health: {http: '%s'}}
                      rollback-when: [health failing for 1s]
                """.formatted(window, http.url("/health")));
    }

    private WatchResult watch(OpenResult opened, Duration length, List<SignedText> state) {
        return dock.activities().watch(new WatchRequest("shop", "production", opened.grant(), 2, state, length));
    }

    private StepState watchStep() {
        return dock.state().openGrant().orElseThrow().step(2).orElseThrow().state();
    }

    @Test
    void successIsNotBelievedWhileTheWatchHasNotPassed() throws Exception {
        watched("1h");
        OpenResult opened = dock.opened("1.0.0");
        dock.activities().deploy(dock.step(opened, 1));

        CloseResult closed = dock.close(opened.grant(), "SUCCEEDED");

        assertThat(closed.outcome()).isEqualTo("FAILED");
        assertThat(dock.state().succeeded()).isEmpty();
        assertThat(dock.state().locked()).as("1.0.0 serves, unproven").isPresent();
        assertThat(dock.state().live().version()).isEqualTo("1.0.0");
    }

    @Test
    void aWatchThatFailedStaysFailedEvenWithAFinish() throws Exception {
        watched("3s");
        health = 500;
        OpenResult opened = dock.opened("1.0.0");
        dock.activities().deploy(dock.step(opened, 1));

        assertThat(watch(opened, Duration.ofSeconds(3), List.of()).verdict()).isEqualTo("FAIL");
        assertThat(watch(opened, Duration.ofSeconds(3), List.of()).verdict()).isEqualTo("FAIL");

        assertThat(closeWithFinish(opened, "ana", dock.state().base()).outcome())
                .isEqualTo("FAILED");
    }

    /** The attack: begin the watch, stop it, let the window pass while nobody measures, begin it again without its past. */
    @Test
    void timeThatNobodyWatchedDoesNotCountTowardsTheWindow() throws Exception {
        watched("2s");
        OpenResult opened = dock.opened("1.0.0");
        dock.activities().deploy(dock.step(opened, 1));
        Instant began = dock.clock.instant().minusSeconds(60);
        dock.served().record().change(head -> {
            Grant grant = head.state().openGrant().orElseThrow();
            Step begun = grant.step(2).orElseThrow().begun(began, began.plusSeconds(10), "");
            return Optional.of(new Change(
                    new Event(Event.Kind.BEGAN, "shop/production@1.0.0", "a watch that was stopped", Map.of()),
                    head.state().withGrant(grant.with(begun))));
        });

        WatchResult result = watch(opened, Duration.ZERO, List.of());

        assertThat(result.verdict()).isEqualTo("PASS");
        assertThat(http.getRequestCount())
                .as("measured through a whole window of its own")
                .isGreaterThanOrEqualTo(4);
    }

    @Test
    void aWatchThatPassedCounts() throws Exception {
        watched("2s");
        OpenResult opened = dock.opened("1.0.0");
        dock.activities().deploy(dock.step(opened, 1));

        assertThat(watch(opened, Duration.ofSeconds(2), List.of()).verdict()).isEqualTo("PASS");

        assertThat(dock.close(opened.grant(), "SUCCEEDED").outcome()).isEqualTo("SUCCEEDED");
        assertThat(dock.state().succeeded("1.0.0")).isPresent();
    }

    private CloseResult closeWithFinish(OpenResult opened, String by, String about) throws Exception {
        SignedStatement finish = dock.word(Kind.FINISH, by, about).signed();
        return dock.activities()
                .close(new CloseRequest(
                        "shop", "production", "1.0.0", "", opened.grant(), "w", "SUCCEEDED", "fine", List.of(finish)));
    }

    @Test
    void aFinishOfSomebodyWhoMayStandsForTheWatch() throws Exception {
        watched("1h");
        OpenResult opened = dock.opened("1.0.0");
        dock.activities().deploy(dock.step(opened, 1));

        assertThat(closeWithFinish(opened, "ana", dock.state().base()).outcome())
                .isEqualTo("SUCCEEDED");
    }

    @Test
    void aFinishOfAnybodyElseOrOfAnotherGrantDoesNot() throws Exception {
        watched("1h");
        OpenResult opened = dock.opened("1.0.0");
        dock.activities().deploy(dock.step(opened, 1));
        assertThat(closeWithFinish(opened, "cleo", dock.state().base()).outcome())
                .isEqualTo("FAILED");
        unlock();
        OpenResult second = dock.opened("1.1.0");
        dock.activities().deploy(dock.step(second, 1));

        assertThat(closeWithFinish(second, "ana", opened.base()).outcome()).isEqualTo("FAILED");
    }

    @Test
    void aForgedPastOfTheWatchIsIgnored() throws Exception {
        watched("1h");
        OpenResult opened = dock.opened("1.0.0");
        dock.activities().deploy(dock.step(opened, 1));
        String text = "{\"grant\":\"" + opened.grant()
                + "\",\"state\":{\"judge\":null,\"last\":[],\"sources\":{}},\"step\":2}";
        SignedText unsigned = new SignedText(text, "");
        SignedText byAnother =
                new SignedText(text, EnvironmentKey.generate("evil").sign(text));
        String foreign = text.replace(opened.grant(), "a".repeat(64));
        SignedText ofAnotherGrant = dock.served().record().sign(foreign);

        for (SignedText forged : List.of(unsigned, byAnother, ofAnotherGrant)) {
            assertThat(WatchDuty.genuine(dock.served().record(), opened.grant(), 2, forged))
                    .isEmpty();
        }
        assertThat(WatchDuty.genuine(
                        dock.served().record(),
                        opened.grant(),
                        2,
                        dock.served().record().sign(text)))
                .isPresent();
    }

    @Test
    void aCancelBeforeTheWindowIsOverIsNoPass() throws Exception {
        watched("1h");
        OpenResult opened = dock.opened("1.0.0");
        dock.activities().deploy(dock.step(opened, 1));
        dock.temporal().setActivityHeartbeatListener(Object.class, details -> {});
        dock.temporal().requestCancelActivity();

        WatchResult result = watch(opened, Duration.ofMillis(1), List.of());

        assertThat(result.verdict()).isEqualTo("INCONCLUSIVE");
        assertThat(watchStep()).isEqualTo(StepState.BEGAN);
        assertThat(dock.close(opened.grant(), "SUCCEEDED").outcome()).isEqualTo("FAILED");
    }

    @Test
    void aCancelIsHeardLongBeforeTheNextRound() throws Exception {
        dock.files("""
                    watch:
                      for: 1h
                      every: 1m
                      metrics: {health: {http: '%s'}}
                      rollback-when: [health failing for 3m]
                """.formatted(http.url("/health")));
        OpenResult opened = dock.opened("1.0.0");
        dock.activities().deploy(dock.step(opened, 1));
        dock.temporal().setActivityHeartbeatListener(Object.class, details -> {});
        CompletableFuture<WatchResult> watching =
                CompletableFuture.supplyAsync(() -> watch(opened, Duration.ofHours(1), List.of()));
        assertThat(http.takeRequest(20, TimeUnit.SECONDS)).isNotNull();

        dock.temporal().requestCancelActivity();

        assertThat(watching.get(20, TimeUnit.SECONDS).verdict()).isEqualTo("INCONCLUSIVE");
        assertThat(http.getRequestCount()).as("no other round").isEqualTo(1);
    }
}
