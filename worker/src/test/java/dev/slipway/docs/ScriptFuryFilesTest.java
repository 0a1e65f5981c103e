package dev.slipway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.plan.Channel;
import dev.slipway.plan.Gate;
import dev.slipway.plan.Hotfix;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.reading.PlanProblem;
import dev.slipway.plan.reading.PlanReader;
import dev.slipway.plan.reading.PlanReading;
import dev.slipway.plan.reading.PlanRequest;
import dev.slipway.plan.reading.PlanSource;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.worker.settings.SettingsReader;
import dev.slipway.worker.settings.SettingsReading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of examples/script-fury say what its users asked for. */
final class ScriptFuryFilesTest {

    private static final String COMMIT = "a".repeat(40);

    private final Path example = Documentation.here().root().resolve("examples/script-fury");

    @Test
    void productionAsksForEverythingThatWasAskedFor() {
        ReleasePlan plan = plan("production");

        assertThat(plan.approval().quorum()).isEqualTo(2);
        assertThat(plan.approval().not()).containsExactly("requester");
        assertThat(plan.approval().confirm()).isEqualTo("CONFIRM");
        assertThat(plan.approval().reason()).isTrue();
        assertThat(plan.approval().from()).doesNotContain("ci");
        assertThat(plan.watch().rollbackWhen())
                .containsExactly("health failing for 3m", "error-rate > 5% for 2m", "memory > 90% for 5m");
        assertThat(plan.rollback().within()).isEqualTo(Duration.ofMinutes(2));
        assertThat(plan.rollback().confirm()).isEqualTo("CONFIRM");
        assertThat(plan.rollback().reason()).isTrue();
        assertThat(plan.timeouts().get("deploy")).isEqualTo(Duration.ofMinutes(5));
        assertThat(plan.deploy().get(0).railway().get(0).autoDeploy()).isFalse();
    }

    @Test
    void aHotfixSkipsNoGateAndNoApproval() {
        ReleasePlan plan = plan("production");
        Hotfix hotfix = plan.hotfix().get(0);

        assertThat(hotfix.skip()).containsExactly("freeze");
        assertThat(hotfix.approval().get(0).quorum()).isEqualTo(2);
        assertThat(hotfix.approval().get(0).confirm()).isEqualTo("CONFIRM");
        assertThat(hotfix.approval().get(0).reason()).isTrue();
    }

    @Test
    void previewAndStagingAreReleasedWithoutAPerson() {
        assertThat(plan("preview").approval().quorum()).isZero();
        assertThat(plan("staging").approval().quorum()).isZero();
        assertThat(plan("preview").channels()).isEmpty();
        assertThat(plan("staging").channels()).extracting(Channel::tier).containsExactly("daily");
        assertThat(plan("staging").gates().stream()
                        .flatMap(gate -> gate.released().stream())
                        .map(Gate.Released::in))
                .containsExactly("preview");
    }

    @Test
    void everyTierHasTheModelsAndItsOwnFlask() {
        Map<String, String> flask = Map.of("preview", "development", "staging", "staging", "production", "production");
        flask.forEach((environment, mode) -> assertThat(
                        plan(environment).deploy().get(0).config())
                .containsEntry("OPENAI_API_KEY", "$OPENAI_API_KEY")
                .containsEntry("MODEL_MODE", "balanced")
                .containsEntry("CHARACTER_MODEL", "gpt-4o")
                .containsEntry("SCENE_MODEL", "gpt-4o")
                .containsEntry("SANITIZATION_MODEL", "o3-mini")
                .containsEntry("INFO_MODEL", "gpt-4o-mini")
                .containsEntry("IMAGE_MODEL", "gpt-image-1")
                .containsEntry("FLASK_ENV", mode)
                .containsEntry("FLASK_DEBUG", String.valueOf(!environment.equals("production"))));
    }

    @Test
    void theWorkersFileIsSound(@TempDir Path folder) throws Exception {
        assertThat(worker(folder).problems()).extracting(PlanProblem::text).isEmpty();
    }

    @Test
    void whoCountsInProductionStandsInTheWorkersFileToo(@TempDir Path folder) throws Exception {
        ReleasePlan plan = plan("production");

        ServedEnvironment production = worker(folder).settings().orElseThrow().environments().stream()
                .filter(each -> each.environment().equals("production"))
                .findFirst()
                .orElseThrow();

        assertThat(production.floor().people()).isEqualTo(plan.people()).containsKeys("ana", "ben", "cem");
        assertThat(production.floor().policy().from())
                .containsExactlyElementsOf(plan.approval().from());
    }

    private SettingsReading worker(Path folder) throws Exception {
        for (String environment : List.of("preview", "staging", "production")) {
            EnvironmentKey.generate("script-fury/" + environment)
                    .write(folder.resolve("script-fury-" + environment + ".key"));
        }
        Path file = Files.copy(example.resolve("slipway-worker.yaml"), folder.resolve("slipway-worker.yaml"));

        return new SettingsReader(Map.of()).read(file);
    }

    @Test
    void everyCheckThatIsAskedForIsAJobAtGitHub() throws Exception {
        String jobs = Files.readString(example.resolve(".github/workflows/release.yml"));

        for (String environment : List.of("preview", "staging", "production")) {
            plan(environment).gates().stream()
                    .flatMap(gate -> gate.checks().stream())
                    .flatMap(checks -> checks.required().stream())
                    .forEach(check -> assertThat(jobs).contains("{check: " + check + ","));
            assertThat(jobs).contains("slipway release " + environment + " --version");
        }
    }

    private ReleasePlan plan(String environment) {
        PlanReading reading =
                new PlanReader().read(PlanSource.directory(example), new PlanRequest(environment, "abc123", COMMIT));
        assertThat(reading.problems()).isEmpty();
        return Optional.of(reading).flatMap(PlanReading::plan).orElseThrow();
    }
}
