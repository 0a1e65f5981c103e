package dev.slipway.database.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.database.Connections;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code runner: official} of Prisma, with a program in its place that does what {@code prisma migrate deploy} does to a
 * database: Prisma's own needs an engine that no registry has.
 */
class OfficialPrismaTest {

    private static final String PROGRAM = """
            #!/usr/bin/env bash
            set -eu
            here=$(dirname "$0")
            printf '%s\\n' "$PWD" "$@" > "$here/arguments"
            env | sort > "$here/environment"
            cat prisma/schema.prisma > "$here/schema"
            sql() { PSQL -X -q -v ON_ERROR_STOP=1 "$DIRECT_URL" "$@"; }
            sql -c 'CREATE TABLE IF NOT EXISTS _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL,
              finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
              started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count int NOT NULL DEFAULT 0)'
            for folder in prisma/migrations/*/; do
              name=$(basename "$folder"); sum=$(sha256sum "$folder/migration.sql" | cut -d' ' -f1)
              [ "$(sql -At -c "SELECT count(*) FROM _prisma_migrations WHERE migration_name = '$name'")" = 0 ] || continue
              sql -c "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES (gen_random_uuid()::text, '$sum', '$name')"
              sql -1 -f "$folder/migration.sql" || { echo "Error: P3018"; exit 1; }
              sql -c "UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE migration_name = '$name'"
            done
            """;

    private static ThrowAwayCluster cluster;
    private static int databases;

    private final MigrationTool own = new OwnMigrations(new PrismaFormat());
    private MigrationTool official;
    private PostgresUrl url;
    private Path bin;

    @TempDir
    Path root;

    @BeforeAll
    static void startCluster() {
        cluster = ThrowAwayCluster.start();
    }

    @AfterAll
    static void closeCluster() {
        cluster.close();
    }

    @BeforeEach
    void install() throws Exception {
        url = PostgresUrl.parse(cluster.createDatabase("prisma" + ++databases));
        bin = Files.createDirectories(root.resolve("bin"));
        Path program = bin.resolve("prisma");
        Path psql = PostgresBinaries.find().withServer().program("psql");
        Files.writeString(program, PROGRAM.replace("PSQL", psql.toString()));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        official = new OfficialMigrations(new PrismaCommand(program.toString()), own, new CommandRunner());
        Files.createDirectories(root.resolve("app/prisma/migrations"));
        Files.writeString(root.resolve("app/prisma/schema.prisma"), "datasource db { provider = \"postgresql\" }\n");
        Files.writeString(root.resolve("app/prisma/migrations/migration_lock.toml"), "provider = \"postgresql\"\n");
        file("20240101000000_first", "CREATE TABLE a (id int);");
    }

    @Test
    void runsTheToolWhereItsSchemaLiesWithTheSecretsInItsEnvironmentAlone() throws Exception {
        MigrationResult result = official.migrate(request(), Pulse.unheard());

        assertThat(result.applied()).hasSize(1);
        assertThat(Files.readAllLines(bin.resolve("arguments")))
                .containsExactly(root.resolve("app").toRealPath().toString(), "migrate", "deploy");
        assertThat(Files.readAllLines(bin.resolve("environment")))
                .contains("DATABASE_URL=" + cluster.url(url.database()), "DIRECT_URL=" + cluster.url(url.database()))
                .contains("CI=true", "CHECKPOINT_DISABLE=1");
        assertThat(Files.readString(bin.resolve("schema"))).startsWith("datasource db");
        assertThat(own.status(request()).problems()).isEmpty();
        assertThat(own.status(request()).pending()).isEmpty();
    }

    @Test
    void goesOnWhereTheOtherOneStopped() throws Exception {
        own.migrate(request(), Pulse.unheard());
        file("20240102000000_second", "CREATE TABLE b (id int);");
        assertThat(official.migrate(request(), Pulse.unheard()).applied()).hasSize(1);
        file("20240103000000_third", "CREATE TABLE c (id int);");
        assertThat(own.migrate(request(), Pulse.unheard()).applied()).hasSize(1);

        try (Connection connection = Connections.standard().open(url)) {
            assertThat(Connections.text(
                            connection,
                            "SELECT string_agg(migration_name, ',' ORDER BY started_at) FROM _prisma_migrations WHERE"
                                    + " finished_at IS NOT NULL AND applied_steps_count = 1"))
                    .isEqualTo("20240101000000_first,20240102000000_second,20240103000000_third");
        }
    }

    @Test
    void saysWhatTheToolLeftWhenItFails() throws Exception {
        file("20240102000000_bad", "CREATE TABLE half (id int); SELECT 1/0;");

        MigrationFailed failure =
                catchThrowableOfType(MigrationFailed.class, () -> official.migrate(request(), Pulse.unheard()));

        assertThat(failure.unchanged()).isFalse();
        assertThat(failure)
                .hasMessageContaining("the tool ended with exit code 1; applied: 20240101000000_first/migration.sql")
                .hasMessageContaining("20240102000000_bad was started at ")
                .hasMessageContaining(
                        "did not finish (P3009); look what it left; then say that it is undone: npx prisma"
                                + " migrate resolve --rolled-back 20240102000000_bad")
                .hasMessageContaining("division by zero");
        assertThat(official.status(request()).problems())
                .singleElement()
                .asString()
                .contains("P3009");
    }

    @Test
    void saysBeforeAnybodyIsAskedThatTheToolIsNotThere() {
        MigrationTool missing = new OfficialMigrations(new PrismaCommand("no-such-prisma"), own, new CommandRunner());

        assertThat(missing.status(request()).problems())
                .containsExactly(
                        "`runner: official` needs `no-such-prisma` on the PATH of the worker (for Prisma: Node.js and"
                                + " the npm package `prisma`), and it is not there; install it, or let `runner: own` migrate");
        assertThat(missing.pending(request())).hasSize(1);
    }

    @Test
    void looksForAProgramOfThePlanWhereItRuns() throws Exception {
        Path program =
                Files.createDirectories(root.resolve("app/node_modules/.bin")).resolve("prisma");
        Files.copy(bin.resolve("prisma"), program, StandardCopyOption.COPY_ATTRIBUTES);
        MigrationTool local =
                new OfficialMigrations(new PrismaCommand("./node_modules/.bin/prisma"), own, new CommandRunner());

        assertThat(local.status(request()).problems()).isEmpty();
        assertThat(local.migrate(request(), Pulse.unheard()).applied()).hasSize(1);

        Files.delete(program);
        assertThat(local.status(request()).problems())
                .singleElement()
                .asString()
                .startsWith("`runner: official` needs `./node_modules/.bin/prisma`");
    }

    private void file(String name, String sql) throws Exception {
        Files.writeString(
                Files.createDirectories(root.resolve("app/prisma/migrations").resolve(name))
                        .resolve("migration.sql"),
                sql);
    }

    private MigrationRequest request() {
        String secret = cluster.url(url.database());
        return new MigrationRequest(
                        url,
                        root,
                        "app/prisma/migrations",
                        "",
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(1),
                        false,
                        Optional.empty())
                .with(new MigrationRequest.Outside(
                        root.resolve("mark"),
                        Map.of("DATABASE_URL", secret, "DIRECT_URL", secret),
                        Duration.ofMinutes(1)));
    }
}
