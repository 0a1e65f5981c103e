package dev.slipway.worker.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.secrets.DotEnv;
import dev.slipway.secrets.EnvironmentVariable;
import dev.slipway.served.ServedEnvironment;
import dev.slipway.trust.EnvironmentKey;
import dev.slipway.trust.KnownEnvironments;
import dev.slipway.worker.Stopped;
import dev.slipway.worker.settings.SettingsReader;
import dev.slipway.worker.settings.SettingsReading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DevFolderTest {

    @TempDir
    private Path project;

    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void plan() throws Exception {
        Files.writeString(project.resolve("switch"), "#!/bin/sh\n");
        Files.writeString(project.resolve("slipway.yaml"), """
                slipway: 1
                service: shop
                source: {directory: .}
                secrets: [API_TOKEN, OTHER]
                environments:
                  staging:
                    deploy:
                      - name: web
                        command:
                          deploy: [./switch, '${version}']
                          current: [./switch, --current]
                          roll-back: [./switch, '${previous}']
                        config: {API_TOKEN: $API_TOKEN, OTHER: $OTHER}
                """);
        Files.writeString(project.resolve(".env"), "API_TOKEN=from-a-file\n");
    }

    @Test
    void makesAWorkersFileThatServesThePlan() throws Exception {
        try (DevFolder folder = DevFolder.open(project)) {
            List<ReleasePlan> plans = folder.plans();
            folder.prepare(plans, Map.of(), said::add);

            SettingsReading reading = new SettingsReader(Map.of()).read(folder.workerFile());

            assertThat(reading.problems()).isEmpty();
            ServedEnvironment staging =
                    reading.settings().orElseThrow().environments().get(0);
            assertThat(staging.name()).isEqualTo("shop/staging");
            assertThat(staging.source()).isEqualTo(new ServedEnvironment.Source.Directory(project));
            assertThat(staging.secrets().sources().get("API_TOKEN"))
                    .isEqualTo(new DotEnv(project.resolve(".env"), "API_TOKEN"));
            assertThat(staging.secrets().sources().get("OTHER")).isInstanceOf(EnvironmentVariable.class);
            assertThat(new KnownEnvironments(folder.knownEnvironments())
                            .lookup("shop", "staging")
                            .orElseThrow()
                            .sameKey(EnvironmentKey.load(staging.keys().file()).publicKey()))
                    .isTrue();
            assertThat(folder.folder().resolve(".gitignore")).hasContent("*");
            assertThat(said).hasSize(3);
            assertThat(said.get(2)).contains("secret OTHER is neither in this shell nor in .env");
        }
    }

    @Test
    void keepsItsKeysAndWhatAPersonHasChanged() throws Exception {
        String key;
        try (DevFolder folder = DevFolder.open(project)) {
            folder.prepare(folder.plans(), Map.of(), said::add);
            key = Files.readString(folder.folder().resolve("keys/staging.key"));
            Files.writeString(folder.workerFile(), "# mine\n");
        }
        try (DevFolder folder = DevFolder.open(project)) {
            folder.prepare(folder.plans(), Map.of(), said::add);

            assertThat(folder.workerFile()).hasContent("# mine");
            assertThat(folder.folder().resolve("keys/staging.key")).hasContent(key);
            assertThat(said).as("nothing new to say").hasSize(3);
        }
    }

    @Test
    void refusesASecondOneInTheSameFolder() throws Exception {
        try (DevFolder first = DevFolder.open(project)) {
            assertThat(first.folder()).exists();
            assertThatThrownBy(() -> DevFolder.open(project))
                    .isInstanceOf(Stopped.class)
                    .hasMessageContaining("another `slipway dev`");
        }
    }

    @Test
    void tellsWhatIsWrongWithThePlan() throws Exception {
        Files.writeString(project.resolve("slipway.yaml"), "slipway: 1\nservice: shop\nnonsense: 1\n");
        try (DevFolder folder = DevFolder.open(project)) {
            assertThatThrownBy(folder::plans).isInstanceOf(Stopped.class).hasMessageContaining("nonsense");
        }
    }
}
