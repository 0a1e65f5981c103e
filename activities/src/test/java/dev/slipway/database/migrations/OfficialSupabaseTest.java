package dev.slipway.database.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.database.Connections;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.process.Command;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Supabase's own command line and we agree, whoever was first. Where the machine has npm the tool has to be had from its
 * registry, and the test fails otherwise; a machine without npm can't have it, and skips this.
 */
class OfficialSupabaseTest {

    private static final String VERSION = "3.1.0";
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir
    static Path installed;

    private static ThrowAwayCluster cluster;
    private static String program;

    private final MigrationTool own = new OwnMigrations(new SupabaseFormat());
    private MigrationTool official;

    @TempDir
    Path root;

    @BeforeAll
    static void install() {
        boolean npm =
                Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, "npm")));
        assumeTrue(npm, "this machine has no npm, and so no official tool to agree with");
        CommandResult result = new CommandRunner()
                .run(
                        new Command(
                                List.of("npm", "install", "--no-audit", "--no-fund", "supabase@" + VERSION),
                                installed,
                                Map.of(),
                                LIMIT,
                                Duration.ofSeconds(1)),
                        Optional.empty(),
                        Pulse.unheard());
        assertThat(result.succeeded())
                .as("npm is here, so supabase %s has to be had: %s", VERSION, result.lastLines())
                .isTrue();
        program = installed.resolve("node_modules/.bin/supabase").toString();
        cluster = ThrowAwayCluster.start();
    }

    @AfterAll
    static void close() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void files() throws IOException {
        official = new OfficialMigrations(new SupabaseCommand(program), own, new CommandRunner());
        Files.createDirectories(root.resolve("supabase/migrations"));
        file("20240101000000_first.sql", """
                -- a comment; here
                CREATE TABLE t (a int);
                INSERT INTO t VALUES (1); -- after

                /* tail; */
                CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$;
                CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 2 END; END;
                -- the end
                """);
        file("20240102000000_second.sql", "CREATE TABLE u (b text);\r\nINSERT INTO u VALUES (E'x;\\'y'), ('a;b')");
        file("seed.sql", "CREATE TABLE seeded (id int);");
    }

    private void file(String name, String sql) throws IOException {
        Files.writeString(root.resolve("supabase/migrations").resolve(name), sql);
    }

    private MigrationRequest request(PostgresUrl url) {
        return new MigrationRequest(
                        url,
                        root,
                        "supabase/migrations",
                        "",
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(1),
                        false,
                        Optional.empty())
                .with(new MigrationRequest.Outside(root.resolve("mark"), Map.of("HOME", root.toString()), LIMIT));
    }

    private static String history(PostgresUrl url) {
        try (Connection connection = Connections.standard().open(url)) {
            return Connections.text(
                    connection,
                    "SELECT string_agg(concat_ws(' ', version, name, statements::text), chr(10) ORDER BY version)"
                            + " FROM supabase_migrations.schema_migrations");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void writesTheSameHistoryAsTheOfficialTool() {
        PostgresUrl theirs = PostgresUrl.parse(cluster.createDatabase("theirs"));
        PostgresUrl ours = PostgresUrl.parse(cluster.createDatabase("ours"));

        assertThat(official.migrate(request(theirs), Pulse.unheard()).applied()).hasSize(2);
        assertThat(own.migrate(request(ours), Pulse.unheard()).applied()).hasSize(2);

        assertThat(history(ours)).isEqualTo(history(theirs));
    }

    @Test
    void takesALongHistoryApartAsTheOfficialToolDoes() throws Exception {
        List<String> texts = new WrittenHistory(1, 120, true).files();
        for (int i = 0; i < texts.size(); i++) {
            file(String.format(Locale.ROOT, "2024020100%04d_step.sql", i), texts.get(i));
        }
        PostgresUrl theirs = PostgresUrl.parse(cluster.createDatabase("long_theirs"));
        PostgresUrl ours = PostgresUrl.parse(cluster.createDatabase("long_ours"));

        assertThat(official.migrate(request(theirs), Pulse.unheard()).applied()).hasSize(122);
        assertThat(own.migrate(request(ours), Pulse.unheard()).applied()).hasSize(122);

        assertThat(history(ours)).isEqualTo(history(theirs));
    }

    @Test
    void goesOnWhereTheOtherOneStopped() throws Exception {
        PostgresUrl first = PostgresUrl.parse(cluster.createDatabase("official_first"));
        PostgresUrl second = PostgresUrl.parse(cluster.createDatabase("own_first"));
        official.migrate(request(first), Pulse.unheard());
        own.migrate(request(second), Pulse.unheard());
        assertThat(own.status(request(first)).problems()).isEmpty();
        assertThat(own.status(request(first)).pending()).isEmpty();
        file("20240103000000_third.sql", "ALTER TABLE t ADD COLUMN b int;");

        assertThat(own.migrate(request(first), Pulse.unheard()).applied()).hasSize(1);
        assertThat(official.migrate(request(second), Pulse.unheard()).applied()).hasSize(1);

        assertThat(history(first)).isEqualTo(history(second));
    }

    @Test
    void saysWhatIsAppliedWhenTheOfficialToolFails() throws Exception {
        PostgresUrl url = PostgresUrl.parse(cluster.createDatabase("failing"));
        file("20240103000000_bad.sql", "CREATE TABLE half (id int); SELECT 1/0;");

        MigrationFailed failure =
                catchThrowableOfType(MigrationFailed.class, () -> official.migrate(request(url), Pulse.unheard()));

        assertThat(failure.unchanged()).isFalse();
        assertThat(failure)
                .hasMessageContaining("applied: 20240101000000_first.sql, 20240102000000_second.sql")
                .hasMessageContaining("not applied: 20240103000000_bad.sql")
                .hasMessageContaining("division by zero");
    }

    @Test
    void saysThatTheToolIsNotThere() {
        PostgresUrl url = PostgresUrl.parse(cluster.createDatabase("without"));
        MigrationTool missing =
                new OfficialMigrations(new SupabaseCommand("/no/such/supabase"), own, new CommandRunner());

        MigrationFailed failure =
                catchThrowableOfType(MigrationFailed.class, () -> missing.migrate(request(url), Pulse.unheard()));

        assertThat(failure.unchanged()).isTrue();
        assertThat(failure).hasMessageContaining("let `runner: own` migrate");
    }
}
