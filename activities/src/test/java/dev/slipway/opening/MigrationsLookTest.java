package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.PreflightResult;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of migrations before anybody is asked to approve. */
class MigrationsLookTest {

    @TempDir
    private Path folder;

    private Dock dock;
    private ThrowAwayCluster cluster;
    private Path migrations;

    @BeforeEach
    void open() throws Exception {
        dock = new Dock(folder);
        cluster = ThrowAwayCluster.start();
        dock.secret("DATABASE_URL", cluster.createDatabase("shop"));
        dock.serve(Dock.NO_FLOOR);
        migrations = Files.createDirectories(dock.source.resolve("prisma/migrations/20240101000000_first"));
        Files.writeString(migrations.resolve("migration.sql"), "CREATE TABLE orders (id int PRIMARY KEY);\n");
        dock.files("    databases:\n      main:\n        url: $DATABASE_URL\n"
                + "        migrate: {prisma: prisma/migrations}\n");
    }

    @AfterEach
    void close() {
        dock.close();
        cluster.close();
    }

    private PreflightResult preflight(String version) throws Exception {
        ReleasePlan plan = dock.plan(version);
        return dock.preflight(plan, dock.request(plan));
    }

    private void release(String version) throws Exception {
        OpenResult opened = dock.opened(version);
        dock.activities().migrate(dock.step(opened, 1));
        dock.activities().deploy(dock.step(opened, 2));
        dock.close(opened.grant(), "SUCCEEDED");
    }

    @Test
    void saysWhatWasChangedByHandSinceTheLastRelease() throws Exception {
        release("1.4.0");
        assertThat(preflight("1.5.0").notes()).isEmpty();

        cluster.execute("shop", "ALTER TABLE orders ADD COLUMN note text");

        assertThat(preflight("1.5.0").problems()).isEmpty();
        assertThat(preflight("1.5.0").notes())
                .containsExactly(
                        "database main: the schema is not as 1.4.0 left it (changed by hand, restored, or left half-way): column public.orders.note is"
                                + " new; write a migration of it, or take it back");
    }

    @Test
    void saysEveryProblemOfTheMigrationsBeforeAnybodyIsAsked() throws Exception {
        release("1.4.0");
        Files.writeString(migrations.resolve("migration.sql"), "CREATE TABLE orders (id bigint PRIMARY KEY);\n");
        Path second = Files.createDirectories(dock.source.resolve("prisma/migrations/20240102000000_second"));
        Files.writeString(second.resolve("migration.sql"), "\\i other.sql\n");

        assertThat(preflight("1.5.0").problems())
                .hasSize(2)
                .anyMatch(one -> one.startsWith("database main: 20240101000000_first/migration.sql was edited"))
                .anyMatch(one -> one.startsWith(
                        "database main: 20240102000000_second/migration.sql line 1: `\\i` is a command of psql"));
    }
}
