package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.trust.EnvironmentKey;
import dev.slipway.worker.settings.Settings;
import dev.slipway.worker.settings.SettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code slipway worker --check} says. */
final class WorkerCommandTest {

    @TempDir
    private Path folder;

    @Test
    void saysWhoCountsAndWhetherAPushCanChangeThat() throws Exception {
        String git = "{source: {git: git@example.com:acme/shop.git, branches: [main]}, key: shop.key";

        assertThat(checked(git + "}"))
                .contains("  people   as the plan names them: whoever may push there can name others");
        assertThat(checked("{source: {directory: .}, key: shop.key}")).contains("  people   as the plan names them");
        assertThat(checked(git + ", people: {ana: ["
                        + EnvironmentKey.generate("ana").publicKey().line() + "]}}"))
                .contains("  people   ana");
    }

    @Test
    void saysTheFloorInWords() throws Exception {
        String source = "{source: {directory: .}, key: shop.key";

        assertThat(checked(source + "}"))
                .contains("  floor    1 approver, never the requester; hotfixes refused; commands refused");
        assertThat(checked(source + ", floor: {approval: {quorum: 0}, commands: allowed}}"))
                .contains("  floor    approval only where the plan asks for it; hotfixes refused; commands allowed");
    }

    @Test
    void endsWithWhatIsToBePutRight() throws Exception {
        Settings settings = settings("{source: {directory: .}, key: shop.key}");

        assertThat(WorkerCommand.checked(settings, List.of()))
                .last()
                .isEqualTo("nothing is missing; Temporal was not asked");
        assertThat(WorkerCommand.checked(settings, List.of("no git", "no bash")))
                .endsWith("problem: no git", "problem: no bash", "2 to be put right; Temporal was not asked");
    }

    private List<String> checked(String environment) throws Exception {
        return WorkerCommand.checked(settings(environment), List.of());
    }

    private Settings settings(String environment) throws Exception {
        Path key = folder.resolve("shop.key");
        if (!Files.exists(key)) {
            EnvironmentKey.generate("shop/production").write(key);
        }
        Path file = folder.resolve("slipway-worker.yaml");
        Files.writeString(file, """
                slipway-worker: 1
                state: state
                record: {directory: .}
                environments:
                  shop/production: %s
                """.formatted(environment));
        return new SettingsReader(Map.of()).read(file).settings().orElseThrow();
    }
}
