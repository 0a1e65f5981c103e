package dev.slipway.database.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.Connections;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.process.Command;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchCopyTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static ThrowAwayCluster cluster;

    private final PostgresBinaries binaries = PostgresBinaries.find();
    private final ScratchCopies scratch = new ScratchCopies(binaries, new CommandRunner());

    @TempDir
    Path directory;

    @BeforeAll
    static void startClusterWithAShop() {
        cluster = ThrowAwayCluster.start();
        cluster.createDatabase("shop");
        for (String sql : List.of(
                "CREATE ROLE shop_owner",
                "CREATE ROLE \"some reader\"",
                "CREATE TABLE customers (id serial PRIMARY KEY, name text)",
                "INSERT INTO customers (name) SELECT md5(n::text) FROM generate_series(1, 1000) n",
                "ALTER TABLE customers OWNER TO shop_owner",
                "ALTER TABLE customers ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY own ON customers TO \"some reader\" USING (true)",
                "GRANT SELECT ON customers TO \"some reader\"",
                "CREATE EXTENSION postgres_fdw",
                "CREATE EXTENSION dblink",
                "CREATE SERVER partner FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '"
                        + cluster.port() + "', dbname 'shop')",
                "CREATE USER MAPPING FOR postgres SERVER partner OPTIONS (user 'postgres', password 'hunter2')",
                "CREATE FOREIGN TABLE theirs (id int, name text) SERVER partner OPTIONS (table_name 'customers')")) {
            cluster.execute("shop", sql);
        }
    }

    @AfterAll
    static void closeCluster() {
        cluster.close();
    }

    @Test
    void holdsWhatWasDumpedWithItsOwners() throws Exception {
        Path dump = dump("--format=custom");

        try (ScratchCopy copy = scratch.of(dump, source(), LONG, Pulse.unheard());
                Connection connection = Connections.standard().open(copy.url())) {
            assertThat(Connections.text(connection, "SELECT count(*) FROM customers"))
                    .isEqualTo("1000");
            assertThat(Connections.text(connection, "SELECT tableowner FROM pg_tables WHERE tablename = 'customers'"))
                    .isEqualTo("shop_owner");
            assertThat(Connections.text(connection, "SELECT polroles::regrole[] FROM pg_policy"))
                    .contains("some reader");
            assertThat(Connections.text(connection, "SHOW listen_addresses")).isEmpty();
            assertThat(copy.missing()).isEmpty();
            assertThat(copy.took()).isPositive();
        }
    }

    @Test
    void restoresADumpOfTheDirectoryFormat() throws Exception {
        Path dump = dump("--format=directory");

        try (ScratchCopy copy = scratch.of(dump, source(), LONG, Pulse.unheard());
                Connection connection = Connections.standard().open(copy.url())) {
            assertThat(Connections.text(connection, "SELECT count(*) FROM customers"))
                    .isEqualTo("1000");
        }
    }

    @Test
    void servesPostgresOwnPrograms() {
        Path dump = dump("--format=custom");

        try (ScratchCopy copy = scratch.of(dump, source(), LONG, Pulse.unheard())) {
            CommandResult said = new CommandRunner()
                    .run(
                            new Command(
                                    List.of(
                                            "psql",
                                            "-h",
                                            copy.socketDirectory().toString(),
                                            "-Atc",
                                            "SELECT count(*) FROM customers"),
                                    directory,
                                    copy.url().libpqEnvironment(),
                                    LONG,
                                    LONG),
                            Pulse.unheard());
            assertThat(said.output().strip()).isEqualTo("1000");
        }
    }

    @Test
    void reachesNobodyAndKnowsNoPasswords() throws Exception {
        Path dump = dump("--format=custom");

        try (ScratchCopy copy = scratch.of(dump, source(), LONG, Pulse.unheard());
                Connection connection = Connections.standard().open(copy.url());
                Statement statement = connection.createStatement()) {
            assertThat(copy.withoutNetwork())
                    .isEqualTo(copy.notes().stream().noneMatch(note -> note.contains("network")));
            assertThat(Connections.text(connection, "SELECT count(*) FROM pg_user_mapping"))
                    .isEqualTo("0");
            assertThatThrownBy(() -> statement.execute("SELECT * FROM theirs")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> statement.execute("SELECT dblink_connect('" + wayBack() + "')"))
                    .hasMessageContaining("not-in-a-scratch-copy");
            if (copy.withoutNetwork()) {
                // made anew by a migration, after the copy was disarmed
                statement.execute("DROP EXTENSION dblink");
                statement.execute("CREATE EXTENSION dblink");
                assertThatThrownBy(() -> statement.execute("SELECT dblink_connect('" + wayBack() + "')"))
                        .hasMessageContaining("could not establish connection");
            }
        }
    }

    @Test
    void restoresOneSchemaOfAPlatformWithoutWhatItLeansOn() throws Exception {
        cluster.createDatabase("managed");
        for (String sql : List.of(
                "CREATE SCHEMA auth",
                "CREATE TABLE auth.users (id uuid PRIMARY KEY)",
                "INSERT INTO auth.users VALUES ('00000000-0000-0000-0000-000000000001')",
                "CREATE SCHEMA extensions",
                "CREATE EXTENSION citext SCHEMA extensions",
                "CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users, mail extensions.citext)",
                "INSERT INTO profiles VALUES ('00000000-0000-0000-0000-000000000001', 'Ana@example.com')")) {
            cluster.execute("managed", sql);
        }
        Path dump = dump("managed", "--format=custom", "--schema=public");
        Manifest.Source platform = new Manifest.Source(
                "supabase",
                List.of("public"),
                "UTF8",
                "xx_XX.nowhere",
                "xx_XX.nowhere",
                List.of(
                        new Manifest.Extension("citext", "extensions", "1.6"),
                        new Manifest.Extension("vector_of_the_future", "extensions", "1")),
                List.of());

        try (ScratchCopy copy = scratch.of(dump, platform, LONG, Pulse.unheard());
                Connection connection = Connections.standard().open(copy.url())) {
            assertThat(Connections.text(connection, "SELECT mail FROM profiles"))
                    .isEqualTo("Ana@example.com");
            assertThat(copy.missing())
                    .singleElement()
                    .hasToString("ALTER TABLE ONLY public.profiles: schema \"auth\" does not exist");
            assertThat(copy.notes())
                    .anyMatch(note -> note.contains("xx_XX.nowhere"))
                    .anyMatch(note -> note.contains("lacks the extension vector_of_the_future"));
        }
        assertThatThrownBy(() -> scratch.of(dump, source(), LONG, Pulse.unheard()))
                .isInstanceOf(BackupFailed.class)
                .hasMessageContaining("extensions");
    }

    @Test
    void refusesADumpThatEndsTooEarly() throws Exception {
        Path dump = dump("--format=custom");
        byte[] all = Files.readAllBytes(dump);
        Files.write(dump, Arrays.copyOf(all, all.length - 2000));

        assertThatThrownBy(() -> scratch.of(dump, source(), LONG, Pulse.unheard()))
                .isInstanceOf(BackupFailed.class)
                .hasMessageContaining("cannot be restored");
    }

    /** To the server that was dumped. */
    private static String wayBack() {
        return "host=127.0.0.1 port=" + cluster.port() + " dbname=shop user=postgres";
    }

    private static Manifest.Source source() {
        return new Manifest.Source(
                "postgres", List.of(), "UTF8", "C", "C", List.of(), List.of("shop_owner", "some reader"));
    }

    private Path dump(String... options) {
        return options[0].startsWith("-") ? dumpOf("shop", options) : dumpOf(options[0], tail(options));
    }

    private static String[] tail(String[] options) {
        return Arrays.copyOfRange(options, 1, options.length);
    }

    private Path dumpOf(String database, String... options) {
        Path dump = directory.resolve(database + ".dump");
        List<String> argv =
                new ArrayList<>(List.of(binaries.newest().program("pg_dump").toString(), "--file=" + dump));
        argv.addAll(List.of(options));
        CommandResult result = new CommandRunner()
                .run(
                        new Command(
                                argv,
                                directory,
                                PostgresUrl.parse(cluster.url(database)).libpqEnvironment(),
                                LONG,
                                LONG),
                        Pulse.unheard());
        assertThat(result.succeeded()).as(String.join("\n", result.lastLines())).isTrue();
        return dump;
    }
}
