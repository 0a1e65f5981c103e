package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.evidence.EvidenceActivities.BackupState;
import dev.slipway.evidence.EvidenceActivities.BackupsRequest;
import dev.slipway.evidence.EvidenceActivities.RecordedBackup;
import dev.slipway.evidence.EvidenceActivitiesImpl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What releases keep of the databases that they change. */
class BackupsOfReleasesTest {

    @Test
    void aReleaseRestoresItsBackupAndSaysWhatIsNotInIt(@TempDir Path home) throws Exception {
        try (ThrowAwayCluster cluster = ThrowAwayCluster.start();
                Rig rig = new Rig(home, cluster, "shop")) {
            rig.files("2s", "", Map.of("V1__shop.sql", "create table product (id int primary key);"));
            Path plan = rig.source.resolve("slipway.yaml");
            Files.writeString(
                    plan,
                    Files.readString(plan)
                            .replace(
                                    "backup: {store: backups}",
                                    "backup: {store: backups, verify: restore, format: directory, jobs: 2}"));
            cluster.execute("shop", "CREATE SCHEMA stock CREATE TABLE old (n int)");

            ReleaseReport report = Rig.ended(rig.startApproved("1.0.0"));

            assertThat(report.outcome()).as(report.toString()).isEqualTo("SUCCEEDED");
            assertThat(report.journal())
                    .anyMatch(entry -> entry.text().contains("restored and compared")
                            && entry.text().contains("not in it: roles, their passwords")
                            && entry.lines().stream().anyMatch(line -> line.startsWith("not in the backup: roles")));
            RecordedBackup kept = backups(rig).get(0);
            assertThat(kept.state()).isEqualTo(BackupState.THERE);
            assertThat(kept.version()).isEqualTo("1.0.0");
            assertThat(kept.verified()).isEqualTo("restored and compared");
            assertThat(kept.archive()).isEqualTo("directory");
            assertThat(kept.without()).isNotEmpty();

            Path dump = Path.of(kept.dump());
            Files.copy(Path.of(kept.dump() + ".json"), dump.resolveSibling("another.dump.json"));
            assertThat(backups(rig))
                    .extracting(RecordedBackup::state)
                    .containsExactlyInAnyOrder(BackupState.THERE, BackupState.UNRECORDED);
            Files.delete(dump.resolveSibling("another.dump.json"));
            Files.delete(dump.resolve("toc.dat"));
            assertThat(backups(rig).get(0).state()).isEqualTo(BackupState.OTHER);
            Files.delete(Path.of(kept.dump() + ".json"));
            assertThat(backups(rig).get(0).state()).isEqualTo(BackupState.MISSING);
        }
    }

    @Test
    void aStoreThatCannotBeWrittenIsAProblemBeforeAnybodyIsAsked(@TempDir Path home) throws Exception {
        try (ThrowAwayCluster cluster = ThrowAwayCluster.start();
                Rig rig = new Rig(home, cluster, "shop")) {
            rig.files("2s", "", Map.of("V1__shop.sql", "create table product (id int primary key);"));
            Files.createFile(home.resolve("backups"));

            ReleaseReport report = Rig.ended(rig.startToApproval("1.0.0"));

            assertThat(report.outcome()).isEqualTo("FAILED");
            assertThat(report.toString()).contains("store backups: " + home.resolve("backups"));
        }
    }

    private static List<RecordedBackup> backups(Rig rig) {
        return new EvidenceActivitiesImpl(rig.environments, rig.temporal.getWorkflowClient())
                .readBackups(new BackupsRequest("shop", "production"))
                .backups();
    }
}
