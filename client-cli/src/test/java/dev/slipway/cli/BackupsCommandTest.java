package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.evidence.EvidenceActivities.BackupState;
import dev.slipway.evidence.EvidenceActivities.Backups;
import dev.slipway.evidence.EvidenceActivities.Events;
import dev.slipway.evidence.EvidenceActivities.LeftDatabase;
import dev.slipway.evidence.EvidenceActivities.RecordedBackup;
import dev.slipway.evidence.LookUpWorkflow;
import io.temporal.worker.WorkflowImplementationOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BackupsCommandTest {

    private static final Instant NINE = Instant.parse("2026-11-21T09:00:00Z");

    private Stage stage;
    private Desk desk;

    @BeforeEach
    void sitDown(@TempDir Path folder) {
        stage = new Stage(worker -> worker.registerWorkflowImplementationFactory(
                        LookUpWorkflow.class,
                        () -> new ScriptedLookUp(
                                ScriptedLookUp.Evidence.none(), new Events(List.of(), false), backups()),
                        WorkflowImplementationOptions.getDefaultInstance()))
                .withWorker();
        desk = new Desk(folder, stage.address);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private static Backups backups() {
        return new Backups(
                recorded(),
                List.of(
                        new LeftDatabase(
                                "main",
                                "shop_restored_4be1c09d7a52",
                                true,
                                12_300_000,
                                2,
                                false,
                                "dropdb --maintenance-db=\"$DIRECT_URL\" shop_restored_4be1c09d7a52"),
                        new LeftDatabase("main", "shop_before_aaaaaaaaaaaa", false, -1, 0, true, "dropdb x")),
                List.of("other: it does not answer"));
    }

    private static List<RecordedBackup> recorded() {
        return List.of(
                new RecordedBackup(
                        "main",
                        "/srv/shop-restore.dump",
                        NINE.plusSeconds(60),
                        "restore-4be1c09d",
                        "d".repeat(64),
                        BackupState.THERE,
                        "",
                        3_200_000_000L,
                        "full read",
                        "custom",
                        List.of()),
                new RecordedBackup(
                        "main",
                        "s3://acme/shop-1.4.0.dump",
                        NINE,
                        "1.4.0",
                        "a".repeat(64),
                        BackupState.THERE,
                        "",
                        3_200_000_000L,
                        "restored and compared",
                        "custom",
                        List.of("roles")),
                new RecordedBackup(
                        "main",
                        "/srv/shop-1.3.0.dump",
                        NINE.minusSeconds(86_400),
                        "1.3.0",
                        "b".repeat(64),
                        BackupState.MISSING,
                        "its dump is not in the store",
                        0,
                        "",
                        "",
                        List.of()),
                new RecordedBackup(
                        "main",
                        "/srv/shop-run.dump",
                        NINE.minusSeconds(90_000),
                        "",
                        "c".repeat(64),
                        BackupState.THERE,
                        "",
                        3_200_000_000L,
                        "restored and compared",
                        "custom",
                        List.of()));
    }

    @Test
    void tellsOfEachBackupWhatTheRecordAndTheStoreSay() {
        Typed said = desk.type("backups", "production", "--all");

        assertThat(said.code()).as(said.err()).isZero();
        assertThat(said.out())
                .contains("2026-11-21 09:00:00 UTC  main       1.4.0        3.2 GB   there")
                .contains("verified: restored and compared; sha256 aaaaaaaaaaaa")
                .contains("not in it: roles")
                .contains("main       by run       3.2 GB   there")
                .contains("1.3.0        -        MISSING")
                .contains("its dump is not in the store");
    }

    @Test
    void saysWhatARestoreDumpedBeforeItSwitchedAndWhatRestoresHaveLeft() {
        Typed said = desk.type("backups", "production");

        assertThat(said.out())
                .contains("what was there just before restore-4be1c09d put another backup in its place")
                .contains(
                        "left by a restore, beside main: shop_restored_4be1c09d7a52, 12 MB, half restored, in use by 2"
                                + " sessions")
                .contains("when nobody needs it: dropdb --maintenance-db=\"$DIRECT_URL\" shop_restored_4be1c09d7a52")
                .contains(
                        "left by a restore, beside main: shop_before_aaaaaaaaaaaa\n    it belongs to the restore that is"
                                + " under way; leave it")
                .contains("what restores have left could not be asked of other: it does not answer");
    }

    @Test
    void givesThemAsJson() {
        Typed said = desk.type("backups", "production", "-o", "json");

        assertThat(said.out()).contains("\"state\" : \"MISSING\"", "\"dump\" : \"s3://acme/shop-1.4.0.dump\"");
    }
}
