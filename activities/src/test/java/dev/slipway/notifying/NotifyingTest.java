package dev.slipway.notifying;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.ledger.Change;
import dev.slipway.process.Pulse;
import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.State;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.CloseRequest;
import dev.slipway.release.ReleaseActivities.NotifyRequest;
import dev.slipway.release.ReleaseActivities.NotifyResult;
import dev.slipway.release.ReleaseActivities.OpenResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notifications asked for by somebody who can hand the activity anything: people hear what the record says, or nothing. */
class NotifyingTest {

    private final MockWebServer server = new MockWebServer();
    private Dock dock;

    @BeforeEach
    void setUp(@TempDir Path home) throws Exception {
        server.start();
        dock = new Dock(home);
        dock.secret("HOOK", server.url("/hook/secret-path").toString());
        dock.serve(Dock.NO_FLOOR);
        dock.files("    notify: [{webhook: $HOOK}]\n");
    }

    @AfterEach
    void tearDown() {
        dock.close();
        server.close();
    }

    private void takes(int many) {
        for (int i = 0; i < many; i++) {
            server.enqueue(new MockResponse.Builder().code(200).build());
        }
    }

    private static Notifying notifying() {
        return new Notifying(new OkHttpClient(), Duration.ofSeconds(2), Duration.ofMillis(1));
    }

    private NotifyResult tell(String request, String plan, String event) {
        return notifying()
                .tell(
                        dock.served(),
                        new NotifyRequest("shop", "production", "9.9.9", plan, request, "evil", event),
                        Pulse.unheard());
    }

    private List<String> heard() throws Exception {
        List<String> texts = new ArrayList<>();
        for (int i = server.getRequestCount(); i > 0; i--) {
            texts.add(server.takeRequest().getBody().utf8());
        }
        return texts;
    }

    @Test
    void tellsOfOneEventOnce() throws Exception {
        takes(5);
        Dock.Ready ready = dock.ready("1.0.0");

        NotifyResult first = tell(ready.request().id(), ready.plan().digest(), "waiting");
        NotifyResult second = tell(ready.request().id(), ready.plan().digest(), "waiting");

        assertThat(first.sent()).containsExactly("webhook");
        assertThat(second.sent()).isEmpty();
        assertThat(heard())
                .singleElement()
                .asString()
                .contains("waits for approval by ana, ben, cleo")
                .doesNotContain("9.9.9");
    }

    @Test
    void tellsAgainWhereARequestWaitsForANewReview() throws Exception {
        takes(5);
        Dock.Ready ready = dock.ready("1.1.0");
        tell(ready.request().id(), ready.plan().digest(), "waiting");
        dock.released("1.0.0");

        NotifyResult again = tell(ready.request().id(), ready.plan().digest(), "waiting");

        assertThat(again.sent()).containsExactly("webhook");
        assertThat(tell(ready.request().id(), ready.plan().digest(), "waiting").sent())
                .isEmpty();
    }

    @Test
    void remindsOfTheSameRequestOnceMore() throws Exception {
        takes(5);
        Dock.Ready ready = dock.ready("1.0.0");
        tell(ready.request().id(), ready.plan().digest(), "waiting");

        assertThat(tell(ready.request().id(), ready.plan().digest(), "reminder").sent())
                .containsExactly("webhook");
        assertThat(tell(ready.request().id(), ready.plan().digest(), "reminder").sent())
                .isEmpty();

        assertThat(heard().get(1)).contains("still waits for approval by ana, ben, cleo");
    }

    @Test
    void whoWantsToKnowWhatWaitsIsRemindedToo() throws Exception {
        takes(5);
        dock.files("    notify: [{webhook: $HOOK, on: [waiting]}]\n");
        Dock.Ready ready = dock.ready("1.0.0");

        assertThat(tell(ready.request().id(), ready.plan().digest(), "reminder").sent())
                .containsExactly("webhook");
    }

    @Test
    void aWordAboutTheEnvironmentGoesToWhoWantsItAndAWordOfTheRecoveryKeyToAll() throws Exception {
        takes(5);
        dock.files("    notify: [{webhook: $HOOK, on: [failed]}]\n");
        dock.released("1.0.0");
        Entry frozen = entry("frozen until Monday by ana");

        assertThat(announce(frozen, false).sent()).isEmpty();
        assertThat(announce(frozen, true).sent()).containsExactly("webhook");
        assertThat(announce(frozen, true).sent()).as("once").isEmpty();

        assertThat(heard()).singleElement().asString().contains("shop/production: frozen until Monday by ana");
    }

    private static Entry entry(String text) {
        return new Entry(
                Entry.FORMAT,
                "shop",
                "production",
                9,
                Entry.NO_PREVIOUS,
                Instant.now(),
                new Event(Event.Kind.FROZEN, "", text, Map.of("statements", "a".repeat(64))),
                State.empty());
    }

    private NotifyResult announce(Entry entry, boolean loud) {
        return notifying().tell(dock.served(), entry, Optional.of(dock.plan("1.0.0")), loud, Pulse.unheard());
    }

    @Test
    void sendsAgainAfterAFailureWithTheSameKey() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        for (int i = 0; i < 3; i++) {
            server.enqueue(new MockResponse.Builder().code(500).build());
        }
        assertThat(tell(ready.request().id(), ready.plan().digest(), "waiting").failed())
                .containsExactly("notify 1 (webhook): the webhook answered 500");
        takes(1);

        assertThat(tell(ready.request().id(), ready.plan().digest(), "waiting").sent())
                .containsExactly("webhook");

        for (int i = 0; i < 4; i++) {
            assertThat(server.takeRequest().getHeaders().get("Idempotency-Key"))
                    .isEqualTo(ready.request().id() + "/waiting/"
                            + dock.state().base().substring(0, 16));
        }
    }

    @Test
    void aRefusedMessageIsNotTriedAgain() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        server.enqueue(new MockResponse.Builder().code(404).build());

        NotifyResult result = tell(ready.request().id(), ready.plan().digest(), "waiting");

        assertThat(result.failed()).containsExactly("notify 1 (webhook): the webhook answered 404");
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void saysNothingThatTheRecordDoesNot() throws Exception {
        takes(50);
        Dock.Ready ready = dock.ready("1.0.0");
        String plan = ready.plan().digest();
        for (String request : List.of(
                "",
                "a".repeat(64),
                plan,
                ready.review().hash(),
                ready.approval().id(),
                "/dev/zero")) {
            for (String event :
                    List.of("waiting", "deployed", "undecided", "succeeded", "rolled-back", "failed", "x")) {
                assertThat(tell(request, plan, event).sent())
                        .as(request + " " + event)
                        .isEmpty();
            }
        }
        String request = ready.request().id();
        for (String event :
                List.of("deployed", "undecided", "succeeded", "rolled-back", "rollback-failed", "failed", "")) {
            assertThat(tell(request, plan, event).sent()).as(event).isEmpty();
        }
        Dock.Ready other = dock.ready("2.0.0");
        assertThat(tell(request, other.plan().digest(), "waiting").sent()).isEmpty();
        OpenResult opened = dock.open(ready);
        assertThat(tell(request, plan, "waiting").sent())
                .as("it waits no longer")
                .isEmpty();
        assertThat(tell(request, plan, "deployed").sent()).as("not yet").isEmpty();
        assertThat(tell(request, plan, "undecided").sent()).isEmpty();
        assertThat(opened.grant()).isEqualTo(request);
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void deployedCarriesTheWayBackByHand() throws Exception {
        dock.released("1.0.0");
        OpenResult opened = dock.opened("1.1.0");
        dock.activities().deploy(dock.step(opened, 1));
        takes(1);

        tell(opened.grant(), dock.plan("1.1.0").digest(), "deployed");

        assertThat(heard())
                .singleElement()
                .asString()
                .contains("undo by hand: `cd " + dock.source + " && env LIVE=")
                .contains("./switch 1.0.0")
                .contains("before it was 1.0.0");
    }

    @Test
    void anOutcomeIsTheRecordsAndNotTheCallers() throws Exception {
        OpenResult opened = dock.opened("1.0.0");
        dock.activities()
                .close(new CloseRequest(
                        "shop", "production", "6.6.6", "", opened.grant(), "w", "SUCCEEDED", "all is well", List.of()));
        takes(5);
        String plan = dock.plan("1.0.0").digest();

        assertThat(tell(opened.grant(), plan, "succeeded").sent()).isEmpty();
        assertThat(tell(opened.grant(), "", "failed").sent()).containsExactly("webhook");

        assertThat(heard()).singleElement().asString().contains("shop/production 1.0.0 failed");
    }

    @Test
    void noAnswerShowsTheAddress() throws Exception {
        server.enqueue(new MockResponse.Builder().code(403).body("secret-path").build());
        Dock.Ready ready = dock.ready("1.0.0");

        assertThat(tell(ready.request().id(), ready.plan().digest(), "waiting").toString())
                .doesNotContain("secret-path")
                .doesNotContain(String.valueOf(server.getPort()));
    }

    private void slack() throws Exception {
        dock.secret("SLACK_HOOK", server.url("/services/T0/hook-secret").toString());
        dock.serve(Dock.NO_FLOOR);
        dock.files("    notify: [{webhook: $HOOK}, {slack: $SLACK_HOOK}]\n");
    }

    @Test
    void aChannelThatFailsKeepsNoOtherFromBeingTold() throws Exception {
        slack();
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return request.getUrl().encodedPath().startsWith("/hook")
                        ? new MockResponse.Builder().code(404).build()
                        : new MockResponse.Builder().code(200).body("ok").build();
            }
        });
        Dock.Ready ready = dock.ready("1.0.0");

        NotifyResult result = tell(ready.request().id(), ready.plan().digest(), "waiting");

        assertThat(result.sent()).containsExactly("slack");
        assertThat(result.failed()).containsExactly("notify 1 (webhook): the webhook answered 404");
        NotifyResult again = tell(ready.request().id(), ready.plan().digest(), "waiting");
        assertThat(again.before()).containsExactly("slack");
        assertThat(again.told()).isTrue();
    }

    @Test
    void whoAsksForMoreTimeThanThereIsIsReportedAtOnce() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        server.enqueue(new MockResponse.Builder()
                .code(429)
                .addHeader("Retry-After", "3600")
                .build());

        assertThat(tell(ready.request().id(), ready.plan().digest(), "waiting").failed())
                .containsExactly("notify 1 (webhook): the webhook answered 429");
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void sendsAgainWhenItMay() throws Exception {
        Dock.Ready ready = dock.ready("1.0.0");
        server.enqueue(new MockResponse.Builder()
                .code(429)
                .addHeader("Retry-After", "1")
                .build());
        takes(1);

        assertThat(tell(ready.request().id(), ready.plan().digest(), "waiting").sent())
                .containsExactly("webhook");
    }

    @Test
    void aTokenGoesOnlyWhereTheWorkersFileLetsIt() throws Exception {
        dock.secret("SLACK_BOT", "xoxb-0123456789-secret");
        dock.serve(Dock.NO_FLOOR);
        dock.files("    notify: [{slack: {token: $SLACK_BOT, channel: '#x', api: '" + server.url("/api") + "'}},"
                + " {pagerduty: {routing-key: $HOOK}}]\n");

        assertThat(notifying().problems(dock.served(), dock.plan("1.0.0")))
                .containsExactly(
                        "notify: the secret 'SLACK_BOT' may not be sent to " + server.getHostName()
                                + " before a release is approved; the worker's file has to say so, with `hosts: ["
                                + server.getHostName() + "]` beside where the secret is",
                        "notify: the secret 'HOOK' may not be sent to events.pagerduty.com before a release is approved;"
                                + " the worker's file has to say so, with `hosts: [events.pagerduty.com]` beside where the"
                                + " secret is",
                        "notify: the secret 'HOOK' (" + dock.served().secrets().place("HOOK")
                                + ") is no integration key of 32 letters and digits");
        assertThat(announce(entry("frozen"), false).failed())
                .singleElement()
                .asString()
                .startsWith("notify 1: the secret 'SLACK_BOT' may not be sent to ");
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void aSecretInAReasonIsNotTold() throws Exception {
        dock.secret("PLANTED", "planted-0123456789");
        dock.serve(Dock.NO_FLOOR);
        dock.files("    notify: [{webhook: $HOOK}]\n");
        dock.served().secrets().value("PLANTED");
        takes(1);

        announce(entry("frozen by ana: the password is planted-0123456789 " + "x".repeat(10_000)), false);

        assertThat(heard())
                .singleElement()
                .asString()
                .contains("frozen by ana")
                .doesNotContain("planted-0123")
                .hasSizeLessThan(2_000);
    }

    @Test
    void startedSaysWhoAskedAndWhoApproved() throws Exception {
        OpenResult opened = dock.opened("1.0.0");
        takes(1);

        tell(opened.grant(), dock.plan("1.0.0").digest(), "started");

        assertThat(heard())
                .singleElement()
                .asString()
                .contains("shop/production 1.0.0 has started")
                .contains("asked by ")
                .contains("approved by ")
                .contains("nothing was live before");
    }

    @Test
    void whereNobodyIsToBeToldNobodyIs() throws Exception {
        dock.files("    notify: [{webhook: $HOOK, tier: none}]\n");
        Dock.Ready ready = dock.ready("1.0.0");

        NotifyResult result = tell(ready.request().id(), ready.plan().digest(), "waiting");

        assertThat(result.told()).isFalse();
        assertThat(result.failed()).isEmpty();
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void rolledBackSaysWhyAndWhatWasUndoneAndWhatToTypeNow() throws Exception {
        dock.released("1.0.0");
        OpenResult opened = dock.opened("1.1.0");
        dock.activities().deploy(dock.step(opened, 1));
        dock.activities().rollBack(dock.step(opened, 1));
        dock.activities()
                .close(new CloseRequest(
                        "shop",
                        "production",
                        "1.1.0",
                        "",
                        opened.grant(),
                        "w",
                        "ROLLED_BACK",
                        "error-rate was 7.2%, over 5% for 2m; back on 1.0.0",
                        List.of()));
        takes(1);

        tell(opened.grant(), dock.plan("1.1.0").digest(), "rolled-back");

        assertThat(heard())
                .singleElement()
                .asString()
                .contains("shop/production 1.1.0 rolled back")
                .contains("error-rate was 7.2%, over 5% for 2m; back on 1.0.0")
                .contains("undone: ")
                .contains("slipway unlock shop/production");
    }

    /** Version 1.1.0 was rolled back and locked; the rollback by hand under that lock failed, and locked anew. */
    @Test
    void anUnlockIsTheEndOfAllThatWasLockedSinceTheLastOne() {
        ended("0.9.0", "ROLLED_BACK", false);
        unlocked();
        ended("1.1.0", "ROLLED_BACK", false);
        ended("1.0.0", "ROLLBACK_FAILED", false);
        ended("1.2.0", "SUCCEEDED", true);
        Entry unlocked = unlocked();

        Notification told = Messages.of(dock.served(), unlocked);

        assertThat(told.over()).isTrue();
        assertThat(told.subject()).isEqualTo("shop/production@1.0.0");
        assertThat(told.alsoOver()).containsExactly("shop/production@1.1.0");
    }

    private void ended(String version, String outcome, boolean safe) {
        Instant now = Instant.now();
        dock.served()
                .record()
                .change(head -> Optional.of(new Change(
                        new Event(Event.Kind.CLOSED, "shop/production@" + version, outcome, Map.of()),
                        head.state()
                                .withEnded(new State.Ended(
                                        version, "", "r", "w", outcome, "", List.of(), safe, "ana", now, now)))));
    }

    private Entry unlocked() {
        return dock.served()
                .record()
                .change(head -> Optional.of(new Change(
                        new Event(Event.Kind.UNLOCKED, "shop/production@1.0.0", "unlocked by ana", Map.of()),
                        head.state())))
                .entry();
    }
}
