package dev.slipway.database.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresUrl;
import dev.slipway.process.Pulse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PrismaMigrationsTest extends MigrationToolContract {

    @Override
    MigrationTool tool() {
        return new OwnMigrations(new PrismaFormat());
    }

    @Override
    Path path(int number, String name) {
        return directory.resolve("2024010100000%d_%s".formatted(number, name)).resolve("migration.sql");
    }

    @Override
    String key(int number, String name) {
        return "2024010100000%d_%s".formatted(number, name);
    }

    @Override
    String history() {
        return "SELECT string_agg(migration_name, ',' ORDER BY started_at) FROM _prisma_migrations";
    }

    /** As `prisma migrate deploy` 5 and 6 write it. */
    @Test
    void writesTheRowsThatPrismaWrites() throws Exception {
        Files.writeString(directory.resolve("migration_lock.toml"), "provider = \"postgresql\"\n");

        migrate();

        assertThat(asked("SELECT string_agg(concat_ws('|', length(id), checksum, finished_at >= started_at,"
                        + " migration_name, coalesce(logs, 'none'), coalesce(rolled_back_at::text, 'none'),"
                        + " applied_steps_count), ' ' ORDER BY started_at) FROM _prisma_migrations"))
                .isEqualTo(
                        "36|655d86c93ef799413e735efb84b0abdf30cb2bd4e411c12f440a0ae0eb0b6f56|t|"
                                + "20240101000001_customers|none|none|1 36|"
                                + "8183345a1837f28a3accf93aee8eda4bd241d3b3d8a534bfb384cd82738a5cc3|t|20240101000002_orders|none|none|1");
        assertThat(asked(
                        "SELECT string_agg(concat_ws(' ', column_name, data_type, character_maximum_length, is_nullable,"
                                + " column_default), ', ' ORDER BY ordinal_position) FROM information_schema.columns"
                                + " WHERE table_name = '_prisma_migrations'"))
                .isEqualTo(
                        "id character varying 36 NO, checksum character varying 64 NO, finished_at timestamp with time"
                                + " zone YES, migration_name character varying 255 NO, logs text YES, rolled_back_at timestamp with"
                                + " time zone YES, started_at timestamp with time zone NO now(), applied_steps_count integer NO 0");
    }

    @Test
    void refusesAMigrationThatPrismaCouldNotFinish() throws Exception {
        migrate();
        file(3, "bad", "CREATE TABLE bad (id int);");
        cluster.execute(
                database,
                "INSERT INTO _prisma_migrations (id, checksum, migration_name, logs, started_at)"
                        + " VALUES ('x', 'y', '20240101000003_bad', 'A migration failed to apply', now())");

        assertThat(status().problems())
                .singleElement()
                .asString()
                .contains("20240101000003_bad was started at ")
                .contains("did not finish (P3009)")
                .contains("npx prisma migrate resolve --rolled-back 20240101000003_bad");

        cluster.execute(database, "UPDATE _prisma_migrations SET rolled_back_at = now() WHERE id = 'x'");
        assertThat(migrate().applied()).hasSize(1);
    }

    @Test
    void takesAMigrationThatAPersonResolvedForApplied() throws Exception {
        cluster.execute(database, "CREATE TABLE customers (id int PRIMARY KEY)");
        assertThat(refused()).hasMessageContaining("(P3005)").hasMessageContaining("resolve --applied");
        try (Connection session = Connections.standard().open(url)) {
            PrismaHistory.find(session, "").create(session);
        }
        cluster.execute(
                database,
                "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, logs,"
                        + " applied_steps_count) VALUES ('x', '"
                        + PrismaFormat.checksum(Files.readString(path(1, "customers")))
                        + "', '20240101000001_customers', now(), '', 0)");

        assertThat(migrate().applied()).hasSize(1);
    }

    @Test
    void appliesALateMigrationAsPrismaDoesAndSaysSo() throws Exception {
        remove(1, "customers");
        migrate();
        file(1, "customers", "CREATE TABLE customers (id int);");

        assertThat(status().notes()).singleElement().asString().contains("is older than 20240101000002");
        assertThat(migrate().applied()).hasSize(1);
    }

    @Test
    void worksInTheSchemaThatTheUrlNames() throws Exception {
        cluster.execute(database, "CREATE SCHEMA shop");
        url = PostgresUrl.parse(url + "?schema=shop");

        migrate();

        assertThat(
                        asked(
                                "SELECT string_agg(tablename, ',' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'shop'"))
                .isEqualTo("_prisma_migrations,customers,orders");
        assertThat(status().pending()).isEmpty();
    }

    @Test
    void waitsForPrismasOwnLockAndSaysWhoHasIt() throws Exception {
        try (Connection other = Connections.standard().open(url)) {
            Connections.text(other, "SELECT pg_advisory_lock(72707369)");
            String pid = Connections.text(other, "SELECT pg_backend_pid()");

            assertThatThrownBy(() -> tool.migrate(request("", Duration.ofSeconds(1), false), Pulse.unheard()))
                    .isInstanceOf(DatabaseUnavailable.class)
                    .hasMessageContaining("someone else is migrating: backend " + pid + " (postgres, slipway) since ");
        }
        assertThat(migrate().applied()).hasSize(2);
    }

    @Test
    void namesAFolderWithoutItsFile() throws Exception {
        Files.delete(path(2, "orders"));

        assertThat(status().problems()).singleElement().asString().contains("holds no migration.sql (P3015)");
    }
}
