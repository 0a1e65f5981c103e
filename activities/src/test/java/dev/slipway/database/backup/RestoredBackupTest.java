package dev.slipway.database.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.Platform;
import dev.slipway.database.PostgresUrl;
import dev.slipway.process.Pulse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Backups that are proved by a restore. */
class RestoredBackupTest extends DumpedDatabase {

    private static final Duration LONG = Duration.ofSeconds(120);

    @Override
    List<String> contents() {
        return List.of(
                "CREATE TYPE mood AS ENUM ('sad', 'happy')",
                "CREATE TABLE customers (id serial PRIMARY KEY, name text, since timestamptz DEFAULT now(),"
                        + " score float8, mood mood DEFAULT 'happy', tags jsonb DEFAULT '{}', \"R\" int)",
                "INSERT INTO customers (name, score) SELECT md5(n::text), n / 3.0 FROM generate_series(1, 5000) n",
                "ALTER TABLE customers DROP COLUMN \"R\"",
                "CREATE TABLE \"my orders\" (r int PRIMARY KEY, customer int REFERENCES customers)",
                "INSERT INTO \"my orders\" SELECT n, n FROM generate_series(1, 100) n",
                "CREATE TABLE nothing ()",
                "CREATE TABLE days (day date) PARTITION BY RANGE (day)",
                "CREATE TABLE days_2026 PARTITION OF days FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
                "INSERT INTO days VALUES ('2026-11-21')",
                "CREATE VIEW happy AS SELECT * FROM customers WHERE mood = 'happy'",
                "CREATE MATERIALIZED VIEW stale AS SELECT count(*) FROM customers",
                "INSERT INTO customers (name) VALUES ('after the view')",
                "CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n'",
                "CREATE INDEX ON customers (name)");
    }

    @Test
    void comparesEveryTableWithTheDumpsOwnSnapshot() throws Exception {
        Backup backup = pgDump.backUp(request(options("custom", 1, 0, Duration.ZERO)), Pulse.unheard());

        assertThat(backup.verified()).isEqualTo("restored and compared");
        Manifest manifest = Manifest.read(backup.dump()).orElseThrow();
        assertThat(manifest.rows())
                .extracting(row -> row.table() + " " + row.rows())
                .containsExactlyInAnyOrder(
                        "public.customers 5001", "public.\"my orders\" 100", "public.nothing 0", "public.days_2026 1");
        assertThat(manifest.rows()).filteredOn(row -> row.rows() > 0).allSatisfy(row -> assertThat(row.digest())
                .isNotEqualTo("0"));
        assertThat(manifest.shape().sequences()).containsExactly("public.customers_id_seq 5001");
        assertThat(manifest.without())
                .anyMatch(without -> without.startsWith("roles, their passwords"))
                .anyMatch(without -> without.startsWith("other databases of this server: postgres"));
        assertThat(manifest.source().encoding()).isEqualTo("UTF8");
        assertThat(names()).containsExactlyInAnyOrder("1.4.0.dump", "1.4.0.dump.json");
    }

    @Test
    void isNotMistakenWhileTheApplicationWritesOn() throws Exception {
        List<String> beats = Collections.synchronizedList(new ArrayList<>());
        Pulse writing = progress -> {
            beats.add(progress);
            cluster.execute(database, "INSERT INTO customers (name) SELECT 'later' FROM generate_series(1, 10)");
            cluster.execute(database, "DELETE FROM \"my orders\" WHERE r = (SELECT min(r) FROM \"my orders\")");
        };

        Backup backup = pgDump.backUp(request(options("directory", 2, 0, Duration.ZERO)), writing);

        assertThat(backup.verified()).isEqualTo("restored and compared");
        assertThat(beats).isNotEmpty();
        assertThat(backup.dump()).isDirectory();
        assertThat(pgDump.verify(backup.dump(), LONG, Pulse.unheard()).sha256()).isEqualTo(backup.sha256());
        assertThat(pgDump.backUp(request(options("directory", 2, 0, Duration.ZERO)), Pulse.unheard()))
                .as("the same name is the same backup")
                .isEqualTo(backup);
    }

    @Test
    void namesTheTableThatIsNotWhatItWas() {
        // an expression that is not as immutable as it says gives another value after the restore
        cluster.execute(
                database,
                "CREATE FUNCTION liar(n int) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT current_database()::text'");
        cluster.execute(database, "CREATE TABLE lies (n int, t text GENERATED ALWAYS AS (public.liar(n)) STORED)");
        cluster.execute(database, "INSERT INTO lies VALUES (1)");

        assertThatThrownBy(() -> pgDump.backUp(request(options("custom", 1, 0, Duration.ZERO)), Pulse.unheard()))
                .isInstanceOf(BackupFailed.class)
                .hasMessageContaining(
                        "does not hold what was dumped, so it is none: the table public.lies has other rows"
                                + " after a restore than in the dump's snapshot, though as many (1)");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void fallsBackToAFullReadWhereItIsTooLargeOrTakesTooLongAndSaysSo() {
        Backup large = pgDump.backUp(request(options("custom", 1, 1000, Duration.ZERO)), Pulse.unheard());
        assertThat(large.verified()).isEqualTo("full read, not restored: it is larger than 1kB");

        Backup slow = pgDump.backUp(
                new BackupRequest(
                        url,
                        new DirectoryBackups(directory),
                        "slow",
                        LONG,
                        LONG,
                        options("custom", 1, 0, Duration.ofMillis(1)),
                        Manifest.Origin.UNKNOWN),
                Pulse.unheard());
        assertThat(slow.verified()).isEqualTo("full read, not restored: that took longer than 1ms");
    }

    @Test
    void dumpsOnlyTheChosenSchemasAndSaysWhatIsNotInIt() throws Exception {
        cluster.execute(database, "CREATE SCHEMA audit");
        cluster.execute(database, "CREATE TABLE audit.log (id int)");
        cluster.execute(database, "SELECT lo_create(0)");
        DumpOptions chosen =
                new DumpOptions(Platform.POSTGRES, List.of("public"), "custom", 1, "gzip:6", 0, true, 0, Duration.ZERO);

        Backup backup = pgDump.backUp(request(chosen), Pulse.unheard());

        assertThat(backup.verified()).startsWith("restored and compared");
        assertThat(backup.without())
                .contains("the schema audit, which the plan does not name", "1 large objects")
                .anyMatch(without -> without.startsWith("what stands in no schema"));
        assertThat(Manifest.read(backup.dump()).orElseThrow().tables()).noneMatch(table -> table.startsWith("audit"));
    }

    @Test
    void aNonSuperuserBacksAManagedDatabaseUp() throws Exception {
        String owner = "owner_" + database;
        for (String sql : List.of(
                "CREATE ROLE " + owner + " LOGIN",
                "CREATE SCHEMA auth",
                "CREATE TABLE auth.users (id uuid PRIMARY KEY)",
                "CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
                "CREATE SCHEMA extensions",
                "CREATE EXTENSION citext SCHEMA extensions",
                "GRANT ALL ON SCHEMA public TO " + owner,
                "GRANT USAGE ON SCHEMA auth, extensions TO " + owner,
                "GRANT REFERENCES ON auth.users TO " + owner,
                "GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + owner,
                "GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO " + owner,
                "SET ROLE " + owner + ";"
                        + " CREATE TABLE profiles (id uuid REFERENCES auth.users, mail extensions.citext);"
                        + " ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;"
                        + " CREATE POLICY own ON profiles USING (id = auth.uid())")) {
            cluster.execute(database, sql);
        }
        PostgresUrl login =
                PostgresUrl.parse("postgresql://" + owner + "@127.0.0.1:" + cluster.port() + "/" + database);
        DumpOptions managed =
                new DumpOptions(Platform.SUPABASE, List.of(), "custom", 1, "gzip", 0, true, 0, Duration.ZERO);

        Backup backup = pgDump.backUp(
                new BackupRequest(
                        login,
                        new DirectoryBackups(directory),
                        "managed",
                        LONG,
                        LONG,
                        managed,
                        Manifest.Origin.UNKNOWN),
                Pulse.unheard());

        assertThat(backup.verified())
                .startsWith("restored and compared (2 entries of the dump could not be restored here")
                .contains("schema \"auth\" does not exist");
        assertThat(backup.without())
                .contains("the schemas auth, extensions, which supabase manages")
                .anyMatch(without -> without.contains("--no-owner --no-acl"));
    }

    @Test
    void isNotWrittenFasterThanItMayBe() throws Exception {
        cluster.execute(
                database,
                "CREATE TABLE big AS SELECT md5(n::text) || md5((-n)::text) AS t FROM"
                        + " generate_series(1, 200000) n");
        long start = System.nanoTime();

        Backup backup = pgDump.backUp(
                request(new DumpOptions(
                        Platform.POSTGRES, List.of(), "custom", 1, "none", 4_000_000, false, 0, Duration.ZERO)),
                Pulse.unheard());

        assertThat(backup.bytes()).isGreaterThan(13_000_000);
        // three and a half, but that a busy machine may look too late; without a limit it is a fraction of one
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1_800));
        assertThat(pgDump.verify(backup.dump(), LONG, Pulse.unheard())).isEqualTo(backup);
    }

    @Test
    void saysHowFarItIs() throws Exception {
        cluster.execute(database, "CREATE TABLE big AS SELECT md5(n::text) AS t FROM generate_series(1, 1000000) n");
        List<String> beats = Collections.synchronizedList(new ArrayList<>());

        pgDump.backUp(
                request(new DumpOptions(
                        Platform.POSTGRES, List.of(), "custom", 1, "none", 6_000_000, false, 0, Duration.ZERO)),
                beats::add);

        assertThat(beats).anyMatch(beat -> beat.matches("pg_dump has run for \\d+ s: [\\d.]+ MB, (public\\.)?big"));
    }

    @Test
    void failsWhenThePostgresOfTheCopyIsKilledAndLeavesNothing() throws Exception {
        try (StayingRestore staying = new StayingRestore()) {
            cluster.execute(database, staying.sql());
            staying.begins();
            Pulse killing = progress -> {
                if (progress.startsWith("pg_restore has")) {
                    killTheCopysServer();
                }
            };

            assertThatThrownBy(() -> pgDump.backUp(request(options("custom", 1, 0, Duration.ZERO)), killing))
                    .isInstanceOf(DatabaseUnavailable.class)
                    .hasMessageContaining("/copy");
        }
        assertThat(directory).isEmptyDirectory();
        assertThat(pgDump.backUp(request(options("custom", 1, 0, Duration.ZERO)), Pulse.unheard())
                        .verified())
                .isEqualTo("restored and compared");
    }

    /** The server into which our own dump is restored just now; others of this JVM have theirs. */
    private void killTheCopysServer() {
        ProcessHandle.current()
                .descendants()
                .flatMap(process -> Stream.of(process.info().arguments().orElse(new String[0])))
                .filter(argument -> argument.startsWith("--use-list="))
                .map(argument ->
                        Path.of(argument.substring("--use-list=".length())).getParent())
                .distinct()
                .filter(copy -> isOurs(copy))
                .forEach(copy -> ProcessHandle.current()
                        .descendants()
                        .filter(process -> List.of(process.info().arguments().orElse(new String[0]))
                                .contains(copy.resolve("files").toString()))
                        .forEach(ProcessHandle::destroyForcibly));
    }

    private boolean isOurs(Path copy) {
        return ProcessHandle.current().descendants().anyMatch(process -> {
            List<String> arguments = List.of(process.info().arguments().orElse(new String[0]));
            return arguments.contains("--use-list=" + copy.resolve("entries.list"))
                    && arguments.stream().anyMatch(argument -> argument.startsWith(directory.toString()));
        });
    }

    private BackupRequest request(DumpOptions options) {
        return new BackupRequest(
                url, new DirectoryBackups(directory), "1.4.0", LONG, LONG, options, Manifest.Origin.UNKNOWN);
    }

    private static DumpOptions options(String format, int jobs, long largerThan, Duration longerThan) {
        return new DumpOptions(Platform.POSTGRES, List.of(), format, jobs, "gzip", 0, true, largerThan, longerThan);
    }

    private List<String> names() throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
