package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.ledger.Change;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Event;
import dev.slipway.record.Policy;
import dev.slipway.record.Review;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.OpenRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.release.ReleaseActivities.ReviewRequest;
import dev.slipway.release.ReleaseActivities.ReviewResult;
import dev.slipway.release.WordActivities.RejectRequest;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;

/** What {@code open} answers to somebody who can hand it anything. */
class OpeningTest extends OpeningScene {

    @Test
    void refusesAPlanThatNoPreflightHasSeen() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");

        OpenResult result = dock.activities()
                .open(new OpenRequest(
                        "shop",
                        "production",
                        "1.0.0",
                        "f".repeat(64),
                        ready.request(),
                        ready.review().review(),
                        List.of(ready.approval()),
                        "workflow",
                        "run",
                        List.of()));

        refused(result, Opening.REFUSED, "not seen by a preflight");
        nothingOpened();
    }

    @Test
    void refusesADigestThatIsAPath() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");

        for (String path : List.of("/dev/zero", "../kept", "..", "", "../../../../environment.key")) {
            OpenResult result = dock.activities()
                    .open(new OpenRequest(
                            "shop",
                            "production",
                            "1.0.0",
                            path,
                            ready.request(),
                            ready.review().review(),
                            List.of(ready.approval()),
                            "workflow",
                            "run",
                            List.of()));
            refused(result, Opening.REFUSED, "not seen by a preflight");
        }
    }

    @Test
    void refusesAPlanWithAnOwnKeyInItThatTheSourceDoesNotHave() throws Exception {
        String honest = Files.readString(dock.source.resolve("slipway.yaml"));
        dock.edit(
                "slipway.yaml",
                dock.publicKey("ana").line(),
                dock.publicKey("mallory").line());
        ReleasePlan forged = dock.plan("1.0.0");
        Files.writeString(dock.source.resolve("slipway.yaml"), honest);
        SignedStatement request = dock.request(forged);

        assertThat(dock.preflight(forged, request).problems())
                .anySatisfy(problem -> assertThat(problem).contains("the plan is not the one"));

        assertThatThrownBy(() -> dock.review(forged, request)).hasStackTraceContaining("not seen by a preflight");
        Dock.Ready other = dock.ready("1.0.0");
        Dock.Draft approval = dock.approval("ana", forged, other.review().hash());
        approval.key = "mallory";
        refused(
                dock.open(forged, request, other.review().review(), List.of(approval.signed())),
                Opening.REFUSED,
                "not seen by a preflight");
        nothingOpened();
    }

    @Test
    void refusesARequestForSomeSteps() throws Exception {
        ReleasePlan plan = dock.plan("1.0.0");
        Dock.Draft draft = dock.draft(Kind.REQUEST, "ben").of(plan);
        draft.steps = "verify";
        SignedStatement request = draft.signed();
        assertThat(dock.preflight(plan, request).problems())
                .anyMatch(why -> why.contains("not for a whole release, but for 'verify'"));
        // somebody else's preflight has let the worker see the plan
        ReviewResult review = dock.ready(plan).review();
        Dock.Draft approval = dock.approval("ana", plan, review.hash());
        approval.steps = "verify";

        refused(
                dock.open(plan, request, review.review(), List.of(approval.signed())),
                Opening.REFUSED,
                "not for a whole release");
        nothingOpened();
    }

    @Test
    void aRequestEndsByTheWorkersClock() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        dock.clock.passes(Duration.ofMinutes(61));

        refused(dock.open(ready), Opening.EXPIRED, "the statement of 'ben' has expired");
        nothingOpened();
    }

    @Test
    void runsNoCommandsWhereTheWorkersFileRefusesThem() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        dock.script("#!/bin/sh\ntouch \"$LIVE.ran\"\n");
        dock.script(Dock.SWITCH);
        dock.serve(Policy.floor(0, false, false));

        refused(dock.open(ready), Opening.REFUSED, "lets no commands of plans run");
        nothingOpened();
    }

    @Test
    void refusesAReviewThatAnotherKeySigned() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        Review real = Review.parse(ready.review().review().text());
        String text = real.text();
        SignedText forged = new SignedText(text, EnvironmentKey.generate("evil").sign(text));

        refused(
                dock.open(ready.plan(), ready.request(), forged, List.of(ready.approval())),
                Opening.REFUSED,
                "the review is not signed by this environment's key");
        refused(
                dock.open(ready.plan(), ready.request(), new SignedText("", ""), List.of(ready.approval())),
                Opening.REFUSED,
                "the review is not signed");
        nothingOpened();
    }

    @Test
    void refusesAnEntryOfTheRecordAsAReview() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        SignedText entry = dock.served().record().head().signed();

        refused(
                dock.open(ready.plan(), ready.request(), entry, List.of(ready.approval())),
                Opening.REFUSED,
                "or not about this request");
    }

    @Test
    void refusesTheReviewOfAnotherRequest() throws Exception {
        ReleasePlan plan = dock.plan("1.0.0");
        Dock.Ready first = dock.ready(plan);
        Dock.Ready second = dock.ready(plan);

        refused(
                dock.open(plan, second.request(), first.review().review(), List.of(first.approval())),
                Opening.REFUSED,
                "not about this request");
        nothingOpened();
    }

    @Test
    void reviewsAgainWhenSomethingWasReleasedSince() throws Exception {
        Dock.Ready early = dock.ready("1.0.0");
        dock.released("1.1.0");

        refused(dock.open(early), Opening.BASE_CHANGED, "something was released here since the review");
        assertThat(dock.live()).isEqualTo("1.1.0");
    }

    @Test
    void refusesAFileThatChangedAfterTheApproval() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        dock.script("#!/bin/sh\ntouch " + dock.home.resolve("ran") + "\n");

        refused(dock.open(ready), Opening.REFUSED, "the plan is not the one");
        assertThat(dock.home.resolve("ran")).doesNotExist();
        nothingOpened();
    }

    @Test
    void waitsWhileAGrantIsOpen() throws Exception {
        dock.opened("1.0.0");
        Dock.Ready second = dock.ready("1.1.0");

        refused(dock.open(second), Opening.LATER, "a grant for 1.0.0");
        assertThat(dock.state().grants()).isEqualTo(1);
    }

    @Test
    void waitsWhileTheEnvironmentIsLocked() throws Exception {
        dock.script("#!/bin/sh\n[ \"$1\" = --current ] || exit 3\n");
        OpenResult opened = dock.opened("1.0.0");
        assertThatThrownBy(() -> dock.activities().deploy(dock.step(opened, 1)));
        assertThat(dock.close(opened.grant(), "FAILED").outcome()).isEqualTo("FAILED");
        assertThat(dock.state().locked()).isPresent();
        dock.script(Dock.SWITCH);

        refused(dock.open(dock.ready("1.1.0")), Opening.LATER, "locked since");
    }

    @Test
    void waitsWhileTheWindowIsClosedByTheWorkersClock() throws Exception {
        dock.files("    window: {zone: UTC, open: [mon-sun 00:00-24:00], closed: [2020-01-01..2090-01-01]}\n");

        refused(dock.open(dock.ready("1.0.0")), Opening.LATER, "the release window is closed");
        nothingOpened();
    }

    @Test
    void aStatementIsSpentOnce() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        OpenResult opened = dock.open(ready);
        dock.activities().deploy(dock.step(opened, 1));
        dock.close(opened.grant(), "SUCCEEDED");

        refused(dock.open(ready), Opening.REFUSED, "the request was used up already");
        assertThat(dock.preflight(ready.plan(), ready.request()).problems())
                .containsExactly("this request was used up already; ask anew");
    }

    @Test
    void nothingIsReplayedAfterAFailureOrARollback() throws Exception {
        dock.released("1.0.0");
        Dock.Ready ready = dock.ready("1.1.0");
        OpenResult opened = dock.open(ready);
        dock.activities().deploy(dock.step(opened, 1));
        dock.activities().rollBack(dock.step(opened, 1));
        assertThat(dock.close(opened.grant(), "ROLLED_BACK").outcome()).isEqualTo("ROLLED_BACK");

        refused(dock.open(ready), Opening.REFUSED, "used up already");

        ReleasePlan plan = ready.plan();
        Dock.Draft again = dock.draft(Kind.REQUEST, "ben").of(plan);
        again.what = "{\"again\":true}";
        SignedStatement anew = again.signed();
        dock.preflight(plan, anew);
        ReviewResult review = dock.review(plan, anew);
        refused(
                dock.open(plan, anew, review.review(), List.of(ready.approval())),
                Opening.REFUSED,
                "the approval of 'ana' was used up already");
        assertThat(dock.live()).isEqualTo("1.0.0");
    }

    @Test
    void aVersionThatWasMarkedBadSinceNeedsToBeAskedForAgain() throws Exception {
        dock.released("1.0.0");
        ReleasePlan plan = dock.plan("1.1.0");
        Dock.Ready first = dock.ready(plan);
        SignedStatement second = dock.request(plan);
        assertThat(dock.preflight(plan, second).problems()).isEmpty();
        OpenResult opened = dock.open(first);
        dock.activities().deploy(dock.step(opened, 1));
        dock.activities().rollBack(dock.step(opened, 1));
        dock.close(opened.grant(), "ROLLED_BACK");
        ReviewResult review = dock.review(plan, second);

        refused(
                dock.open(
                        plan,
                        second,
                        review.review(),
                        List.of(dock.approval("ana", plan, review.hash()).signed())),
                Opening.REFUSED,
                "is marked bad here");
    }

    @Test
    void aClosedRequestIsNotOpenedAfterwards() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        dock.close(ready.request().id(), "CANCELLED");

        refused(dock.open(ready), Opening.REFUSED, "used up already");
        nothingOpened();
    }

    @Test
    void aRejectionHoldsAsLongAsTheRequestDoes() throws Exception {
        ReleasePlan plan = dock.plan("1.0.0");
        Dock.Ready ready = dock.ready(plan, longRequest(plan));
        assertThat(dock.words().reject(rejection(ready)).taken()).isTrue();
        dock.clock.passes(Duration.ofHours(40));
        // any later entry forgets what has expired
        dock.close(dock.ready("7.7.7").request().id(), "CANCELLED");
        SignedStatement fresh =
                dock.approval("ana", plan, ready.review().hash()).signed();

        refused(
                dock.open(plan, ready.request(), ready.review().review(), List.of(fresh)),
                Opening.REFUSED,
                "used up already");
        nothingOpened();
    }

    private RejectRequest rejection(Dock.Ready ready) throws Exception {
        Dock.Draft draft = dock.draft(Kind.REJECT, "cleo").of(ready.plan());
        return new RejectRequest(
                "shop",
                "production",
                ready.plan().version(),
                ready.plan().digest(),
                ready.request().id(),
                draft.signed());
    }

    @Test
    void aRejectionIsNotReplayedAgainstAnotherRequest() throws Exception {
        ReleasePlan plan = dock.plan("1.0.0");
        RejectRequest rejection = rejection(dock.ready(plan));
        assertThat(dock.words().reject(rejection).taken()).isTrue();
        assertThat(dock.words().reject(rejection).taken()).as("the same again").isTrue();
        Dock.Ready second = dock.ready(plan);

        assertThat(dock.words()
                        .reject(new RejectRequest(
                                "shop",
                                "production",
                                "1.0.0",
                                plan.digest(),
                                second.request().id(),
                                rejection.rejection()))
                        .taken())
                .isFalse();
        assertThat(dock.open(second).opening()).isEqualTo(Opening.OPENED);
    }

    @Test
    void aRejectionThatComesWhileTheTargetsAreLookedAtCounts() throws Exception {
        Path looking = dock.home.resolve("looking");
        Path go = dock.home.resolve("go");
        dock.script("#!/usr/bin/env bash\ntouch " + looking + "\nfor i in $(seq 400); do [ -e " + go
                + " ] && exit 0; sleep 0.05; done; exit 1\n");
        Dock.Ready ready = dock.ready("1.0.0");
        CompletableFuture<OpenResult> opening = CompletableFuture.supplyAsync(() -> dock.open(ready));
        while (!Files.exists(looking)) {
            assertThat(opening).isNotDone();
            LockSupport.parkNanos(5_000_000);
        }

        // a second worker of the same environment
        dock.serve(Dock.NO_FLOOR);
        boolean taken = dock.words().reject(rejection(ready)).taken();
        Files.createFile(go);

        assertThat(taken).isTrue();
        refused(opening.join(), Opening.REFUSED, "taken back");
        nothingOpened();
    }

    @Test
    void openingTwiceIsOneGrant() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        OpenResult first = dock.open(ready);

        OpenResult second = dock.open(ready);

        assertThat(second.grant()).isEqualTo(first.grant());
        assertThat(second.entry()).isEqualTo(first.entry());
        assertThat(dock.state().grants()).isEqualTo(1);
    }

    @Test
    void reviewsNothingThatNoPreflightHasSeen() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");

        assertThatThrownBy(() -> dock.activities()
                        .review(new ReviewRequest(
                                "shop", "production", "1.0.0", ready.plan().digest(), "e".repeat(64))))
                .hasStackTraceContaining("the request was not seen by a preflight");
    }

    @Test
    void aPlanThatStandsInNoSourceLearnsNothingAboutSecrets() throws Exception {
        dock.secret("TOKEN", "sk_live_0123456789");
        dock.serve(Dock.NO_FLOOR);
        dock.files();
        dock.edit("slipway.yaml", "secrets: [TOKEN]", "secrets: [{name: TOKEN, prefix: guess}]");
        ReleasePlan guessing = dock.plan("1.0.0");
        dock.files();

        assertThat(dock.preflight(guessing, dock.request(guessing)).problems())
                .isNotEmpty()
                .noneMatch(problem -> problem.contains("TOKEN"));
    }

    @Test
    void whatExpiresWhileGatesAreJudgedOpensNothing() throws Exception {
        try (MockWebServer slow = new MockWebServer()) {
            slow.start();
            slow.setDispatcher(new Dispatcher() {
                @Override
                public MockResponse dispatch(RecordedRequest request) {
                    if (slow.getRequestCount() > 1) {
                        dock.clock.passes(Duration.ofHours(2));
                    }
                    return new MockResponse.Builder().code(200).build();
                }
            });
            dock.files("    gates: [{http: '" + slow.url("/ready") + "'}]\n");
            Dock.Ready ready = dock.ready("1.0.0");

            OpenResult result = dock.open(ready);

            assertThat(result.opening()).as(result.why().toString()).isEqualTo(Opening.EXPIRED);
            assertThat(dock.state().openGrant()).isEmpty();
        }
    }

    @Test
    void whatALiveVersionServesHasToBeWhatItOnceServed() throws Exception {
        dock.released("1.0.0");
        ReleasePlan same = dock.plan("1.0.0");
        assertThat(dock.preflight(same, dock.request(same)).nothingToDo()).hasSize(1);

        dock.served()
                .record()
                .change(head -> Optional.of(new Change(
                        new Event(Event.Kind.RECONCILED, "", "by hand", Map.of()),
                        head.state()
                                .withLive(new State.Live(
                                        "1.0.0", same.digest(), "", dock.clock.instant(), Map.of("web", "0.9.0"))))));
        assertThat(dock.preflight(same, dock.request(same)).nothingToDo()).isEmpty();
        Dock.Draft back = dock.word(Kind.ROLLBACK, "ana", dock.state().base());
        back.version = "1.0.0";
        assertThat(dock.openRollback(back.signed()).opening())
                .as("the way back to what the record calls live")
                .isEqualTo(Opening.OPENED);
    }

    @Test
    void aWordThatTakesARunningReleaseBackGoesToNoVersion() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        Dock.Draft leave = dock.word(Kind.ROLLBACK, "ana", dock.state().base());
        leave.version = "1.0.0";
        leave.plan = dock.plan("1.0.0").digest();

        assertThat(dock.openRollback(leave.signed()).why())
                .containsExactly("this statement takes a running release back, and goes to no version");
    }

    @Test
    void theLastKnownGoodIsTheRecordsAndNotTemporals() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        dock.released("1.2.0");
        Dock.Draft back = dock.word(Kind.ROLLBACK, "ana", dock.state().base());
        back.what = "{\"last-known-good\":true}";
        back.version = "1.0.0";
        assertThat(dock.openRollback(back.signed()).why())
                .singleElement()
                .asString()
                .startsWith("the last known good version is '1.1.0', and not '1.0.0'");

        back.version = "1.1.0";
        assertThat(dock.openRollback(back.signed()).opening()).isEqualTo(Opening.OPENED);
    }

    @Test
    void anOldPlansCommandsDoNotRunPastTheFloor() throws Exception {
        dock.released("1.0.0");
        dock.released("1.1.0");
        dock.serve(Policy.floor(0, false, false));
        Dock.Draft back = dock.word(Kind.ROLLBACK, "ana", dock.state().base());
        back.version = "1.0.0";

        assertThat(dock.openRollback(back.signed()).why())
                .singleElement()
                .asString()
                .contains("lets no commands of plans run");
    }

    @Test
    void aGateThatTheFloorAsksForHoldsForHotfixesToo() throws Exception {
        dock.files("    gates: [{http: 'http://localhost:1/ready', name: ready}]\n    hotfix: {skip: [ready]}\n");
        ReleasePlan plan = dock.plan("1.0.0");
        dock.serve(new Policy(
                Policy.FORMAT, Map.of(), List.of(), 0, List.of(), List.of("http"), true, false, true, Duration.ZERO));
        Dock.Draft hotfix = dock.draft(Kind.REQUEST, "ben").of(plan);
        hotfix.lane = Lane.HOTFIX;

        assertThat(dock.preflight(plan, hotfix.signed()).problems())
                .containsExactly(
                        "this worker's floor asks for a gate `http`, and the plan has none that a hotfix waits for");
    }
}
