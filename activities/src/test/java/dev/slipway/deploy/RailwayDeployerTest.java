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
import dev.slipway.vendor.VendorApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RailwayDeployerTest extends VendorDeployerContract {

    static final VendorTimes HASTY = new VendorTimes(
            new VendorApi.Limits(Duration.ofSeconds(2), Duration.ofSeconds(4)),
            Duration.ofMillis(2),
            Duration.ofMillis(300));

    private Dock dock;
    private FakeRailway railway;
    private String config = "";
    private String more = "";
    private final Deployers deployers = new Deployers(new CommandRunner(), HttpClients.standard(), HASTY);

    @BeforeEach
    void setUp(@TempDir Path home) throws Exception {
        railway = new FakeRailway();
        dock = new Dock(home);
        dock.secret("RAILWAY_TOKEN", FakeRailway.TOKEN);
        dock.secret("API_KEY", "planted-api-key-1");
        dock.mayGo("RAILWAY_TOKEN", "127.0.0.1");
        dock.serve(Dock.NO_FLOOR);
    }

    @AfterEach
    void tearDown() {
        dock.close();
        railway.close();
    }

    static String commit(String version) {
        return String.format("%040x", version.hashCode() & 0xffffffffL);
    }

    private ReleasePlan plan(String version) throws Exception {
        Files.writeString(
                dock.source.resolve("slipway.yaml"),
                "slipway: 1\nservice: shop\nsource: {git: https://git.example.com/acme/shop.git}\n"
                        + "secrets: [RAILWAY_TOKEN, API_KEY]\nenvironments:\n  production:\n    deploy:\n"
                        + "      - {name: api, railway: {project: shop, service: api, api: '" + railway.address() + "'"
                        + more + "}" + config + "}\n");
        return Dock.plan(PlanSource.directory(dock.source), version, commit(version));
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
        return (int) railway.mutations.stream()
                .filter(each -> !each.startsWith("cancel"))
                .count();
    }

    @Override
    void loseSight() throws Exception {
        expireToken();
    }

    @Override
    void faultAtALook(Fault fault) {
        railway.fault("deployment", fault);
        railway.fault("serviceInstance", fault);
    }

    @Override
    void faultAtADeployment(Fault fault) {
        railway.fault("serviceInstanceDeployV2", fault);
    }

    @Override
    void faultAtARollback(Fault fault) {
        railway.fault("deploymentRollback", fault);
    }

    @Override
    void expireToken() {
        try {
            dock.secret("RAILWAY_TOKEN", "expired-token-0123456789");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    String secret() {
        return "RAILWAY_TOKEN";
    }

    @Override
    void failsLater() {
        railway.course = List.of("BUILDING", "FAILED");
    }

    @Override
    void endsAfterSuccess() {
        railway.crashes = true;
    }

    @Override
    List<String> undescribed() {
        return railway.undescribed;
    }

    @Test
    void isHeldAgainstTheVendorsOwnSchema() {
        assumeTrue(railway.described(), "Railway's schema is not on this machine");
    }

    @Test
    void aFailedBuildCarriesItsLogAndWhereToLook() throws Exception {
        failsLater();
        StepContext release = release("1.0.0");

        assertThatThrownBy(() -> deployer().deploy(release, Pulse.unheard()))
                .isInstanceOfSatisfying(StepFailed.class, failed -> assertThat(failed.lines())
                        .containsExactly("npm install", "out of memory"))
                .hasMessageContaining("https://railway.com/project/" + FakeRailway.PROJECT);
    }

    @Test
    void whatIsUnknownOrWaitsForAPersonIsNoSuccess() throws Exception {
        railway.course = List.of("NEEDS_APPROVAL", "NEEDS_APPROVAL", "HALF_DONE", "SUCCESS");
        List<String> beats = new ArrayList<>();
        StepContext release = release("1.0.0");

        deployer().deploy(release, beats::add);

        assertThat(beats).anyMatch(beat -> beat.contains("waits until a person approves it at Railway"));
        assertThat(beats).anyMatch(beat -> beat.contains("is HALF_DONE"));
    }

    @Test
    void aServiceThatSleepsIsHealthy() throws Exception {
        railway.course = List.of("BUILDING", "SLEEPING");

        assertThat(deployer().deploy(release("1.0.0"), Pulse.unheard()).already())
                .isFalse();
    }

    @Test
    void setsOnlyWhatIsNewAndLetsRailwayDeployNothingForIt() throws Exception {
        config = ", config: {MODEL_MODE: balanced, API_KEY: $API_KEY, KEPT: same}";
        railway.variables.put("KEPT", "same");
        railway.variables.put("THEIRS", "untouched");

        deployer().deploy(release("1.0.0"), Pulse.unheard());

        assertThat(railway.variables)
                .containsEntry("MODEL_MODE", "balanced")
                .containsEntry("API_KEY", "planted-api-key-1")
                .containsEntry("THEIRS", "untouched");
        assertThat(changes()).isEqualTo(1);
        assertThat(railway.active().orElseThrow().variables).containsEntry("MODEL_MODE", "balanced");
    }

    @Test
    void anotherConfigOfTheSameCommitIsDeployed() throws Exception {
        deployer().deploy(release("1.0.0"), Pulse.unheard());
        config = ", config: {MODEL_MODE: fast}";

        Deployed second = deployer().deploy(release("1.0.0"), Pulse.unheard());

        assertThat(second.already()).isFalse();
        assertThat(changes()).isEqualTo(2);
    }

    @Test
    void theVariablesOfTheOldDeploymentComeBackWithIt() throws Exception {
        config = ", config: {MODEL_MODE: balanced}";
        String before = deployer().deploy(release("1.0.0"), Pulse.unheard()).id();
        config = ", config: {MODEL_MODE: fast}";
        StepContext release = release("1.1.0");
        deployer().deploy(release, Pulse.unheard());

        deployer().rollBack(release, before, Pulse.unheard());

        assertThat(railway.active().orElseThrow().variables).containsEntry("MODEL_MODE", "balanced");
    }

    @Test
    void whereRailwayDoesNotSayWhichAreRollbacksTheImageDoes() throws Exception {
        railway.saysReasons = false;
        String first = deployer().deploy(release("1.0.0"), Pulse.unheard()).id();
        StepContext release = release("1.1.0");
        deployer().deploy(release, Pulse.unheard());

        deployer().rollBack(release, first, Pulse.unheard());
        int deployments = railway.deployments.size();
        Deployed again = deployer().rollBack(release, first, Pulse.unheard());

        assertThat(railway.servingCommit()).contains(commit("1.0.0"));
        assertThat(again.already()).isTrue();
        assertThat(railway.deployments).hasSize(deployments);
        assertThat(deployer().current(release, Pulse.unheard())).isEqualTo(first);
    }

    @Test
    void buildsTheOldCommitAgainWhereItsImageIsGone() throws Exception {
        String before = deployer().deploy(release("1.0.0"), Pulse.unheard()).id();
        StepContext release = release("1.1.0");
        deployer().deploy(release, Pulse.unheard());
        railway.deployments.get(0).imageGone = true;

        Deployed back = deployer().rollBack(release, before, Pulse.unheard());

        assertThat(railway.servingCommit()).contains(commit("1.0.0"));
        assertThat(back.id()).isNotEqualTo(before).isEqualTo(railway.serving().orElseThrow());
        assertThat(back.lines().get(0)).contains("no longer has the image of deployment " + before);
    }

    @Test
    void saysWhereThereIsNoWayBack() throws Exception {
        deployer().deploy(release("1.0.0"), Pulse.unheard());
        String gone = "55555555-aaaa-4aaa-8aaa-555555555555";
        StepContext release = release("1.1.0");

        assertThatThrownBy(() -> deployer().rollBack(release, gone, Pulse.unheard()))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("no deployment " + gone + " any more");
    }

    @Test
    void aDeploymentThatAPushStartedIsFollowedWhereThatIsAllowed() throws Exception {
        more = ", auto-deploy: allowed";
        railway.deployments.add(new FakeRailway.Deployment(commit("1.0.0"), "deploy", "sha256:a", Map.of()));
        railway.deployments.get(0).next.addAll(List.of("BUILDING", "SUCCESS"));

        Deployed deployed = deployer().deploy(release("1.0.0"), Pulse.unheard());

        assertThat(deployed.id()).isEqualTo(railway.deployments.get(0).id);
        assertThat(changes()).isZero();
    }

    private Deployer.Look look() throws Exception {
        return deployer().look(dock.served(), plan("1.0.0"), Pulse.unheard());
    }

    @Test
    void preflightRefusesAServiceThatDeploysByItself() throws Exception {
        assertThat(look().problems()).isEmpty();
        railway.triggers.add("main");

        assertThat(look().problems())
                .singleElement()
                .asString()
                .contains("deploys what is pushed to acme/shop main by itself");
        more = ", auto-deploy: allowed";
        assertThat(look().problems()).isEmpty();
    }

    @Test
    void preflightSaysWhatThereIsWhereAServiceIsNot() throws Exception {
        more = ", environment: prod";

        assertThat(look().problems())
                .containsExactly("api: Railway has no environment 'prod' in the project 'shop' that this token sees; "
                        + "there are production");
    }

    @Test
    void preflightSendsNoTokenWhereTheWorkersFileDoesNotLetItGo() throws Exception {
        dock.mayGo("RAILWAY_TOKEN", "elsewhere.example.com");
        dock.serve(Dock.NO_FLOOR);

        assertThat(look().problems())
                .singleElement()
                .asString()
                .contains("may not be sent to 127.0.0.1 before a release is approved");
    }

    @Test
    void theCommandForAPersonsHandsHasTheExactIdAndNoSecret() throws Exception {
        String id = "55555555-aaaa-4aaa-8aaa-555555555555";

        assertThat(deployer().undoByHand(release("1.0.0"), id))
                .contains("deploymentRollback(id: \\\"" + id + "\\\")")
                .contains("Authorization: Bearer $RAILWAY_TOKEN")
                .doesNotContain(FakeRailway.TOKEN);
    }

    @Test
    void theTokenNeverStandsInAMessage() throws Exception {
        railway.fault("serviceInstance", Fault.HTML);
        StepContext release = release("1.0.0");
        assertThat(deployer().deploy(release, Pulse.unheard()).lines())
                .noneMatch(line -> line.contains(FakeRailway.TOKEN));
    }

    @Test
    void aTokenOfAProjectGoesInItsOwnHeaderAndKnowsItsOwnProjectOnly() throws Exception {
        more = ", token-kind: project";
        deployer().deploy(release("1.0.0"), Pulse.unheard());
        assertThat(changes()).isEqualTo(1);
        assertThat(deployer().undoByHand(release("1.0.0"), "a")).contains("Project-Access-Token: $RAILWAY_TOKEN");
    }
}
