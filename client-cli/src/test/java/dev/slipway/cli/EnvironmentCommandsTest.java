package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.environment.EnvironmentActivities.Inspection;
import dev.slipway.environment.EnvironmentInput;
import dev.slipway.environment.EnvironmentWorkflow;
import dev.slipway.environment.Holder;
import dev.slipway.environment.Mirror;
import dev.slipway.evidence.EvidenceActivities.Events;
import dev.slipway.evidence.LookUpWorkflow;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.release.Outcome;
import dev.slipway.release.Phase;
import dev.slipway.release.Queues;
import dev.slipway.release.Status;
import dev.slipway.rollback.RollbackWorkflow;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Json;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SshPublicKey;
import dev.slipway.trust.Statement;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.worker.WorkflowImplementationOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnvironmentCommandsTest {

    private static final String LOCK = "c".repeat(64);
    private static final String BASE = "b".repeat(64);
    private static final String FREEZE_STATE = "e".repeat(64);
    private static final Instant NINE = Instant.parse("2026-11-21T09:00:00Z");

    private final AtomicReference<EnvironmentKey> closing = new AtomicReference<>();
    private Stage stage;
    private Desk desk;

    @BeforeEach
    void sitDown(@TempDir Path folder) {
        AtomicReference<Script> script = new AtomicReference<>();
        stage = new Stage(worker -> {
            worker.registerWorkflowImplementationFactory(
                    EnvironmentWorkflow.class,
                    arguments -> new ScriptedEnvironment(arguments.get(0, EnvironmentInput.class), script.get()),
                    WorkflowImplementationOptions.getDefaultInstance());
            worker.registerWorkflowImplementationFactory(
                    LookUpWorkflow.class,
                    () -> new ScriptedLookUp(ScriptedLookUp.Evidence.none(), new Events(List.of(), false)),
                    WorkflowImplementationOptions.getDefaultInstance());
            worker.registerWorkflowImplementationFactory(
                    RollbackWorkflow.class,
                    arguments -> new ScriptedRollback(
                            arguments.get(0, RollbackWorkflow.RollbackInput.class), script.get(), closing::get),
                    WorkflowImplementationOptions.getDefaultInstance());
        });
        script.set(stage.script);
        stage.withWorker();
        desk = new Desk(folder, stage.address);
        closing.set(desk.environmentKey);
        stage.script.signedBy(desk.environmentKey);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private List<State.Lease> leases = List.of();
    private List<Holder> queue = List.of();
    private String unfinishedRollback = "";
    private Map<String, String> targets = Map.of("web", "1.1.0");
    private String openGrant = "";
    private Instant written = NINE;
    private String lastKnownGood = "1.0.0";
    private List<String> succeeded = List.of("1.1.0", "1.0.0", "0.9.0");

    private List<State.Ended> newest = List.of();

    private List<State.Ended> history(State.Ended... before) {
        return Stream.concat(newest.stream(), Stream.of(before)).toList();
    }

    private void environment(List<State.Lock> lock, Holder... holder) {
        environment(lock, List.of(), holder);
    }

    private void environment(List<State.Lock> lock, List<State.Freeze> freeze, Holder... holder) {
        Mirror mirror = new Mirror(
                41,
                "d".repeat(64),
                written,
                BASE,
                "1.1.0",
                "",
                NINE,
                targets,
                lastKnownGood,
                List.of(new State.BadMark("0.9.0", "error rate", NINE)),
                lock,
                openGrant,
                history(
                        new State.Ended(
                                "1.1.0",
                                "",
                                "",
                                "release:shop:production:1.1.0",
                                "SUCCEEDED",
                                "1.1.0 is live",
                                List.of(),
                                true,
                                "ana",
                                NINE,
                                NINE),
                        new State.Ended(
                                "1.0.0",
                                "",
                                "",
                                "rollback:shop:production",
                                "ROLLED_BACK",
                                "by ana: slow; back on 1.0.0",
                                List.of(),
                                true,
                                "ana",
                                NINE,
                                NINE,
                                "",
                                Grant.ROLLBACK)),
                freeze,
                FREEZE_STATE,
                List.of(),
                "",
                leases,
                unfinishedRollback,
                unfinishedRollback.isEmpty() ? List.of() : List.of("web"),
                succeeded);
        WorkflowStub stub = stage.client.newUntypedWorkflowStub(
                "EnvironmentWorkflow",
                WorkflowOptions.newBuilder()
                        .setWorkflowId("environment:shop:production")
                        .setTaskQueue(Queues.WORKFLOWS)
                        .build());
        stub.start(new EnvironmentInput("shop", "production", List.of(holder), queue, List.of(mirror), List.of()));
        // the first task has run once a query is answered
        stub.query("view", EnvironmentWorkflow.View.class);
    }

    private Statement last() {
        return stage.script
                .taken()
                .get(stage.script.taken().size() - 1)
                .statement()
                .orElseThrow();
    }

    /** A release that was told of another holder when it asked, and has been in the queue since. */
    private void waitsForItsTurn() {
        stage.script.says("1.2.0", input -> Story.of(input)
                .in(Phase.TURN)
                .waitingFor("the turn (release:shop:production:1.1.9 has the turn, nobody else waits before this one)")
                .report());
        desk.type("release", "production", "--version", "1.2.0", "--wait", "accepted");
        WorkflowExecution run = stage.client
                .newUntypedWorkflowStub("release:shop:production:1.2.0")
                .describe()
                .getExecution();
        queue = List.of(
                new Holder("release:shop:production:1.1.5", "other", "1.1.5", false, NINE),
                new Holder(run.getWorkflowId(), run.getRunId(), "1.2.0", false, NINE));
    }

    @Test
    void tellsWhoHasTheTurnNowAndNotWhoHadItWhenItWasAskedFor() {
        waitsForItsTurn();
        environment(List.of(), new Holder("rollback:shop:production:9", "run", "1.0.0", true, NINE));

        String now = "the turn (rollback:shop:production:9 has the turn, 1 waits before this one)";
        assertThat(desk.type("status", "production").out())
                .contains("waits      1.2.0 for " + now)
                .doesNotContain("1.1.9");
        assertThat(desk.type("show", "shop/production@1.2.0").out()).contains("waits     for " + now);
        assertThat(desk.type("release", "production", "--version", "1.2.0", "--timeout", "1s")
                        .out())
                .contains("waits for " + now)
                .doesNotContain("1.1.9");
    }

    @Test
    void saysThatAReleaseThatWasTerminatedInTheQueueHasChangedNothing() {
        waitsForItsTurn();
        environment(List.of());
        stage.client.newUntypedWorkflowStub("release:shop:production:1.2.0").terminate("by hand");

        Typed typed = desk.type("watch", "shop/production@1.2.0");

        assertThat(typed.code()).isEqualTo(10);
        assertThat(typed.err())
                .contains("terminated in Temporal: by hand while it waited for its turn, so nothing was opened for it");
    }

    @Test
    void saysThatATerminatedReleaseThatHadTheTurnMayHaveChangedSomething() {
        waitsForItsTurn();
        environment(List.of(), queue.get(1));
        stage.client.newUntypedWorkflowStub("release:shop:production:1.2.0").terminate("by hand");

        assertThat(desk.type("watch", "shop/production@1.2.0").code()).isEqualTo(11);
    }

    @Test
    void tellsWhoWaitsForTheTurnThatTheEnvironmentHasBeenLockedSince() {
        waitsForItsTurn();
        environment(List.of(new State.Lock(LOCK, "rollback failed", NINE, "1.1.0")));

        assertThat(desk.type("show", "shop/production@1.2.0").out())
                .contains("waits     for the turn (locked since 2026-11-21 09:00:00 UTC: rollback failed;"
                        + " `slipway unlock shop/production` ends it)")
                .doesNotContain("1.1.9");
    }

    @Test
    void tellsOnceWhatBarsThoseWhoWait() {
        waitsForItsTurn();
        String reason = "rollback failed: " + "the vendor is down, ".repeat(30);
        environment(
                List.of(new State.Lock(LOCK, reason, NINE, "1.1.0")),
                List.of(new State.Freeze("incident 4711", NINE, Instant.parse("2040-01-01T00:00:00Z"), "ben")));

        String status = desk.type("status", "production").out();
        assertThat(status)
                .containsOnlyOnce("rollback failed: the vendor")
                .containsOnlyOnce("incident 4711")
                .containsOnlyOnce("1.2.0")
                .contains("waits      1.2.0 for the turn (LOCKED and FROZEN), for ")
                .contains("incident 4711; `slipway unfreeze shop/production --reason …` ends it before")
                .contains("queue      release:shop:production:1.1.5 for ");
        assertThat(desk.type("environments").out())
                .contains("LOCKED: rollback failed: the vendor is down, ")
                .contains("…; FROZEN until 2040-01-01 00:00:00 UTC: incident 4711");
        assertThat(status.lines()).as("what is longer stands in the history").allMatch(line -> line.length() < 560);
        assertThat(desk.type("show", "shop/production@1.2.0").out())
                .contains("…; `slipway unlock shop/production` ends it; frozen until 2040-01-01 00:00:00 UTC:"
                        + " incident 4711)");
    }

    @Test
    void listsWhoWaitsUnderALockAsWaitingForWhoMayUnlock() throws IOException {
        waitsForItsTurn();
        environment(List.of());
        assertThat(desk.type("waiting").out()).contains("no release and no restore waits for a person");
        stage.client.newUntypedWorkflowStub("environment:shop:production").terminate("another view of it");
        environment(List.of(new State.Lock(LOCK, "rollback failed", NINE, "1.1.0")));

        assertThat(desk.type("waiting", "--for", "ben").out().lines())
                .containsExactly(
                        "shop/production@1.2.0  asked by ana",
                        "  waits for the turn (locked since 2026-11-21 09:00:00 UTC: rollback failed; `slipway unlock"
                                + " shop/production` ends it); ana, ben may unlock it",
                        "  slipway unlock shop/production --reason …");
        assertThat(desk.type("waiting", "--for", "mallory").out()).contains("no release and no restore waits");
        assertThat(Json.mapper()
                        .readTree(desk.type("waiting", "-o", "json").out())
                        .at("/0/who/1")
                        .textValue())
                .isEqualTo("ben");
    }

    @Test
    void listsUnderALockForEverybodyWhereThePlanAsksAndNamesNobody() throws IOException {
        Path plan = desk.checkout.resolve("slipway.yaml");
        Files.writeString(
                plan, Files.readString(plan).replaceAll(" *approval: .*\n", "").replace(", by: [ana, ben]", ""));
        waitsForItsTurn();
        environment(List.of(new State.Lock(LOCK, "rollback failed", NINE, "1.1.0")));

        Typed waiting = desk.type("waiting", "--for", "ben");

        assertThat(waiting.out()).as(waiting.err()).contains("shop/production@1.2.0", "ana, ben may unlock it");
    }

    @Test
    void leavesOutWhatSomebodyElseHasStartedInTheNameOfARelease() {
        WorkflowExecution run = stage.client
                .newUntypedWorkflowStub(
                        "ReleaseWorkflow",
                        WorkflowOptions.newBuilder()
                                .setWorkflowId("release:shop:production:6.6.6")
                                .setTaskQueue("nobody's")
                                .setMemo(Map.of(
                                        Status.MEMO,
                                        new Status(
                                                "shop",
                                                "production",
                                                "6.6.6",
                                                "",
                                                "",
                                                "mallory",
                                                "turn",
                                                "",
                                                "the turn (it is not its own)",
                                                List.of(),
                                                NINE,
                                                "")))
                                .build())
                .start("no input of ours");
        queue = List.of(new Holder(run.getWorkflowId(), run.getRunId(), "6.6.6", false, NINE));
        environment(List.of(new State.Lock(LOCK, "rollback failed", NINE, "1.1.0")));

        Typed waiting = desk.type("waiting");

        assertThat(waiting.code()).as(waiting.err()).isZero();
        assertThat(waiting.out()).contains("no release and no restore waits for a person");
    }

    @Test
    void statusSaysThatTheRecordIsOfAnotherTime() {
        written = Instant.now().plusSeconds(3600);
        environment(List.of());

        assertThat(desk.type("status", "production").out())
                .contains("the newest entry of the record, 41, is of ")
                .contains(" s after this machine's clock (")
                .contains("one of the two clocks is wrong");
    }

    @Test
    void saysOnceWhyItIsLocked() {
        environment(List.of(new State.Lock(LOCK, "rolled back: error rate", NINE, "0.9.0")));
        assertThat(desk.type("status", "production").out())
                .contains("LOCKED     rolled back: error rate (since 2026-11-21 09:00:00 UTC)")
                .contains("bad        0.9.0, which is why it is locked")
                .containsOnlyOnce("error rate");
    }

    @Test
    void showsAnEnvironmentOnOneScreen() {
        environment(List.of(new State.Lock(LOCK, "rollback failed", NINE, "1.1.0")));
        Typed typed = desk.type("status", "production");
        assertThat(typed.code()).isZero();
        assertThat(typed.out())
                .contains("shop/production")
                .contains("live       1.1.0")
                .contains("last good  1.0.0")
                .contains("LOCKED     rollback failed")
                .contains("bad        0.9.0: error rate")
                .contains("turn       free");
        assertThat(desk.typeIn(desk.home, "status", "shop/production").out()).contains("live       1.1.0");
        assertThat(desk.typeIn(desk.home, "status").out()).contains("live       1.1.0");
    }

    @Test
    void showsWhatOfAnEndedGrantMayStillAct() {
        Instant until = Instant.now().plusSeconds(600);
        leases = List.of(
                new State.Lease("shop/production@1.2.0", 3, "deploy web", until),
                new State.Lease("shop/production@0.9.0", 1, "migrate main", NINE));
        environment(List.of());

        assertThat(desk.type("status", "production").out())
                .contains("MAY ACT    'deploy web' of shop/production@1.2.0 may still be acting")
                .doesNotContain("migrate main");
        assertThat(desk.type("environments").out()).contains("MAY ACT: 'deploy web' of shop/production@1.2.0");
    }

    @Test
    void listsAllEnvironmentsWithWhatKeepsThemFromGoingOn() throws IOException {
        assertThat(desk.typeIn(desk.home, "environments").out()).contains("knows no environment yet");
        environment(List.of(new State.Lock(LOCK, "rollback failed", NINE, "1.1.0")));

        assertThat(desk.typeIn(desk.home, "environments").out().lines())
                .hasSize(2)
                .last()
                .asString()
                .containsSubsequence("shop/production", "1.1.0", "1.0.0", "LOCKED: rollback failed");
        assertThat(Json.mapper()
                        .readTree(desk.typeIn(desk.home, "environments", "--output", "json")
                                .out())
                        .at("/0/environment")
                        .asText())
                .isEqualTo("production");
    }

    @Test
    void saysThatNothingIsKnownOfANewEnvironment() throws IOException {
        assertThat(desk.type("status").out()).contains("shop/production  nothing is known");
        JsonNode one = Json.mapper()
                .readTree(desk.type("status", "production", "-o", "json").out())
                .path(0);
        assertThat(one.path("environment").asText()).isEqualTo("production");
        assertThat(one.path("mirror")).isEmpty();
        assertThat(one.has("worker")).isTrue();
        assertThat(desk.type("history").code()).isEqualTo(2);
    }

    @Test
    void tellsARollbackThatFailedAsNoEndOfTheVersionThatItWentTo() throws IOException {
        newest = List.of(new State.Ended(
                "0.9.0",
                "",
                "",
                "rollback:shop:production",
                "ROLLBACK_FAILED",
                "web: the vendor is down",
                List.of(),
                false,
                "ben",
                NINE,
                NINE,
                "",
                Grant.ROLLBACK));
        environment(List.of());

        assertThat(desk.type("history").out())
                .contains(
                        "UTC  0.9.0        rollback to it failed ben      web: the vendor is down (NOT safe to leave so)",
                        "UTC  1.1.0        succeeded             ana ");
        JsonNode history =
                Json.mapper().readTree(desk.type("history", "--output", "json").out());
        assertThat(history.at("/0/rollbackTo").textValue()).isEqualTo("0.9.0");
        assertThat(history.at("/0/outcome").textValue()).isEqualTo("ROLLBACK_FAILED");
        assertThat(history.at("/1/rollbackTo").textValue()).isEmpty();
        assertThat(desk.type("status", "production").out())
                .contains("last end   rollback to 0.9.0 failed, 2026-11-21 09:00:00 UTC: web: the vendor is down");
        assertThat(Json.mapper()
                        .readTree(
                                desk.type("status", "production", "-o", "json").out())
                        .at("/0/mirror/0/history/0/rollbackTo")
                        .textValue())
                .isEqualTo("0.9.0");
    }

    @Test
    void endsARollbackThatFailsWithItsDestinationAndNoVersionThatFailed() {
        environment(List.of());

        Typed typed = desk.type("rollback", "production", "--to", "1.0.0", "--reason", ScriptedRollback.FAILS, "--yes");

        assertThat(typed.code()).as(typed.err()).isEqualTo(13);
        assertThat(typed.err()).contains("slipway: shop/production: rollback to 1.0.0 failed: web: the vendor is down");
    }

    @Test
    void showsARollbackThatNeverBeganWhichTheRecordKnowsNothingOf() throws IOException {
        environment(List.of());
        assertThat(desk.type("status", "production").out()).doesNotContain("  rollback ");
        desk.type("rollback", "production", "--reason", ScriptedRollback.REFUSED, "--yes");

        assertThat(desk.type("status", "production").out())
                .containsPattern("  rollback   by hand, asked for .* UTC, did not begin: failed: the statement is about"
                        + " another state; sign again");
        assertThat(Json.mapper()
                        .readTree(
                                desk.type("status", "production", "-o", "json").out())
                        .at("/0/rollback")
                        .textValue())
                .contains("did not begin");
    }

    @Test
    void saysHowARestoreThatWaitsIsOutOfTheWayOfARollback() {
        environment(List.of(), new Holder("restore:shop:production", "run", "restore", true, NINE));

        assertThat(desk.type("rollback", "production", "--reason", "slow", "--yes")
                        .err())
                .contains("it waits for restore:shop:production, which has the turn, and may wait for a person:"
                        + " `slipway restore shop/production --cancel --reason WHY` ends it");
    }

    @Test
    void namesARollbackThatNobodyWorksOnAndNotTheVersionThatItGoesTo() {
        environment(List.of());
        stage.withoutWorker();

        Typed typed = desk.type("rollback", "production", "--reason", "slow", "--yes", "--no-worker-timeout", "1s");

        assertThat(typed.code()).as(typed.err()).isEqualTo(18);
        assertThat(typed.err()).contains("the rollback of shop/production to 1.0.0 stays started");
    }

    @Test
    void tellsTheHistoryAsTextAndAsJson() throws IOException {
        environment(List.of());
        assertThat(desk.type("history").out())
                .contains(
                        "2026-11-21 09:00:00 UTC  1.1.0        succeeded",
                        "2026-11-21 09:00:00 UTC  1.0.0        gone back to    ana      by ana: slow; back on 1.0.0");
        String json = desk.type("history", "--output", "json").out();
        assertThat(Json.mapper().readTree(json).at("/0/version").textValue()).isEqualTo("1.1.0");
    }

    @Test
    void unlocksByAStatementAboutTheLock() {
        environment(List.of(new State.Lock(LOCK, "rollback failed", NINE, "1.1.0")));
        Typed typed = desk.type("unlock", "production", "--yes", "--reason", "looked, all well");
        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(typed.out()).contains("unlock: done");
        assertThat(last().kind()).isEqualTo(Kind.UNLOCK);
        assertThat(last().about()).isEqualTo(LOCK);
    }

    @Test
    void tellsWhyTheWorkerDoesNotUnlock() {
        environment(List.of(new State.Lock(LOCK, "rollback failed", NINE, "1.1.0")));
        stage.script.refuses("unlock", "a newer lock stands there");
        Typed typed = desk.type("unlock", "production", "--yes", "--reason", "looked");
        assertThat(typed.code()).isEqualTo(17);
        assertThat(typed.err()).contains("slipway: a newer lock stands there");
    }

    @Test
    void unlocksNothingThatIsNotLocked() {
        environment(List.of());
        assertThat(desk.type("unlock", "production", "--yes", "--reason", "looked")
                        .err())
                .contains("is not locked");
    }

    @Test
    void believesAnUnlockOnlyFromTheEnvironmentsKey() {
        environment(List.of(new State.Lock(LOCK, "rollback failed", NINE, "1.1.0")));
        stage.script.signedBy(EnvironmentKey.generate("somebody"));
        Typed typed = desk.type("unlock", "production", "--yes", "--reason", "looked");
        assertThat(typed.code()).isEqualTo(19);
        assertThat(typed.err()).contains("not confirmed by the environment's key");
    }

    @Test
    void freezesUntilATimeAndEndsIt() {
        environment(
                List.of(), List.of(new State.Freeze("audit", NINE, Instant.now().plusSeconds(3600), "ben")));
        assertThat(desk.type("freeze", "production", "--yes", "--for", "14d", "--reason", "Christmas")
                        .code())
                .isZero();
        assertThat(last().kind()).isEqualTo(Kind.FREEZE);
        assertThat(last().about()).isEqualTo(FREEZE_STATE);
        assertThat(last().what()).contains("until");
        assertThat(desk.type("status", "production").out()).contains("FROZEN").contains("by ben: audit");
        assertThat(desk.type("unfreeze", "production", "--yes", "--reason", "audit is over")
                        .code())
                .isZero();
        assertThat(last().kind()).isEqualTo(Kind.UNFREEZE);
        assertThat(last().about()).isEqualTo(FREEZE_STATE);
    }

    @Test
    void endsNoFreezeThatIsOver() {
        environment(List.of(), List.of(new State.Freeze("audit", NINE, NINE.plusSeconds(60), "ben")));
        Typed typed = desk.type("unfreeze", "production", "--yes", "--reason", "over");
        assertThat(typed.code()).isEqualTo(17);
        assertThat(typed.err()).contains("shop/production is not frozen");
    }

    @Test
    void freezesWhereNothingWasEverReleased() {
        assertThat(desk.type("freeze", "production", "--yes", "--for", "1h", "--reason", "not yet")
                        .err())
                .contains("has not been copied yet");
    }

    @Test
    void suspendsAKeyByItsFileOrFingerprint() throws Exception {
        environment(List.of());
        Path ben = desk.checkout.resolveSibling("ben.pub");
        SshPublicKey key = SshPublicKey.parse(Files.readString(ben));
        for (String named : new String[] {ben.toString(), key.fingerprint()}) {
            Typed typed = desk.type("suspend", "production", "--yes", "--suspend-key", named, "--reason", "lost");
            assertThat(typed.code()).as(typed.err()).isZero();
            assertThat(last().about()).isEqualTo(key.sha256());
        }
        Typed typed = desk.type("suspend", "production", "--yes", "--suspend-key", "nonsense", "--reason", "lost");
        assertThat(typed.code()).isEqualTo(2);
        assertThat(typed.err()).contains("'nonsense' is no key");
    }

    @Test
    void saysWhatWasChangedByHand() {
        environment(List.of());
        Typed typed = desk.type(
                "reconcile",
                "production",
                "--yes",
                "--version",
                "1.1.1",
                "--target",
                "web=1.1.1-hand",
                "--reason",
                "at night");
        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(last().about()).isEqualTo(BASE);
        assertThat(last().version()).isEqualTo("1.1.1");
        assertThat(last().what()).isEqualTo("{\"targets\":{\"web\":\"1.1.1-hand\"}}");
    }

    @Test
    void adoptsOnlyARecordThatIsInTrouble() {
        environment(List.of());
        assertThat(desk.type("adopt", "production", "--yes", "--reason", "new disk")
                        .err())
                .contains("is sound; nothing to adopt");
        stage.script.finds(new Inspection(39, "f".repeat(64), BASE, "1.0.0", "the record has gone back"));
        Typed typed = desk.type("adopt", "production", "--yes", "--reason", "new disk");
        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(typed.err()).contains("the record has gone back").contains("entry 39, with 1.0.0 live");
        assertThat(last().about()).isEqualTo(BASE);
        assertThat(last().what()).contains("\"number\":39");
    }

    @Test
    void proposesAPolicyFromAFile() throws Exception {
        environment(List.of());
        Files.writeString(
                desk.checkout.resolve("policy.yaml"), "slipway-policy: 1\napproval: {quorum: 2, not: [requester]}\n");
        Typed typed = desk.type("policy", "production", "--yes", "--file", "policy.yaml", "--reason", "audit");
        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(last().kind()).isEqualTo(Kind.POLICY);
        assertThat(last().what()).contains("\"quorum\":2");
        Files.writeString(desk.checkout.resolve("policy.yaml"), "slipway-policy: 1\napprovals: {}\n");
        Typed wrong = desk.type("policy", "production", "--yes", "--file", "policy.yaml", "--reason", "audit");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("policy.yaml:2").contains("approval");
    }

    @Test
    void waitsForOthersWhereMoreHaveToSayTheSame() {
        environment(List.of());
        stage.script.refuses("reconcile", "taken; 1 more has to say the same");
        Typed typed = desk.type(
                "reconcile",
                "production",
                "--yes",
                "--version",
                "1.1.1",
                "--target",
                "web=1.1.1",
                "--reason",
                "at night");
        assertThat(typed.code()).isEqualTo(ExitCode.STILL_WAITING.number());
        assertThat(typed.err()).contains("1 more has to say the same");
    }

    @Test
    void signsNothingAboutATargetThatIsNotThere() {
        environment(List.of());

        Typed typed = desk.type("rollback", "production", "--target", "nope", "--target", "web", "--yes");

        assertThat(typed.code()).isEqualTo(ExitCode.USAGE.number());
        assertThat(typed.err())
                .contains("no target 'nope' in shop/production; there ")
                .contains("web");
        assertThat(typed.out()).doesNotContain("asked for the rollback");
    }

    @Test
    void signsNothingAboutAVersionThatNeverSucceeded() {
        environment(List.of());

        Typed typed = desk.type("rollback", "production", "--to", "9.9", "--yes");

        assertThat(typed.code()).isEqualTo(ExitCode.USAGE.number());
        assertThat(typed.err())
                .contains("'9.9' never succeeded in shop/production; there succeeded 1.1.0, 1.0.0, 0.9.0");
        assertThat(typed.out()).doesNotContain("asked for the rollback");
        assertThat(stage.script.taken()).isEmpty();
    }

    @Test
    void leavesItToTheWorkerWhereNobodyHereKnowsWhatSucceeded() {
        succeeded = List.of();
        environment(List.of());

        assertThat(desk.type("rollback", "production", "--to", "0.8.0", "--yes").code())
                .isZero();
    }

    @Test
    void showsWhereARollbackGoesWhileAReleaseIsChangingSomething() {
        openGrant = "1.2.0, last step: watch";
        lastKnownGood = "";
        environment(List.of(), new Holder("release:shop:production:1.2.0", "run", "1.2.0", false, NINE));

        assertThat(desk.type("status", "production").out())
                .contains("last good  1.1.0: a rollback stops what is changing now, and goes back to it");
    }

    @Test
    void showsThatARollbackHasNowhereToGoBeforeTheFirstVersion() {
        lastKnownGood = "";
        environment(List.of());

        assertThat(desk.type("status", "production").out())
                .contains("last good  none before 1.1.0: a rollback has nowhere to go");
    }

    @Test
    void rollsBackToTheLastKnownGood() {
        environment(List.of());
        Typed typed = desk.type("rollback", "production", "--yes");
        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(typed.out()).contains("shop/production is back on 1.0.0 (confirmed");
        assertThat(last().version()).isEqualTo("1.0.0");
        assertThat(last().about()).isEqualTo(BASE);
    }

    @Test
    void rollsNothingBackWhereNobodyCanBeAskedAndNothingSaysYes() {
        environment(List.of());
        Typed typed = desk.type("rollback", "production", "--reason", "a line in a script");
        assertThat(typed.code()).isEqualTo(2);
        assertThat(typed.err()).contains("add --yes");
    }

    @Test
    void rollsBackToANamedVersionButNotToTheLiveOne() {
        environment(List.of());
        assertThat(desk.type("rollback", "production", "--to", "0.9.0", "--yes").code())
                .isZero();
        assertThat(last().version()).isEqualTo("0.9.0");
        assertThat(desk.type("rollback", "production", "--to", "1.1.0").code()).isEqualTo(2);
    }

    @Test
    void goesOnWithNoRollbackWhereNoneFailed() {
        environment(List.of());
        Typed typed = desk.type("rollback", "production", "--resume", "--yes");
        assertThat(typed.code()).isEqualTo(17);
        assertThat(typed.err()).contains("no target of shop/production is half back");
    }

    @Test
    void goesOnWithARollbackThatFailed() {
        unfinishedRollback = "1.1.0";
        targets = Map.of("web", "1.2.0");
        environment(List.of());
        assertThat(desk.type("status", "production").out())
                .contains(
                        "HALF BACK  web serves 1.2.0 and did not go back to 1.1.0; `slipway rollback shop/production --resume`");
        Typed typed = desk.type("rollback", "production", "--resume", "--yes");
        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(last().version()).isEqualTo("1.1.0");
        assertThat(last().what()).isEqualTo("{\"resume\":true}");
    }

    @Test
    void saysThatNobodyKnowsWhatATargetServesWhoseDeploymentWasCutOff() {
        unfinishedRollback = "1.1.0";
        targets = Map.of();
        environment(List.of());
        assertThat(desk.type("status", "production").out())
                .contains("nobody knows what web serves: the last change there was cut off, or failed;"
                        + " `slipway reconcile shop/production` says what serves there,"
                        + " `slipway rollback shop/production --resume` brings it back to 1.1.0")
                .doesNotContain("HALF BACK")
                .doesNotContain("did not go back");
    }

    @Test
    void bringsOneTargetBackToTheVersionThatIsLiveOnTheOthers() {
        environment(List.of());
        Typed typed =
                desk.type("rollback", "production", "--to", "1.1.0", "--target", "web", "--target", "web", "--yes");
        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(typed.err()).contains("to 1.1.0: web only");
        assertThat(last().what()).isEqualTo("{\"targets\":[\"web\"]}");
    }

    @Test
    void goesOnWithNoTargetWhereNoneIsHalfBack() {
        environment(List.of());
        Typed typed = desk.type("rollback", "production", "--resume", "--target", "web", "--yes");
        assertThat(typed.code()).isEqualTo(17);
        assertThat(typed.err()).contains("no target of shop/production is half back");
    }

    @Test
    void bringsOneTargetBack() {
        environment(List.of());
        Typed typed = desk.type("rollback", "production", "--target", "web", "--yes");
        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(typed.err()).contains("from 1.1.0 to 1.0.0: web only");
        assertThat(last().what()).isEqualTo("{\"last-known-good\":true,\"targets\":[\"web\"]}");
    }

    @Test
    void believesARollbackOnlyFromTheEnvironmentsKey() {
        environment(List.of());
        closing.set(EnvironmentKey.generate("somebody"));
        assertThat(desk.type("rollback", "production", "--yes").code()).isEqualTo(19);
    }

    @Test
    void turnsARunningReleaseRound() {
        stage.script.says(
                "1.2.0", input -> Story.of(input).in(Phase.WATCH).opened(BASE).report());
        desk.type("release", "production", "--version", "1.2.0", "--wait", "accepted");
        String run = stage.client
                .newUntypedWorkflowStub("release:shop:production:1.2.0", Optional.empty(), Optional.empty())
                .describe()
                .getExecution()
                .getRunId();
        environment(List.of(), new Holder("release:shop:production:1.2.0", run, "1.2.0", false, NINE));
        stage.script.ends(
                "1.2.0",
                input -> stage.script.taken().isEmpty()
                        ? null
                        : Story.of(input)
                                .opened(BASE)
                                .closed(Story.close(
                                        input,
                                        desk.environmentKey,
                                        input.request().id(),
                                        Outcome.ROLLED_BACK,
                                        State.empty()))
                                .ended(Outcome.ROLLED_BACK, "back on 1.1.0")
                                .ending());
        Typed typed = desk.as("ben").type("rollback", "production", "--reason", "too slow", "--yes");
        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(last().kind()).isEqualTo(Kind.ROLLBACK);
        assertThat(last().about()).isEqualTo(BASE);
        assertThat(typed.err()).contains("brings what was live before it back");
    }

    @Test
    void signsNothingWhereNobodyIsThereToBeAsked() {
        environment(List.of());

        Typed typed = desk.type("freeze", "production", "--for", "1h", "--reason", "audit");
        assertThat(typed.code()).isEqualTo(2);
        assertThat(typed.err()).contains("nobody is here to be asked; add --yes");
        assertThat(stage.script.taken()).isEmpty();
        assertThat(desk.type("freeze", "production", "--for", "1h", "--reason", " ", "--yes")
                        .code())
                .isEqualTo(2);
    }
}
