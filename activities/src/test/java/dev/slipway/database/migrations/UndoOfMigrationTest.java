package dev.slipway.database.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.database.backup.BackupChoice;
import dev.slipway.process.Pulse;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.StepResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person is told to type to take a migration back. */
class UndoOfMigrationTest {

    private static ThrowAwayCluster cluster;

    @TempDir
    Path home;

    private Dock dock;
    private String url;

    @BeforeAll
    static void start() {
        cluster = ThrowAwayCluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void dock() throws Exception {
        dock = new Dock(home);
        Files.createDirectories(home.resolve("backups"));
        url = cluster.createDatabase("undo" + Math.abs(home.hashCode()));
        dock.secret("DATABASE_URL", url);
        dock.serve(Dock.NO_FLOOR);
    }

    @AfterEach
    void close() {
        dock.close();
    }

    private OpenResult opened(String restore, String... statements) throws Exception {
        dock.files("    databases:\n      main:\n        url: $DATABASE_URL\n        backup: {store: backups}\n"
                + "        migrate: {flyway: db/migration}\n        restore: " + restore + "\n");
        Path migrations = Files.createDirectories(dock.source.resolve("db/migration"));
        for (int i = 0; i < statements.length; i++) {
            Files.writeString(migrations.resolve("V" + (i + 1) + "__file.sql"), statements[i]);
        }
        return dock.opened("1.4.0");
    }

    private StepResult migrated(OpenResult opened) {
        dock.activities().backUp(dock.step(opened, 1));
        return dock.activities().migrate(dock.step(opened, 2));
    }

    private String dump() {
        return BackupChoice.name(dock.state().backups().get(0));
    }

    @Test
    void namesTheDumpOfItsOwnReleaseAndLeavesRoomForTheReason() throws Exception {
        StepResult migrated = migrated(opened("{switch: rename}", "CREATE TABLE first (id int);"));

        assertThat(migrated.undo())
                .isEqualTo("slipway restore shop/production --database main --backup " + dump()
                        + " --reason WHY   # only if the old version can't run on the new schema; it shows what would"
                        + " be lost first");
    }

    @Test
    void asksForNoReasonWhereThePlanWantsNone() throws Exception {
        StepResult migrated = migrated(opened("{switch: rename, reason: optional}", "CREATE TABLE first (id int);"));

        assertThat(migrated.undo()).contains("--backup " + dump() + "   # only if");
    }

    @Test
    void saysThatCopiedRowsDoNotBringTheSchemaBack() throws Exception {
        StepResult migrated = migrated(opened("{switch: copy}", "CREATE TABLE first (id int);"));

        assertThat(migrated.undo())
                .contains(
                        "--backup " + dump() + " --reason WHY   # only rows come back and the schema stays, so it does"
                                + " not undo the migration; with 'switch: rename' in the plan it would");
    }

    @Test
    void isNotToldOfAMigrationThatAppliedNothing() throws Exception {
        OpenResult opened = opened("{switch: rename}", "CREATE TABLE first (id int);");
        new FlywayMigrations()
                .migrate(
                        new MigrationRequest(
                                PostgresUrl.parse(url),
                                dock.source.resolve("db/migration"),
                                "",
                                "",
                                Duration.ofSeconds(1),
                                Duration.ZERO,
                                false,
                                Optional.empty()),
                        Pulse.unheard());
        StepResult migrated = migrated(opened);

        assertThat(migrated.summary()).endsWith("nothing to apply");
        assertThat(migrated.undo()).isEmpty();
        // nor when it is asked again what was done
        assertThat(dock.activities().migrate(dock.step(opened, 2)).undo()).isEmpty();
    }
}
