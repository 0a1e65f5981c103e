package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.record.AlreadyLive;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;
import dev.slipway.release.Outcome;
import dev.slipway.release.Phase;
import dev.slipway.release.ReleaseInput;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.Json;
import dev.slipway.trust.SignedStatement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReleaseCommandTest {

    private final Stage stage = new Stage().withWorker();
    private Desk desk;

    @BeforeEach
    void sitDown(@TempDir Path folder) {
        desk = new Desk(folder, stage.address);
    }

    @AfterAll
    void close() {
        stage.close();
    }

    @Test
    void endsWith0WhereTheEnvironmentsKeyConfirmsTheSuccess() {
        stage.script.ends("1.0.0", input -> Story.of(input)
                .in(Phase.DEPLOY)
                .journal("deployed web")
                .closed(Story.close(input, desk.environmentKey))
                .ended(Outcome.SUCCEEDED, "1.0.0 is live")
                .ending());
        Typed typed = desk.type("release", "production", "--version", "1.0.0");
        assertThat(typed.err()).isEmpty();
        assertThat(typed.code()).isZero();
        assertThat(typed.out())
                .contains("asked for shop/production@1.0.0")
                .containsOnlyOnce("deployed web")
                .contains("succeeded: 1.0.0 is live (confirmed by the environment's key)");
    }

    @Test
    void endsWith2WhereThePlanHasNoSuchPhase() {
        Typed typed = desk.type("run", "reference-data", "production", "--version", "1.0.0");
        assertThat(typed.code()).isEqualTo(2);
        assertThat(typed.err()).contains("the plan of 'production' has no reference-data, so there is nothing to run");
    }

    @Test
    void endsWith19WhereTheSuccessCarriesNothingSigned() {
        stage.script.ends("1.0.1", input -> Story.of(input)
                .ended(Outcome.SUCCEEDED, "1.0.1 is live")
                .ending());
        Typed typed = desk.type("release", "production", "--version", "1.0.1");
        assertThat(typed.code()).isEqualTo(19);
        assertThat(typed.err()).contains("unconfirmed: it carries no signed entry of the record");
    }

    @Test
    void saysOfAFailureWhetherAnythingWasChanged() {
        stage.script.ends("1.0.18", input -> Story.of(input)
                .ended(Outcome.FAILED, "preflight: a file is missing")
                .ending());
        Typed harmless = desk.type("release", "production", "--version", "1.0.18");
        assertThat(harmless.code()).isEqualTo(10);
        assertThat(harmless.err())
                .contains(
                        "failed: preflight: a file is missing; nothing was changed: mend it, and give the same command");

        stage.script.ends("1.0.19", input -> Story.of(input)
                .changed("main stays at 4")
                .ended(Outcome.FAILED, "migrate main: it broke")
                .ending());
        Typed left = desk.type("release", "production", "--version", "1.0.19");
        assertThat(left.code()).isEqualTo(11);
        assertThat(left.err()).contains("failed: migrate main: it broke").doesNotContain("nothing was changed");
    }

    @Test
    void tellsEachOfSeveralProblemsOnce() throws IOException {
        String headline = "3 problems: secret 'A' is missing; secret 'B' is missing; secret 'C' is missing";
        for (String version : List.of("1.0.20", "1.0.21")) {
            stage.script.ends(version, input -> Story.of(input)
                    .problem("secret 'A' is missing")
                    .problem("secret 'B' is missing")
                    .problem("secret 'C' is missing")
                    .ended(Outcome.FAILED, headline)
                    .ending());
        }

        Typed typed = desk.type("release", "production", "--version", "1.0.20");

        assertThat(typed.code()).isEqualTo(10);
        assertThat(typed.out() + typed.err())
                .containsOnlyOnce("secret 'A' is missing")
                .containsOnlyOnce("secret 'B' is missing")
                .containsOnlyOnce("secret 'C' is missing")
                .contains(
                        "slipway: shop/production@1.0.20 failed: 3 problems, told above; nothing was changed: mend it");
        Typed json = desk.type("release", "production", "--version", "1.0.21", "-o", "json");
        assertThat(Json.mapper().readTree(json.out()).path("text").asText()).contains(headline);
    }

    @Test
    void endsWith19WhereAnotherKeySignedTheEnd() {
        EnvironmentKey foreign = EnvironmentKey.generate("somebody");
        stage.script.ends("1.0.2", input -> Story.of(input)
                .closed(Story.close(input, foreign))
                .ended(Outcome.SUCCEEDED, "1.0.2 is live")
                .ending());
        Typed typed = desk.type("release", "production", "--version", "1.0.2");
        assertThat(typed.code()).isEqualTo(19);
        assertThat(typed.err()).contains("signed by key").contains(PinnedKeys.KEY);
    }

    @Test
    void endsWith19WhereTheSignedEndIsOfAnotherRequest() {
        stage.script.ends("1.0.3", input -> Story.of(input)
                .closed(Story.close(input, desk.environmentKey, "f".repeat(64), Outcome.SUCCEEDED, State.empty()))
                .ended(Outcome.SUCCEEDED, "1.0.3 is live")
                .ending());
        Typed typed = desk.type("release", "production", "--version", "1.0.3");
        assertThat(typed.code()).isEqualTo(19);
        assertThat(typed.err()).contains("ends another request");
    }

    @Test
    void endsWith19WhereTheSignedEndSaysAnotherOutcome() {
        stage.script.ends("1.0.4", input -> Story.of(input)
                .closed(Story.close(
                        input, desk.environmentKey, input.request().id(), Outcome.ROLLED_BACK, State.empty()))
                .ended(Outcome.SUCCEEDED, "1.0.4 is live")
                .ending());
        Typed typed = desk.type("release", "production", "--version", "1.0.4");
        assertThat(typed.code()).isEqualTo(19);
        assertThat(typed.err()).contains("says 'ROLLED_BACK'");
    }

    @Test
    void endsWith19WhereTheEnvironmentsKeyIsNotPinnedAndNobodyCanBeAsked() {
        stage.script.ends("1.0.5", input -> Story.of(input)
                .closed(Story.close(input, desk.environmentKey))
                .ended(Outcome.SUCCEEDED, "1.0.5 is live")
                .ending());
        Typed typed = desk.trustsNobody().type("release", "production", "--version", "1.0.5");
        assertThat(typed.code()).isEqualTo(19);
        assertThat(typed.err()).contains("slipway trust shop/production --key 'ssh-ed25519 ");
    }

    @Test
    void pinsAnUnknownKeyWhereAPersonSaysSo() throws IOException {
        stage.script.ends("1.0.6", input -> Story.of(input)
                .closed(Story.close(input, desk.environmentKey))
                .ended(Outcome.SUCCEEDED, "1.0.6 is live")
                .ending());
        Typed typed = desk.trustsNobody().answering("yes").type("release", "production", "--version", "1.0.6");
        assertThat(typed.code()).isZero();
        assertThat(typed.err()).contains(desk.environmentKey.publicKey().fingerprint());
        assertThat(Files.readString(desk.home.resolve(".config/slipway/known_environments")))
                .contains("shop/production ssh-ed25519 ");
    }

    @Test
    void endsWith0WhereTheWorkerSaysForThisRequestThatThisPlanIsLiveAlready() {
        alreadyLive("1.0.7", ReleaseInput::request);
        assertThat(desk.type("release", "production", "--version", "1.0.7").code())
                .isZero();
        alreadyLive("1.0.8", input -> new SignedStatement("of last month", ""));
        assertThat(desk.type("release", "production", "--version", "1.0.8").code())
                .as("the worker said so once, for another request")
                .isEqualTo(19);
    }

    private void alreadyLive(String version, Function<ReleaseInput, SignedStatement> request) {
        stage.script.ends(version, input -> {
            String said = new AlreadyLive(
                            AlreadyLive.KIND,
                            "shop",
                            "production",
                            version,
                            input.plan().digest(),
                            request.apply(input).id(),
                            7,
                            Instant.now())
                    .text();
            return Story.of(input)
                    .closed(new SignedText(said, desk.environmentKey.sign(said)))
                    .ended(Outcome.SUCCEEDED, version + " was live already")
                    .ending();
        });
    }

    @Test
    void anEntryOfAnEarlierDayIsNoSuccess() {
        stage.script.ends("1.0.9", input -> Story.of(input)
                .closed(Story.close(
                        input,
                        desk.environmentKey,
                        "e".repeat(64),
                        Outcome.SUCCEEDED,
                        State.empty()
                                .withLive(new State.Live(
                                        "1.0.9", input.plan().digest(), "", Instant.now(), Map.of("web", "7")))))
                .ended(Outcome.SUCCEEDED, "1.0.9 was live already")
                .ending());
        assertThat(desk.type("release", "production", "--version", "1.0.9").code())
                .isEqualTo(19);
    }

    @Test
    void endsWithACodeForEachEnd() {
        endsWith("1.1.0", Outcome.FAILED, List.of(), 10);
        endsWith("1.1.1", Outcome.FAILED, List.of("database main is at 7"), 11);
        endsWith("1.1.2", Outcome.ROLLED_BACK, List.of(), 12);
        endsWith("1.1.3", Outcome.ROLLBACK_FAILED, List.of("web"), 13);
        endsWith("1.1.4", Outcome.REJECTED, List.of(), 14);
        endsWith("1.1.5", Outcome.EXPIRED, List.of(), 14);
        endsWith("1.1.6", Outcome.CANCELLED, List.of(), 15);
    }

    private void endsWith(String version, Outcome outcome, List<String> changed, int code) {
        stage.script.ends(version, input -> Story.of(input)
                .changed(changed.toArray(String[]::new))
                .ended(outcome, "because of the test")
                .ending());
        Typed typed = desk.type("release", "production", "--version", version);
        assertThat(typed.code()).as(outcome + " " + typed.err()).isEqualTo(code);
        assertThat(typed.err()).contains("slipway: shop/production@" + version + " " + outcome.words());
    }

    @Test
    void saysThatATerminatedReleaseMayHaveChangedSomething() {
        desk.type("release", "production", "--version", "1.1.9", "--wait", "accepted");
        stage.client.newUntypedWorkflowStub("release:shop:production:1.1.9").terminate("by hand");
        Typed typed = desk.type("watch", "shop/production@1.1.9");
        assertThat(typed.code()).isEqualTo(11);
        assertThat(typed.err()).contains("terminated in Temporal: by hand").contains("slipway status shop/production");
    }

    @Test
    void waitsOnlyUntilItIsAcceptedWhereToldSo() {
        Typed typed = desk.type("release", "production", "--version", "1.2.0", "--wait", "accepted");
        assertThat(typed.code()).isEqualTo(16);
        assertThat(typed.out()).contains("is accepted and goes on by itself");
    }

    @Test
    void waitsOnlyUntilApprovalIsAskedForWhereToldSo() {
        stage.script.says("1.2.1", input -> Story.of(input)
                .in(Phase.APPROVAL)
                .waitingFor("approval", "ana", "ben")
                .report());
        Typed typed = desk.type("release", "production", "--version", "1.2.1", "--wait", "approval");
        assertThat(typed.code()).isEqualTo(16);
        assertThat(typed.out())
                .contains("waits for approval of ana, ben")
                .contains("they type: slipway approve shop/production@1.2.1");
    }

    @Test
    void saysWhatItWaitsForInsteadOfTheApprovalWhenItsTimeIsUp() {
        stage.script.says("1.2.3", input -> Story.of(input)
                .in(Phase.GATES)
                .waitingFor("gate released: 1.2.3 has to succeed in staging")
                .report());

        Typed typed = desk.type("release", "production", "--version", "1.2.3", "--wait", "approval", "--timeout", "1s");

        assertThat(typed.code()).isEqualTo(16);
        assertThat(typed.out())
                .contains("waits for gate released: 1.2.3 has to succeed in staging")
                .contains("shop/production@1.2.3 waits for gate released");
    }

    @Test
    void saysInWhichPhaseItIsWhenItsTimeIsUpAndItWaitsForNothing() {
        stage.script.says("1.2.4", input -> Story.of(input).in(Phase.REVIEW).report());

        Typed typed = desk.type("release", "production", "--version", "1.2.4", "--timeout", "1s");

        assertThat(typed.code()).isEqualTo(16);
        assertThat(typed.out()).contains("shop/production@1.2.4 is in phase review; `slipway watch");
    }

    @Test
    void statusShowsAReleaseThatHasNotGotToItsTurn() {
        stage.script.says("1.2.2", input -> Story.of(input).in(Phase.PREFLIGHT).report());
        desk.type("release", "production", "--version", "1.2.2", "--wait", "accepted");

        assertThat(desk.type("status", "production").out())
                .contains("shop/production  nothing is known: no release has got as far as its turn yet")
                .contains("before     1.2.2 in phase preflight");
    }

    @Test
    void statusShowsWhoHasWaitedLongestFirst() {
        for (String version : List.of("1.2.31", "1.2.32")) {
            stage.script.says(version, input -> Story.of(input)
                    .in(Phase.APPROVAL)
                    .waitingFor("approval", "ana")
                    .report());
            desk.type("release", "production", "--version", version, "--wait", "approval");
        }

        assertThat(desk.type("status", "production").out())
                .containsSubsequence("waits      1.2.31 for approval of ana", "waits      1.2.32 for approval of ana");
    }

    @Test
    void joinsTheRunningReleaseOfTheSamePlan() {
        desk.type("release", "production", "--version", "1.3.0", "--wait", "accepted");
        Typed typed = desk.as("ben").type("release", "production", "--version", "1.3.0", "--wait", "accepted");
        assertThat(typed.out()).contains("attached to the running release shop/production@1.3.0, asked for by ana");
    }

    @Test
    void refusesARunningReleaseOfAnotherPlan() {
        desk.type("release", "production", "--version", "1.3.1", "--wait", "accepted");
        desk.writePlan(", reason: required");
        Typed typed = desk.type("release", "production", "--version", "1.3.1", "--wait", "accepted");
        assertThat(typed.code()).isEqualTo(17);
        assertThat(typed.err()).contains("is running with another plan");
    }

    @Test
    void printsOneJsonObjectAndNothingElse() throws IOException {
        stage.script.ends("1.4.0", input -> Story.of(input)
                .journal("deployed \u001b[31mweb")
                .closed(Story.close(input, desk.environmentKey))
                .ended(Outcome.SUCCEEDED, "1.4.0 is live")
                .ending());
        Typed typed = desk.type("release", "production", "--version", "1.4.0", "--output", "json");
        JsonNode result = Json.mapper().readTree(typed.out());
        assertThat(result.at("/exitCode").intValue()).isZero();
        assertThat(result.at("/outcome").textValue()).isEqualTo("SUCCEEDED");
        assertThat(result.at("/confirmed").booleanValue()).isTrue();
        assertThat(result.at("/report/0/version").textValue()).isEqualTo("1.4.0");
        assertThat(typed.out()).doesNotContain("\u001b");
        assertThat(typed.err()).contains("deployed \\u001b[31mweb");
    }

    @Test
    void printsAFailureAsJsonToo() throws IOException {
        Typed typed = desk.with("TEMPORAL_ADDRESS", "127.0.0.1:1")
                .type("release", "production", "--version", "1.4.1", "--output", "json");
        assertThat(typed.code()).isEqualTo(18);
        assertThat(Json.mapper().readTree(typed.out()).at("/exitCode").intValue())
                .isEqualTo(18);
    }

    @Test
    void saysWhereNoTemporalAnswers() {
        Typed typed = desk.with("TEMPORAL_ADDRESS", "127.0.0.1:1").type("release", "production", "--version", "1.4.2");
        assertThat(typed.code()).isEqualTo(18);
        assertThat(typed.err().lines())
                .singleElement()
                .asString()
                .contains("Temporal does not answer at 127.0.0.1:1")
                .contains("TEMPORAL_ADDRESS");
    }

    @Test
    void tellsAllProblemsOfABrokenPlan() {
        desk.writePlan(", quorum-of: 3, wait: 4");
        Typed typed = desk.type("release", "production", "--version", "1.4.3");
        assertThat(typed.code()).isEqualTo(2);
        assertThat(typed.err()).contains("quorum-of").contains("wait").contains("nothing was done");
    }

    @Test
    void refusesAKeyThatBelongsToNobody() {
        Typed typed = desk.as("mallory").type("release", "production", "--version", "1.4.4");
        assertThat(typed.code()).isEqualTo(17);
        assertThat(typed.err()).contains("belongs to none of the plan's people (ana, ben)");
    }

    @Test
    void signsAndStartsNothingInADryRun() {
        Typed typed = desk.with("TEMPORAL_ADDRESS", "127.0.0.1:1")
                .type("release", "production", "--version", "1.4.5", "--dry-run");
        assertThat(typed.code()).isZero();
        assertThat(typed.out())
                .contains("would ask for shop/production@1.4.5 as 'ana'")
                .contains("nothing was signed");
    }

    @Test
    void refusesAHotfixAndAnAgainWithoutAReason() {
        assertThat(desk.type("release", "production", "--version", "1", "--hotfix")
                        .code())
                .isEqualTo(2);
        assertThat(desk.type("release", "production", "--version", "1", "--again")
                        .err())
                .contains("--again needs --reason");
    }

    @Test
    void drawsOverItsOwnLinesAtATerminal() {
        stage.script.ends("1.5.0", input -> Story.of(input)
                .closed(Story.close(input, desk.environmentKey))
                .ended(Outcome.SUCCEEDED, "1.5.0 is live")
                .ending());
        assertThat(desk.atTerminal()
                        .type("release", "production", "--version", "1.5.0")
                        .code())
                .isZero();
    }
}
