package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.deploy.FakeRailway;
import dev.slipway.record.Entry;
import dev.slipway.served.ServedEnvironment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole releases to Railway: everything real but Temporal and the vendor. */
class RailwayReleaseTest {

    private static ThrowAwayCluster cluster;
    private FakeRailway railway;
    private Rig rig;

    @BeforeAll
    static void startPostgres() {
        cluster = ThrowAwayCluster.start();
    }

    @AfterAll
    static void stopPostgres() {
        cluster.close();
    }

    @BeforeEach
    void setUp(@TempDir Path home) throws Exception {
        railway = new FakeRailway();
        Files.createDirectories(home.resolve("source"));
        rig = new Rig(
                home,
                cluster,
                "railway",
                new ServedEnvironment.Source.Git("file://" + home.resolve("source"), List.of()),
                Map.of("RAILWAY_TOKEN", FakeRailway.TOKEN));
        git("init", "-q", "-b", "main");
    }

    @AfterEach
    void tearDown() {
        rig.close();
        railway.close();
    }

    private String git(String... arguments) throws Exception {
        List<String> argv = new ArrayList<>(List.of("git", "-c", "user.name=Ana", "-c", "user.email=ana@example.com"));
        argv.addAll(List.of(arguments));
        Process git = new ProcessBuilder(argv)
                .directory(rig.source.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(git.waitFor()).as(said).isZero();
        return said.strip();
    }

    private void commit(String mode) throws Exception {
        rig.files("2s", "", Map.of("V1__shop.sql", "create table product (id int primary key);"));
        Path plan = rig.source.resolve("slipway.yaml");
        List<String> lines = new ArrayList<>();
        for (String line : Files.readString(plan)
                .replace("{directory: .}", "{git: 'file://" + rig.source + "'}")
                .replace("[DATABASE_URL, HOOK]", "[DATABASE_URL, HOOK, RAILWAY_TOKEN]")
                .replace(", json: {/version: '${version}'}", "")
                .split("\n")) {
            if (line.contains("command: {deploy:")) {
                lines.add(line.substring(0, line.indexOf("command:")) + "railway: {project: shop, service: api, api: '"
                        + railway.address() + "'}");
            } else if (line.contains("config: {LIVE")) {
                lines.add(line.substring(0, line.indexOf("config:")) + "config: {MODEL_MODE: " + mode + "}");
            } else {
                lines.add(line);
            }
        }
        Files.write(plan, lines);
        git("add", "-A");
        git("commit", "-q", "-m", mode);
        rig.commit = git("rev-parse", "HEAD");
    }

    @Test
    void aWatchThatFailsGoesBackToTheExactDeployment() throws Exception {
        commit("balanced");
        ReleaseReport first = Rig.ended(rig.startApproved("1.0.0"));
        assertThat(first.outcome()).as(first.toString()).isEqualTo("SUCCEEDED");
        String good = railway.serving().orElseThrow();
        String goodCommit = rig.commit;
        commit("fast");
        rig.errorsPerHundred = 40;

        ReleaseReport second = Rig.ended(rig.startApproved("1.1.0"));

        assertThat(second.outcome()).as(second.toString()).isEqualTo("ROLLED_BACK");
        assertThat(railway.servingCommit()).contains(goodCommit);
        Entry closed = Entry.parse(second.closed().get(0).text());
        assertThat(closed.state().live().targets()).containsEntry("web", good);
        assertThat(railway.undescribed).isEmpty();
        assertThat(closed.text()).doesNotContain(FakeRailway.TOKEN);
    }
}
