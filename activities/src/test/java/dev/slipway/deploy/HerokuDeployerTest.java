package dev.slipway.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.deploy.Deployer.Deployed;
import dev.slipway.http.HttpClients;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.reading.PlanSource;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.record.Grant;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import dev.slipway.release.Dock;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HerokuDeployerTest extends VendorDeployerContract {

    private Dock dock;
    private FakeHeroku heroku;
    private String config = "";
    private final Deployers deployers =
            new Deployers(new CommandRunner(), HttpClients.standard(), RailwayDeployerTest.HASTY);

    @BeforeEach
    void setUp(@TempDir Path home) throws Exception {
        heroku = new FakeHeroku();
        dock = new Dock(home);
        dock.secret("HEROKU_API_KEY", FakeHeroku.KEY);
        dock.secret("API_KEY", "planted-api-key-1");
        dock.mayGo("HEROKU_API_KEY", "127.0.0.1");
        dock.serve(Dock.NO_FLOOR);
    }

    @AfterEach
    void tearDown() {
        dock.close();
        heroku.close();
    }

    private ReleasePlan plan(String version) throws Exception {
        Files.writeString(
                dock.source.resolve("slipway.yaml"),
                "slipway: 1\nservice: shop\nsource: {git: https://git.example.com/acme/shop.git}\n"
                        + "secrets: [HEROKU_API_KEY, API_KEY]\nenvironments:\n  production:\n    deploy:\n"
                        + "      - {name: api, heroku: {app: shop, source: 'https://example.com/${commit}.tar.gz', api: '"
                        + heroku.address() + "'}" + config + "}\n");
        return Dock.plan(PlanSource.directory(dock.source), version, RailwayDeployerTest.commit(version));
    }

    @Override
    Deployer deployer() {
        try {
            return deployers.of(plan("1.0.0").deploy().get(0));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    StepContext release(String version) throws Exception {
        ReleasePlan plan = plan(version);
        Instant now = Instant.now();
        Step step = Step.planned(1, StepKind.DEPLOY, "api").begun(now, now.plusSeconds(600), "");
        Grant grant = new Grant(
                "ab".repeat(32),
                Grant.RELEASE,
                version,
                plan.digest(),
                "",
                "",
                now,
                now.plus(Duration.ofHours(1)),
                List.of(step),
                "",
                Map.of());
        return new StepContext(dock.served(), grant, step, plan);
    }

    @Override
    int changes() {
        return heroku.changes.size();
    }

    @Override
    void loseSight() throws Exception {
        expireToken();
    }

    @Override
    void faultAtALook(Fault fault) {
        heroku.fault("GET builds", fault);
        heroku.fault("GET releases", fault);
    }

    @Override
    void faultAtADeployment(Fault fault) {
        heroku.fault("POST builds", fault);
    }

    @Override
    void faultAtARollback(Fault fault) {
        heroku.fault("POST releases", fault);
    }

    @Override
    void expireToken() {
        try {
            dock.secret("HEROKU_API_KEY", "expired-token-0123456789");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    String secret() {
        return "HEROKU_API_KEY";
    }

    @Override
    void failsLater() {
        heroku.releasePhaseFails = true;
    }

    @Override
    void endsAfterSuccess() {
        heroku.overtaken = true;
    }

    @Override
    List<String> undescribed() {
        return heroku.undescribed;
    }

    @Test
    void isHeldAgainstTheVendorsOwnSchema() {
        assumeTrue(heroku.described(), "Heroku's schema is not on this machine");
    }

    @Test
    void aBuildThatSucceededIsNoReleaseThatDid() throws Exception {
        failsLater();
        StepContext release = release("1.0.0");

        assertThatThrownBy(() -> deployer().deploy(release, Pulse.unheard()))
                .isInstanceOf(StepFailed.class)
                .hasMessage("api: release v1 at Heroku failed; see `heroku releases:output v1`");
    }

    @Test
    void configVarsAreAReleaseOfTheirOwnAndComeBackWithTheRollback() throws Exception {
        config = ", config: {MODEL_MODE: balanced, API_KEY: $API_KEY}";
        Deployed first = deployer().deploy(release("1.0.0"), Pulse.unheard());
        assertThat(heroku.releaseCount()).isEqualTo(2);
        config = ", config: {MODEL_MODE: fast, API_KEY: $API_KEY}";
        StepContext release = release("1.1.0");
        deployer().deploy(release, Pulse.unheard());
        assertThat(heroku.servingConfig()).containsEntry("MODEL_MODE", "fast");

        Deployed back = deployer().rollBack(release, first.id(), Pulse.unheard());

        assertThat(back.id()).isEqualTo(first.id());
        assertThat(heroku.servingConfig())
                .containsEntry("MODEL_MODE", "balanced")
                .containsEntry("API_KEY", "planted-api-key-1");
    }

    @Test
    void theCommandForAPersonsHandsSaysThatTheReleasePhaseRunsAgain() throws Exception {
        assertThat(deployer().undoByHand(release("1.0.0"), "55555555-aaaa-4aaa-8aaa-555555555555"))
                .startsWith("curl -sS " + heroku.address() + "/apps/shop/releases ")
                .contains("-d '{\"release\":\"55555555-aaaa-4aaa-8aaa-555555555555\"}'")
                .contains("Authorization: Bearer $HEROKU_API_KEY")
                .endsWith("# the release phase runs again");
    }

    @Test
    void preflightSaysWhatARollbackRunsAgain() throws Exception {
        Deployer.Look look = deployer().look(dock.served(), plan("1.0.0"), Pulse.unheard());

        assertThat(look.problems()).isEmpty();
        assertThat(look.notes()).singleElement().asString().contains("runs the release phase again");
    }
}
