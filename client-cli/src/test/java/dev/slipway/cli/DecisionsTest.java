package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.release.Outcome;
import dev.slipway.release.Phase;
import dev.slipway.release.Question;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Json;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DecisionsTest {

    private static final String BASE = "b".repeat(64);

    private final Stage stage = new Stage().withWorker();
    private Desk desk;

    @BeforeEach
    void sitDown(@TempDir Path folder) {
        desk = new Desk(folder, stage.address);
        stage.script.signedBy(desk.environmentKey);
    }

    @AfterAll
    void close() {
        stage.close();
    }

    /** Ana asks for a release, and it waits for an approval of the review that this key signs. */
    private String waiting(String version, EnvironmentKey key, String... notUndone) {
        stage.script.says(version, input -> Story.of(input)
                .in(Phase.APPROVAL)
                .waitingFor("approval", "ana", "ben")
                .reviewed(Story.review(input, key, notUndone))
                .report());
        desk.as("ana").type("release", "production", "--version", version, "--wait", "accepted");
        desk.as("ben");
        return "shop/production@" + version;
    }

    private String waiting(String version) {
        return waiting(version, desk.environmentKey);
    }

    @Test
    void sendsASignedApprovalOfTheReviewThatWasShown() {
        String release = waiting("1.0.0");
        Typed typed = desk.type("approve", release, "--yes");
        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(typed.out()).contains("taken");
        assertThat(typed.err())
                .contains("asked by  ana (their signature is genuine)")
                .contains("web: ./switch, back to 1.0.0")
                .contains("this checkout comes to the same plan")
                .contains("signed by the pinned key of shop/production");
        List<SignedStatement> taken = stage.script.taken();
        Statement said = taken.get(taken.size() - 1).statement().orElseThrow();
        assertThat(said.kind()).isEqualTo(Kind.APPROVE);
        assertThat(said.by()).isEqualTo("ben");
        assertThat(said.version()).isEqualTo("1.0.0");
        assertThat(typed.err()).contains("review    " + said.about());
    }

    @Test
    void printsTheSignedJsonInsteadOfSendingIt() throws IOException {
        String release = waiting("1.0.1");
        int taken = stage.script.taken().size();
        Typed typed = desk.type("approve", release, "--yes", "--print");
        SignedStatement printed = Json.mapper().readValue(typed.out(), SignedStatement.class);
        assertThat(printed.statement().orElseThrow().kind()).isEqualTo(Kind.APPROVE);
        assertThat(stage.script.taken()).hasSize(taken);
    }

    @Test
    void signsNothingThatAnotherKeyVouchesFor() {
        String release = waiting("1.0.2", EnvironmentKey.generate("somebody"));
        Typed typed = desk.type("approve", release, "--yes");
        assertThat(typed.code()).isEqualTo(19);
        assertThat(typed.err()).contains("NOT to be believed").contains("nothing was signed");
    }

    @Test
    void tellsTheRequesterThatSomebodyElseHasToApprove() {
        String release = waiting("1.0.3");
        Typed typed = desk.as("ana").type("approve", release, "--yes");
        assertThat(typed.code()).isEqualTo(17);
        assertThat(typed.err()).contains("'ana' asked for this release, so somebody else has to approve it");
    }

    @Test
    void asksAtATerminalForWhatThePlanWants() {
        desk.writePlan(", confirm: CONFIRM, reason: required, checklist: [support told]");
        String release = waiting("1.0.4");
        Typed typed = desk.answering("y", "tested by hand", "CONFIRM", "y").type("approve", release);
        assertThat(typed.code()).as(typed.err()).isZero();
        List<SignedStatement> taken = stage.script.taken();
        Statement said = taken.get(taken.size() - 1).statement().orElseThrow();
        assertThat(said.confirm()).isEqualTo("CONFIRM");
        assertThat(said.reason()).isEqualTo("tested by hand");
        assertThat(said.ticked()).containsExactly("support told");
    }

    @Test
    void namesTheOptionForWhatIsMissingWhereNobodyCanBeAsked() {
        desk.writePlan(", confirm: CONFIRM");
        String release = waiting("1.0.5");
        Typed typed = desk.type("approve", release, "--yes");
        assertThat(typed.code()).isEqualTo(2);
        assertThat(typed.err()).contains("the plan asks for the word 'CONFIRM'; give it with --confirm");
    }

    @Test
    void refusesAWrongWordBeforeAnythingIsSent() {
        desk.writePlan(", confirm: CONFIRM");
        String release = waiting("1.0.6");
        Typed typed = desk.type("approve", release, "--yes", "--confirm", "confirm");
        assertThat(typed.code()).isEqualTo(17);
        assertThat(typed.err()).contains("the plan asks for the word 'CONFIRM', exactly so");
    }

    @Test
    void tellsWhyARefusedApprovalDoesNotCount() {
        String release = waiting("1.0.7");
        stage.script.refuses("1.0.7", "the review is an older one; look again");
        Typed typed = desk.type("approve", release, "--yes");
        assertThat(typed.code()).isEqualTo(17);
        assertThat(typed.err()).contains("slipway: the review is an older one; look again");
    }

    @Test
    void writesOutWhatWouldMoveTheCursor() {
        String release = waiting("1.0.8", desk.environmentKey, "all is \u001b[2Jwell\u202e");
        Typed typed = desk.type("show", release);
        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(typed.out()).contains("all is \\u001b[2Jwell\\u202e").doesNotContain("\u001b");
    }

    @Test
    void saysSoWhereThisCheckoutComesToAnotherPlan() {
        String release = waiting("1.0.9");
        desk.writePlan(", reason: required");
        Typed typed = desk.type("show", release);
        assertThat(typed.out()).contains("this checkout comes to ANOTHER plan");
    }

    @Test
    void comparesNothingOutsideOfACheckout() {
        String release = waiting("1.0.10");
        assertThat(desk.typeIn(desk.home, "show", release).out()).contains("not compared");
    }

    @Test
    void rejectsWithAReason() {
        String release = waiting("1.1.0");
        Typed typed = desk.type("reject", release, "--reason", "not on a Friday");
        assertThat(typed.code()).as(typed.err()).isZero();
        List<SignedStatement> taken = stage.script.taken();
        Statement said = taken.get(taken.size() - 1).statement().orElseThrow();
        assertThat(said.kind()).isEqualTo(Kind.REJECT);
        assertThat(said.reason()).isEqualTo("not on a Friday");
    }

    @Test
    void believesARejectionOnlyFromTheEnvironmentsKey() {
        String release = waiting("1.1.1");
        stage.script.signedBy(EnvironmentKey.generate("somebody"));
        Typed typed = desk.type("reject", release, "--reason", "not on a Friday");
        assertThat(typed.code()).isEqualTo(19);
        assertThat(typed.err()).contains("Temporal's word alone");
    }

    @Test
    void revokesTheApprovalThatCounts() {
        String release = waiting("1.1.2");
        assertThat(desk.type("approve", release, "--yes").code()).isZero();
        List<SignedStatement> before = stage.script.taken();
        SignedStatement approval = before.get(before.size() - 1);
        assertThat(desk.type("revoke", release, "--reason", "wrong one").err()).contains("no approval of 'ben' counts");
        stage.script.says("1.1.2", input -> Story.of(input)
                .in(Phase.TURN)
                .approved(approval)
                .reviewed(Story.review(input, desk.environmentKey))
                .report());
        Typed typed = desk.type("revoke", release, "--reason", "wrong one");
        assertThat(typed.code()).as(typed.err()).isZero();
        List<SignedStatement> taken = stage.script.taken();
        Statement said = taken.get(taken.size() - 1).statement().orElseThrow();
        assertThat(said.kind()).isEqualTo(Kind.REVOKE);
        assertThat(said.about()).isEqualTo(approval.id());
    }

    @Test
    void showsWhatAReleaseWaitsForThatHasNoReviewYet() {
        waiting("1.1.4");
        stage.script.says("1.1.4", input -> Story.of(input)
                .in(Phase.GATES)
                .waitingFor("ci: no checks yet")
                .report());
        Typed typed = desk.type("show", "shop/production@1.1.4");
        assertThat(typed.code()).isZero();
        assertThat(typed.out()).contains("phase     gates; no review yet").contains("waits     for ci: no checks yet");
    }

    @Test
    void showsWhatIsNewAndWhatTheGatesFound() {
        String release = waiting("1.1.3");
        assertThat(desk.type("show", release).out())
                .contains("new       012345678… ana: Count twice")
                .contains("authors   ana")
                .contains("gates     ci: checks passed");
    }

    @Test
    void finishesAWatchAboutTheStateThatItOpened() {
        stage.script.says(
                "1.2.0", input -> Story.of(input).in(Phase.WATCH).opened(BASE).report());
        desk.as("ana").type("release", "production", "--version", "1.2.0", "--wait", "accepted");
        Typed typed = desk.type("finish", "shop/production@1.2.0");
        assertThat(typed.code()).as(typed.err()).isZero();
        List<SignedStatement> taken = stage.script.taken();
        Statement said = taken.get(taken.size() - 1).statement().orElseThrow();
        assertThat(said.kind()).isEqualTo(Kind.FINISH);
        assertThat(said.about()).isEqualTo(BASE);
    }

    @Test
    void finishesNothingThatIsNotWatched() {
        String release = waiting("1.2.1");
        Typed typed = desk.type("finish", release);
        assertThat(typed.code()).isEqualTo(17);
        assertThat(typed.err()).contains("is not being watched; it is in phase approval");
    }

    private Statement taken() {
        List<SignedStatement> taken = stage.script.taken();
        return taken.get(taken.size() - 1).statement().orElseThrow();
    }

    private String asking(String version) {
        return asking(
                version,
                new Question(
                        3,
                        2,
                        "deploy web",
                        "the vendor is down",
                        true,
                        "it is rolled back",
                        Instant.parse("2026-11-21T10:00:00Z")));
    }

    private String asking(String version, Question question) {
        stage.script.says(version, input -> Story.of(input)
                .in(Phase.DEPLOY)
                .opened(BASE)
                .asking(question)
                .report());
        desk.as("ana").type("release", "production", "--version", version, "--wait", "accepted");
        return "shop/production@" + version;
    }

    @Test
    void answersAFailureWithRetry() {
        Typed typed = desk.type("retry", asking("2.4.0"), "--reason", "the vendor is back");
        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(typed.err())
                .contains("deploy web: the vendor is down")
                .contains("it may have left something; until 2026-11-21 10:00:00 UTC, then it is rolled back")
                .contains("confirmed by the key of shop/production");
        assertThat(taken().kind()).isEqualTo(Kind.RETRY);
        assertThat(taken().about()).isEqualTo(BASE);
        assertThat(taken().what()).isEqualTo("{\"attempt\":2,\"step\":3}");
    }

    @Test
    void saysTheStepThatFailedOnceAndSpeaksOfThisAttemptAlone() {
        Question question = new Question(
                4,
                1,
                "migrate alpha",
                "migrate alpha: V2__b.sql fails",
                false,
                "it stops, and nothing is deployed",
                Instant.parse("2026-11-21T10:00:00Z"));
        Typed typed = desk.type("retry", asking("2.4.2", question), "--reason", "mended");
        assertThat(typed.err())
                .contains("migrate alpha: V2__b.sql fails")
                .doesNotContain("migrate alpha: migrate alpha")
                .contains("this attempt changed nothing; until 2026-11-21 10:00:00 UTC")
                .doesNotContain("it changed nothing");
    }

    @Test
    void answersAFailureByGivingUp() {
        Typed typed = desk.type("give-up", asking("2.4.1"), "--reason", "tomorrow");
        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(taken().kind()).isEqualTo(Kind.GIVE_UP);
        assertThat(taken().reason()).isEqualTo("tomorrow");
    }

    @Test
    void answersNothingThatIsNotAsked() {
        String release = waiting("2.4.2");
        Typed typed = desk.as("ana").type("retry", release);
        assertThat(typed.code()).isEqualTo(17);
        assertThat(typed.err()).contains("asks nobody what to do about a failure; it is in phase approval");
    }

    @Test
    void extendsAWatchByATimeFromNow() {
        stage.script.says(
                "2.4.3", input -> Story.of(input).in(Phase.WATCH).opened(BASE).report());
        desk.as("ana").type("release", "production", "--version", "2.4.3", "--wait", "accepted");
        Instant before = Instant.now();
        Typed typed = desk.type("extend", "shop/production@2.4.3", "--for", "2h");
        assertThat(typed.code()).as(typed.err()).isZero();
        assertThat(taken().kind()).isEqualTo(Kind.EXTEND);
        assertThat(Instant.parse(taken().details().path("until").asText()))
                .isBetween(before.plusSeconds(7199), Instant.now().plusSeconds(7200));
    }

    @Test
    void watchesToTheEndAndSaysSoInItsCode() {
        String release = waiting("1.3.0");
        stage.script.ends("1.3.0", input -> Story.of(input)
                .closed(Story.close(input, desk.environmentKey))
                .ended(Outcome.SUCCEEDED, "1.3.0 is live")
                .ending());
        assertThat(desk.type("watch", release).code()).isZero();
        assertThat(desk.type("watch", "1.3.0").code()).isZero();
    }

    @Test
    void cancelsThroughTemporal() {
        String release = waiting("1.3.1");
        assertThat(desk.type("cancel", release).code()).isZero();
        assertThat(desk.type("watch", release).code()).isEqualTo(15);
        assertThat(desk.type("cancel", release).code()).isEqualTo(17);
    }

    @Test
    void printsTheLinesOfChildProcessesInTheLogs() {
        stage.script.says("1.4.0", input -> Story.of(input)
                .in(Phase.MIGRATE)
                .journal("migrated main", "V7__orders.sql", "1 row")
                .report());
        desk.as("ana").type("release", "production", "--version", "1.4.0", "--wait", "accepted");
        assertThat(desk.type("logs", "shop/production@1.4.0").out())
                .contains("09:00:00   migrate        migrated main")
                .contains("    | V7__orders.sql");
    }

    @Test
    void asksAgainWhereAWorkerDoesNotAnswerForAMoment() {
        AtomicInteger unanswered = new AtomicInteger();
        stage.script.says("1.4.0", input -> {
            if (unanswered.getAndDecrement() > 0) {
                throw new IllegalStateException("the worker has just died");
            }
            return Story.of(input).in(Phase.MIGRATE).journal("migrated main").report();
        });
        desk.as("ana").type("release", "production", "--version", "1.4.0", "--wait", "accepted");

        unanswered.set(3);
        Typed waited = desk.type("logs", "shop/production@1.4.0");
        assertThat(waited.code()).as(waited.err()).isZero();
        assertThat(waited.out()).contains("migrated main");

        unanswered.set(100);
        Typed given = desk.type("logs", "shop/production@1.4.0");
        assertThat(given.code()).isEqualTo(ExitCode.UNREACHABLE.number());
        assertThat(given.err()).contains("no worker answers for shop/production@1.4.0");
    }

    @Test
    void saysThatAReleaseWasTerminatedInsteadOfBlamingTheWorker() {
        String release = waiting("1.4.1");
        stage.script.says("1.4.1", input -> {
            throw new IllegalStateException("Temporal asks no worker about what was terminated");
        });
        stage.client.newUntypedWorkflowStub("release:shop:production:1.4.1").terminate("by hand");

        for (String command : new String[] {"logs", "approve", "show"}) {
            Typed typed = desk.type(command, release);
            assertThat(typed.code()).as(command).isEqualTo(17);
            assertThat(typed.err())
                    .contains("shop/production@1.4.1 terminated in Temporal: by hand")
                    .contains("`slipway evidence shop/production@1.4.1`")
                    .contains("`slipway status shop/production`")
                    .doesNotContain("worker");
        }
    }

    @Test
    void saysThatAReleaseThatFailedBeforeItsReviewIsToBeAskedForAgain() {
        stage.script.ends("1.4.2", input -> Story.of(input)
                .ended(Outcome.FAILED, "preflight: no database main")
                .ending());
        desk.as("ana").type("release", "production", "--version", "1.4.2");

        Typed typed = desk.as("ben").type("approve", "shop/production@1.4.2", "--yes");

        assertThat(typed.code()).isEqualTo(17);
        assertThat(typed.err())
                .contains("failed: preflight: no database main")
                .contains("`slipway release production --version 1.4.2`")
                .doesNotContain("yet");
    }

    @Test
    void saysOfAReleaseThatIsOverHowItEndedAndWhatToType() {
        stage.script.ends("1.4.3", input -> Story.of(input)
                .ended(Outcome.EXPIRED, "nobody approved within 1h; start the release again")
                .ending());
        stage.script.ends("1.4.4", input -> Story.of(input)
                .closed(Story.close(input, desk.environmentKey))
                .ended(Outcome.SUCCEEDED, "1.4.4 is live")
                .ending());
        desk.as("ana").type("release", "production", "--version", "1.4.3");
        desk.type("release", "production", "--version", "1.4.4");

        for (String[] late : new String[][] {
            {"approve", "1.4.3", "--yes"},
            {"reject", "1.4.3", "--reason", "x"},
            {"revoke", "1.4.3", "--reason", "x"},
            {"finish", "1.4.3"}
        }) {
            Typed typed = desk.as("ben").type(late);
            assertThat(typed.code()).as(late[0] + typed.err()).isEqualTo(17);
            assertThat(typed.err())
                    .contains("shop/production@1.4.3 has ended already, expired: nobody approved within 1h; start the"
                            + " release again; `slipway release production --version 1.4.3` asks for it again");
        }
        assertThat(desk.type("extend", "1.4.4", "--for", "1h").err())
                .contains("has ended already, succeeded: 1.4.4 is live; `slipway watch shop/production@1.4.4` shows");
    }

    @Test
    void listsTheWaitingAndAsksWhichWhereSeveralAreMeant() {
        waiting("2.0.0");
        waiting("2.0.1");
        Typed listed = desk.typeIn(desk.home, "waiting");
        assertThat(listed.out())
                .contains("shop/production@2.0.0  asked by ana")
                .contains("waits for approval of ana, ben")
                .contains("slipway approve shop/production@2.0.1");
        Typed which = desk.type("approve", "--yes");
        assertThat(which.code()).isEqualTo(2);
        assertThat(which.err()).contains("which one?").contains("shop/production@2.0.0");
        assertThat(desk.type("waiting", "production", "--for", "cleo").out())
                .contains("no release and no restore waits");
    }

    @Test
    void namesWhatRunsWhereAVersionIsMistyped() {
        for (String version : List.of("2.1.0", "2.1.1", "2.1.2", "2.1.3", "2.1.4", "2.1.5")) {
            waiting(version);
        }

        assertThat(desk.type("approve", "2.1.O").err())
                .containsPattern(
                        "knows no release '2.1.O'; running: (shop/production@[0-9.]+, ){4}shop/production@[0-9.]+"
                                + " and [0-9]+ more; `slipway history` lists");
        assertThat(desk.type("approve", "production").err())
                .contains("'production' is an environment, and a release of it is meant; write it like '1.4.0' or"
                        + " 'shop/production@1.4.0'; running: shop/production@");
    }

    @Test
    void saysThatAReleaseIsUnknown() {
        Typed typed = desk.type("show", "shop/production@9.9.9");
        assertThat(typed.code()).isEqualTo(2);
        assertThat(typed.err()).contains("knows no release 'shop/production@9.9.9'");
        assertThat(desk.type("show", "shop/production@").code()).isEqualTo(2);
        assertThat(desk.type("show", "9.9.9").code()).isEqualTo(2);
    }
}
