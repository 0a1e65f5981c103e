package dev.slipway.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.DirectoryStore;
import dev.slipway.ledger.EnvironmentRecord;
import dev.slipway.ledger.LocalMark;
import dev.slipway.ledger.RecordPlace;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Event;
import dev.slipway.record.State;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.GatesRequest;
import dev.slipway.release.ReleaseActivities.GatesResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.testing.RefusingPort;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gates that need nothing but this machine and an address. */
class GatesTest {

    @TempDir
    private Path folder;

    private Dock dock;
    private MockWebServer server;

    @BeforeEach
    void open() throws Exception {
        dock = new Dock(folder);
        server = new MockWebServer();
        server.start();
    }

    @AfterEach
    void close() {
        dock.close();
        server.close();
    }

    private String address(String path) {
        return server.url(path).toString();
    }

    private void gates(String gates) throws Exception {
        dock.files("    gates: [" + gates + "]\n    hotfix: {skip: [window]}\n");
    }

    private GatesResult judge(Dock.Ready ready, String... known) {
        return dock.activities()
                .judgeGates(new GatesRequest(
                        "shop",
                        "production",
                        ready.plan().version(),
                        ready.plan().digest(),
                        ready.request().id(),
                        List.of(known)));
    }

    private void answers(int status, String body) {
        server.enqueue(new MockResponse.Builder().code(status).body(body).build());
    }

    @Test
    void aNumberAboveItsLimitPasses() throws Exception {
        gates("{number: {url: '" + address("/coverage") + "', at: /total/pct, is: '> 90'}, name: coverage}");
        answers(200, "{\"total\": {\"pct\": 93.4}}"); // the review looks, too
        Dock.Ready ready = dock.ready("1.0.0");
        assertThat(ready.review().review().text()).contains("coverage: /total/pct is 93.4, has to be > 90");

        answers(200, "{\"total\": {\"pct\": 93.4}}");
        assertThat(judge(ready).passed()).containsExactly("coverage: /total/pct is 93.4, has to be > 90");
        answers(200, "{\"total\": {\"pct\": 90}}");
        assertThat(judge(ready).waiting()).containsExactly("coverage: /total/pct is 90, has to be > 90");
    }

    @Test
    void whatCannotBeJudgedIsNotPassed() throws Exception {
        gates("{number: {url: '" + address("/coverage") + "', at: /total/pct, is: '> 90'}, name: coverage}");
        answers(200, "{}");
        Dock.Ready ready = dock.ready("1.0.0");

        answers(200, "<html>log in</html>");
        assertThat(judge(ready).waiting())
                .singleElement()
                .asString()
                .endsWith("/coverage is no JSON, or has a key twice");
        answers(200, "{\"total\": {\"pct\": 1, \"pct\": 95}}");
        assertThat(judge(ready).waiting()).singleElement().asString().contains("has a key twice");
        answers(200, "{\"total\": {\"pct\": \"95\"}}");
        assertThat(judge(ready).waiting()).singleElement().asString().endsWith("has no number at /total/pct");
        answers(200, "{\"total\": {\"pct\": null}}");
        assertThat(judge(ready).waiting()).hasSize(1);
        answers(503, "{\"total\": {\"pct\": 95}}");
        assertThat(judge(ready).waiting()).singleElement().asString().endsWith("answered 503");
    }

    @Test
    void whatDoesNotAnswerIsNotPassed() throws Exception {
        try (RefusingPort nobody = new RefusingPort()) {
            gates("{number: {url: '" + nobody.url("/coverage") + "', at: /total/pct, is: '> 90'}, name: coverage}");
            Dock.Ready ready = dock.ready("1.0.0");

            assertThat(judge(ready).waiting())
                    .singleElement()
                    .asString()
                    .endsWith("refused the connection")
                    .startsWith("coverage: ");
        }
    }

    @Test
    void waitingForTheSameIsAskedAgainByTemporal() throws Exception {
        gates("{number: {url: '" + address("/coverage") + "', at: /pct, is: '> 90'}, name: coverage}");
        answers(200, "{\"pct\": 80}");
        Dock.Ready ready = dock.ready("1.0.0");
        answers(200, "{\"pct\": 80}");
        answers(200, "{\"pct\": 85}");
        String known = "coverage: /pct is 80, has to be > 90";

        assertThatThrownBy(() -> judge(ready, known))
                .cause()
                .isInstanceOfSatisfying(ApplicationFailure.class, again -> {
                    assertThat(again.getOriginalMessage()).isEqualTo("waits for " + known);
                    assertThat(again.isNonRetryable()).isFalse();
                    assertThat(again.getNextRetryDelay()).isEqualTo(Duration.ofSeconds(10));
                });
        assertThat(judge(ready, known).waiting())
                .as("something else is news")
                .containsExactly("coverage: /pct is 85, has to be > 90");
    }

    @Test
    void aNumberMayStandInAFileOfTheCommit() throws Exception {
        dock.files();
        Files.writeString(dock.source.resolve("coverage.json"), "{\"pct\": 91}");
        gates("{number: {file: coverage.json, at: /pct, is: '>= 91'}}");
        Dock.Ready ready = dock.ready("1.0.0");

        assertThat(judge(ready).passed()).containsExactly("number: /pct is 91, has to be >= 91");
        assertThat(dock.open(ready).opening()).isEqualTo(Opening.OPENED);
    }

    @Test
    void aGateIsJudgedAgainWhenChangesBegin() throws Exception {
        gates("{http: '" + address("/quiet") + "', expect: {json: {/version: '${version}'}}, name: quiet}");
        answers(200, "{\"version\": \"1.0.0\"}");
        Dock.Ready ready = dock.ready("1.0.0");

        answers(200, "{\"version\": \"0.9.0\"}");
        assertThat(dock.open(ready).opening()).isEqualTo(Opening.LATER);
        answers(200, "{\"version\": \"1.0.0\"}");
        assertThat(dock.open(ready).opening()).isEqualTo(Opening.OPENED);
    }

    @Test
    void aCommandRunsOnlyWhenTheReleaseIsApproved() throws Exception {
        gates("{command: [./gate, '${version}'], name: scan}");
        Path gate = dock.source.resolve("gate");
        Files.writeString(
                gate,
                "#!/bin/sh\necho scanned $1; touch " + dock.home.resolve("ran") + "; exit " + "$([ -e "
                        + dock.home.resolve("clean") + " ] && echo 0 || echo 4)\n");
        Files.setPosixFilePermissions(gate, PosixFilePermissions.fromString("rwxr-xr-x"));
        Dock.Ready ready = dock.ready("1.0.0");

        assertThat(judge(ready)).isEqualTo(new GatesResult(List.of(), List.of()));
        assertThat(dock.open(ready.plan(), ready.request(), ready.review().review(), List.of())
                        .opening())
                .isEqualTo(Opening.REFUSED);
        assertThat(dock.home.resolve("ran")).as("nobody had approved").doesNotExist();

        assertThat(dock.open(ready).why()).containsExactly("scan: `./gate` ended with 4: scanned 1.0.0");
        Files.createFile(dock.home.resolve("clean"));
        assertThat(dock.open(ready).opening()).isEqualTo(Opening.OPENED);
    }

    private EnvironmentRecord staging(EnvironmentKey key) {
        return new EnvironmentRecord(
                "shop",
                "staging",
                new DirectoryStore(dock.home.resolve("staging")),
                key,
                new LocalMark(dock.home.resolve("staging-marks")),
                dock.clock);
    }

    private void succeeded(EnvironmentRecord staging, String version) {
        staging.change(now -> {
            Instant time = dock.clock.instant();
            State state = now.state()
                    .withSucceeded(new State.Succeeded(version, "", "", time, Map.of()))
                    .withLive(new State.Live(version, "", "", time, Map.of()));
            return Optional.of(new Change(new Event(Event.Kind.CLOSED, "", version, Map.of()), state));
        });
    }

    private EnvironmentRecord servedBesideStaging() throws Exception {
        dock.files("    gates: [{released: {in: staging, for: 24h}}]\n  staging:\n    deploy: [{name: web, command:"
                + " {deploy: [./switch, '${version}'], current: [./switch, --current],"
                + " roll-back: [./switch, '${previous}']}}]\n");
        EnvironmentKey key = EnvironmentKey.generate("shop/staging");
        dock.other(
                "staging",
                new ServedEnvironment.Other(
                        new RecordPlace.Directory(dock.home.resolve("staging")),
                        key.publicKey().line()));
        dock.serve(Dock.NO_FLOOR);
        return staging(key);
    }

    @Test
    void stagingsOwnSignedRecordSaysWhatWasReleasedThere() throws Exception {
        EnvironmentRecord staging = servedBesideStaging();
        Dock.Ready ready = dock.ready("1.0.0");
        assertThat(judge(ready).waiting()).containsExactly("released-in-staging: nothing was released in staging yet");

        succeeded(staging, "0.9.0");
        assertThat(judge(ready).waiting()).containsExactly("released-in-staging: 1.0.0 has not succeeded in staging");
        succeeded(staging, "1.0.0");
        assertThat(judge(ready).waiting()).singleElement().asString().contains("1.0.0 has to be live in staging until");
        dock.clock.passes(Duration.ofHours(25));
        assertThat(judge(ready).passed())
                .singleElement()
                .asString()
                .contains("1.0.0 succeeded in staging", "live there for 24h");
        staging.change(now -> Optional.of(new Change(
                new Event(Event.Kind.CLOSED, "", "", Map.of()),
                now.state().withBad(new State.BadMark("1.0.0", "errors", dock.clock.instant())))));
        assertThat(judge(ready).waiting()).containsExactly("released-in-staging: 1.0.0 is marked bad in staging");
    }

    @Test
    void aVersionThatWasReplacedTooSoonHasNotBeenLiveForLongEnough() throws Exception {
        EnvironmentRecord staging = servedBesideStaging();
        succeeded(staging, "1.0.0");
        dock.clock.passes(Duration.ofHours(2));
        succeeded(staging, "1.0.1");
        dock.clock.passes(Duration.ofHours(48));
        Dock.Ready ready = dock.ready("1.0.0");

        assertThat(judge(ready).waiting())
                .containsExactly(
                        "released-in-staging: 1.0.0 was live in staging for less than 24h, and is replaced there");
    }

    @Test
    void aForgedRecordOfStagingPassesNothing() throws Exception {
        servedBesideStaging();
        succeeded(staging(EnvironmentKey.generate("mallory")), "1.0.0");
        dock.clock.passes(Duration.ofHours(48));
        Dock.Ready ready = dock.ready("1.0.0");

        assertThat(judge(ready).waiting())
                .singleElement()
                .asString()
                .contains("is not signed by the key that this worker knows");
    }

    @Test
    void preflightSaysThatARecordIsNotKnown() throws Exception {
        dock.files("    gates: [{released: {in: staging}}]\n  staging:\n    deploy: [{name: web, command:"
                + " {deploy: [./switch, '${version}'], current: [./switch, --current],"
                + " roll-back: [./switch, '${previous}']}}]\n");
        ReleasePlan plan = dock.plan("1.0.0");

        assertThat(dock.preflight(plan, dock.request(plan)).problems())
                .singleElement()
                .asString()
                .contains("gate released-in-staging: this worker knows no record of shop/staging");
    }

    private SignedStatement hotfix(ReleasePlan plan) throws Exception {
        Dock.Draft draft = dock.draft(Kind.REQUEST, "ben").of(plan);
        draft.lane = Lane.HOTFIX;
        return draft.signed();
    }

    @Test
    void aHotfixSkipsWhatThePlanSaysWhereTheFloorKnowsTheLane() throws Exception {
        dock.files("    gates: [{http: '" + address("/tests") + "', name: tests}]\n    hotfix: {skip: [tests]}\n");
        ReleasePlan plan = dock.plan("1.0.0");
        assertThat(dock.preflight(plan, hotfix(plan)).problems())
                .containsExactly("this worker's floor knows no hotfix lane; release it without --hotfix");

        dock.serve(Dock.withHotfixes());
        SignedStatement request = hotfix(plan);
        Dock.Ready ready = dock.ready(plan, request);
        Dock.Draft normal = dock.approval("ana", plan, ready.review().hash());
        Dock.Draft yes = dock.approval("ana", plan, ready.review().hash());
        yes.lane = Lane.HOTFIX;

        assertThat(dock.open(plan, request, ready.review().review(), List.of(normal.signed()))
                        .opening())
                .isEqualTo(Opening.REFUSED);
        assertThat(dock.open(plan, request, ready.review().review(), List.of(yes.signed()))
                        .opening())
                .isEqualTo(Opening.OPENED);
        assertThat(server.getRequestCount()).isZero();
        assertThat(dock.served().record().head().entry().event().facts()).containsEntry("lane", "hotfix");
        assertThat(dock.served().record().head().entry().event().text()).contains("as a hotfix");
    }
}
