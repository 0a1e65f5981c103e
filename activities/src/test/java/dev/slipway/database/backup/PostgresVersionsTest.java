package dev.slipway.database.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.FileTree;
import dev.slipway.database.Platform;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresBinaries.Installation;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.database.preflight.Inspection;
import dev.slipway.database.preflight.Preflight;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Backups between the versions of PostgreSQL that this machine has. Where it has one only, or none with zstd, these tests
 * are skipped and say what was not tried.
 */
class PostgresVersionsTest {

    private static final Duration LONG = Duration.ofSeconds(120);

    private static final List<Installation> SERVERS = PostgresBinaries.find().installations().stream()
            .filter(Installation::hasServer)
            .toList();

    @TempDir
    Path directory;

    @Test
    void packsWithZstdAndProvesItByAFullReadAndByARestore() {
        List<Installation> packing = SERVERS.stream()
                .filter(one ->
                        DumpOptions.usual().packed("zstd:3").problems(one).isEmpty())
                .toList();
        testedUnless(
                packing.isEmpty(),
                "zstd is not tested: no PostgreSQL 16 or newer that was built with it is here, only " + versions());
        for (Installation tools : packing) {
            try (ThrowAwayCluster cluster = shop(tools)) {
                for (String format : List.of("custom", "directory")) {
                    for (boolean restore : List.of(false, true)) {
                        DumpOptions options = options(format, restore).packed("zstd:3");
                        String name = tools.major() + "-" + format + "-" + restore;

                        Backup backup = with(tools).backUp(request(cluster, name, options), Pulse.unheard());

                        assertThat(backup.verified()).isEqualTo(restore ? "restored and compared" : "full read");
                        assertThat(list(tools, backup.dump())).contains("Compression: zstd");
                        assertThat(with(tools)
                                        .verify(backup.dump(), LONG, Pulse.unheard())
                                        .sha256())
                                .isEqualTo(backup.sha256());
                        assertRestores(cluster, List.of(tools), backup);
                    }
                }
            }
        }
    }

    @Test
    void saysBeforehandThatAPgDumpWasBuiltWithoutZstd() {
        List<Installation> without = PostgresBinaries.find().installations().stream()
                .filter(one -> one.major() >= 16)
                .filter(one -> !one.packsWithZstd())
                .toList();
        testedUnless(
                without.isEmpty(),
                "a pg_dump 16 or newer that was built without zstd is not tested: there is none here");
        for (Installation tools : without) {
            assertThat(options("custom", false).packed("zstd").problems(tools))
                    .singleElement()
                    .asString()
                    .startsWith("`compress: zstd` needs a pg_dump that was built with zstd, and "
                            + tools.program("pg_dump") + " (" + tools.version() + ") was not");
        }
    }

    @Test
    void refusesBeforehandAServerThatIsNewerThanEveryPgDump() {
        Installation newest = SERVERS.get(SERVERS.size() - 1);
        List<Installation> older =
                SERVERS.stream().filter(one -> one.major() < newest.major()).toList();
        testedUnless(older.isEmpty(), "a newer server than pg_dump is not tested: all are " + newest.major());
        Installation tools = older.get(older.size() - 1);
        try (ThrowAwayCluster cluster = shop(newest)) {
            assertThat(new Preflight(Connections.standard(), only(tools))
                            .look(new Inspection(
                                    url(cluster),
                                    Set.of(Inspection.Use.BACKUP),
                                    List.of(),
                                    List.of(),
                                    options("custom", true),
                                    ""))
                            .problems())
                    .singleElement()
                    .asString()
                    .contains("no backup can be made: the server is PostgreSQL " + newest.major()
                            + ", but the newest pg_dump on this machine is " + tools.version());
            assertThatThrownBy(() ->
                            with(tools).backUp(request(cluster, "newer", options("custom", false)), Pulse.unheard()))
                    .isInstanceOf(DatabaseRefused.class)
                    .hasMessageContaining("the newest pg_dump on this machine is " + tools.version());
        }
    }

    @Test
    void backsAnOlderServerUpWithNewerProgramsAndRestoresItThere() {
        List<Pair> pairs = pairs();
        testedUnless(
                pairs.isEmpty(), "newer programs with an older server are not tested: there is only " + versions());
        for (Pair pair : pairs) {
            try (ThrowAwayCluster cluster = shop(pair.older())) {
                for (boolean restore : List.of(false, true)) {
                    if (restore && lacksAFixOf(cluster, pair)) {
                        continue;
                    }
                    Backup backup = with(pair.newer())
                            .backUp(
                                    request(cluster, "by-newer-" + restore, options("directory", restore)),
                                    Pulse.unheard());

                    assertThat(backup.verified()).isEqualTo(restore ? "restored and compared" : "full read");
                    assertThat(backup.toolVersion()).isEqualTo(pair.newer().version());
                    assertRestores(cluster, List.of(pair.newer()), backup);
                    delete(backup.dump());
                }
            }
        }
    }

    @Test
    void aServerIsDumpedAndRestoredByTheProgramsOfItsOwnVersionWhereBothAreHere() {
        List<Pair> pairs = pairs();
        testedUnless(pairs.isEmpty(), "the choice among several versions is not tested: there is only " + versions());
        for (Pair pair : pairs) {
            List<Installation> both = List.of(pair.older(), pair.newer());
            try (ThrowAwayCluster cluster = shop(pair.older())) {
                Backup backup =
                        with(both).backUp(request(cluster, "of-both", options("custom", true)), Pulse.unheard());

                assertThat(backup.toolVersion()).isEqualTo(pair.older().version());
                assertRestores(cluster, both, backup);
                delete(backup.dump());
            }
        }
    }

    @Test
    void saysThatADumpIsOfNewerProgramsThanThoseOfThisMachine() {
        List<Pair> pairs = pairs().stream()
                .filter(pair -> pair.older().major() < 16 && pair.newer().major() >= 16)
                .toList();
        testedUnless(
                pairs.isEmpty(), "a dump that is too new for pg_restore is not tested: there is only " + versions());
        for (Pair pair : pairs) {
            try (ThrowAwayCluster cluster = shop(pair.older())) {
                Backup backup = with(pair.newer())
                        .backUp(request(cluster, "too-new", options("custom", false)), Pulse.unheard());
                String said = "the dump was made by pg_dump " + pair.newer().version()
                        + ", and the newest pg_restore on this machine is "
                        + pair.older().version();

                assertThatThrownBy(() -> with(pair.older()).verify(backup.dump(), LONG, Pulse.unheard()))
                        .isInstanceOf(BackupFailed.class)
                        .hasMessageContaining(said)
                        .hasMessageContaining(
                                "postgresql-client-" + pair.newer().major());
                assertThatThrownBy(() -> new PgRestore(only(pair.older()), new CommandRunner())
                                .into(
                                        url(cluster),
                                        "shop_restored_old",
                                        backup.dump(),
                                        true,
                                        LONG,
                                        directory.resolve("mark"),
                                        Pulse.unheard()))
                        .isInstanceOf(BackupFailed.class)
                        .hasMessageContaining(said);
                assertThatThrownBy(() -> new ScratchCopies(only(pair.older()), new CommandRunner())
                                .of(backup.dump(), LONG, Pulse.unheard()))
                        .isInstanceOf(BackupFailed.class)
                        .hasMessageContaining(said);
                delete(backup.dump());
            }
        }
    }

    /** Said where people look, too: a report of the skipped keeps the reason in a file. */
    private static void testedUnless(boolean lacking, String what) {
        if (lacking) {
            System.out.println(PostgresVersionsTest.class.getSimpleName() + ": " + what);
        }
        assumeFalse(lacking, what);
    }

    private static String versions() {
        return SERVERS.stream().map(Installation::version).toList().toString();
    }

    /** A minor release of an older version may be newer than the programs of a newer one; then PostgreSQL itself fails. */
    private boolean lacksAFixOf(ThrowAwayCluster cluster, Pair pair) {
        try (Connection connection = Connections.standard().open(url(cluster))) {
            boolean fixed = !Connections.text(
                            connection, "SELECT count(*) FROM pg_attribute WHERE attoptions::text LIKE '%pg_attver%'")
                    .equals("0");
            if (!fixed) {
                return false;
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        try {
            Backup backup = with(pair.newer())
                    .backUp(request(cluster, "lacks-a-fix", options("custom", true)), Pulse.unheard());
            delete(backup.dump());
            return false;
        } catch (BackupFailed lacking) {
            assertThat(lacking)
                    .hasMessageContaining("unrecognized parameter \"pg_attver\"")
                    .hasMessageEndingWith("bring PostgreSQL's programs here to their newest minor release");
            System.out.println("PostgresVersionsTest: " + pair.newer().version() + " lacks a fix of the server "
                    + pair.older().version() + ", so what it dumps there cannot be restored");
            return true;
        }
    }

    private record Pair(Installation older, Installation newer) {}

    private static List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (Installation older : SERVERS) {
            SERVERS.stream()
                    .filter(newer -> newer.major() > older.major())
                    .forEach(newer -> pairs.add(new Pair(older, newer)));
        }
        return pairs;
    }

    private static ThrowAwayCluster shop(Installation installation) {
        ThrowAwayCluster cluster = ThrowAwayCluster.start(installation, Map.of());
        cluster.execute(
                "postgres",
                "CREATE DATABASE shop"
                        // it sorts by what only PostgreSQL knows, which is new in 17
                        + (installation.major() < 17
                                ? ""
                                : " TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"));
        for (String sql : List.of(
                "CREATE TABLE customers (id int PRIMARY KEY, name text, tags jsonb DEFAULT '{\"a\": 1}')",
                "INSERT INTO customers SELECT n, md5(n::text) FROM generate_series(1, 5000) n",
                "CREATE INDEX ON customers (name)",
                "CREATE VIEW named AS SELECT * FROM customers WHERE name IS NOT NULL",
                "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                        + " customer int NOT NULL REFERENCES customers)",
                "INSERT INTO orders (customer) SELECT n FROM generate_series(1, 100) n")) {
            cluster.execute("shop", sql);
        }
        return cluster;
    }

    private void assertRestores(ThrowAwayCluster cluster, List<Installation> tools, Backup backup) {
        String restored = "shop_restored_" + backup.dump().getFileName();
        PgRestore restore = new PgRestore(PostgresBinaries.in(directories(tools)), new CommandRunner());

        assertThat(restore.into(
                        url(cluster),
                        restored,
                        backup.dump(),
                        true,
                        LONG,
                        directory.resolve("restore.running"),
                        Pulse.unheard()))
                .isEmpty();

        PostgresUrl copy = url(cluster).withDatabase(restored);
        Manifest manifest = Manifest.read(backup.dump()).orElseThrow();
        assertThat(ManifestCheck.problems(copy, manifest, false, Pulse.unheard()))
                .isEmpty();
        try (Connection connection = Connections.standard().open(copy)) {
            assertThat(Connections.text(
                            connection, "SELECT (SELECT count(*) FROM named), (SELECT count(*) FROM orders)"))
                    .isEqualTo("5000");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private String list(Installation tools, Path dump) {
        return String.join(
                "\n",
                new ScratchCopies(only(tools), new CommandRunner())
                        .contents(dump, Pulse.unheard())
                        .lines());
    }

    private static void delete(Path dump) {
        try {
            FileTree.delete(dump);
            Files.delete(Manifest.beside(dump));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private BackupRequest request(ThrowAwayCluster cluster, String name, DumpOptions options) {
        return new BackupRequest(
                url(cluster), new DirectoryBackups(directory), name, LONG, LONG, options, Manifest.Origin.UNKNOWN);
    }

    private static PostgresUrl url(ThrowAwayCluster cluster) {
        return PostgresUrl.parse(cluster.url("shop"));
    }

    private static DumpOptions options(String format, boolean restore) {
        return new DumpOptions(
                Platform.POSTGRES,
                List.of(),
                format,
                format.equals("directory") ? 2 : 1,
                "gzip",
                0,
                restore,
                0,
                Duration.ZERO);
    }

    private static PgDump with(Installation tools) {
        return with(List.of(tools));
    }

    private static PgDump with(List<Installation> tools) {
        return new PgDump(PostgresBinaries.in(directories(tools)), new CommandRunner(), Clock.systemUTC());
    }

    private static PostgresBinaries only(Installation tools) {
        return PostgresBinaries.in(directories(List.of(tools)));
    }

    private static List<Path> directories(List<Installation> tools) {
        return tools.stream().map(Installation::directory).toList();
    }
}
