package dev.slipway.database.backup;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.process.Command;
import dev.slipway.process.CommandResult;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Restores a dump into a database that is made for it, beside the one that it was taken of. Never into one that is there. */
public final class PgRestore {

    /** Stands beside a database until all of it was restored and compared: a half one looks like a whole one. */
    public static final String HALF = "slipway: half restored";

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int JOBS = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));

    private static final Pattern PASSING = Pattern.compile(
            "server closed the connection|terminating connection|Connection refused|Connection reset|starting up"
                    + "|shutting down|recovery mode|could not receive data|timeout expired|too many clients"
                    + "|remaining connection slots|no connection to the server|could not connect");

    private final PostgresBinaries binaries;
    private final CommandRunner runner;

    public PgRestore(PostgresBinaries binaries, CommandRunner runner) {
        this.binaries = binaries;
        this.runner = runner;
    }

    /** The name of the new database; PostgreSQL takes 63 bytes, and the end is what makes it one of its own. */
    public static String nameFor(String database, String grant) {
        return name(database, "_restored_", grant);
    }

    public static String name(String database, String word, String grant) {
        String end = word + grant.substring(0, 12);
        String start = database;
        while ((start + end).getBytes(StandardCharsets.UTF_8).length > 63) {
            start = start.substring(0, start.length() - 1);
        }
        return start + end;
    }

    /**
     * Restores. What came of it is marked as half until {@link #whole} says otherwise.
     *
     * @param present the database that the dump was taken of
     * @param restored name of the new one; what is there under this name is an earlier attempt's, and goes
     * @param whole whether owners and grants come along
     * @return what could not be made, because the dump leans on what its platform has beside it
     * @throws DatabaseUnavailable when it may work later
     * @throws DatabaseRefused when the login may not
     * @throws BackupFailed when the dump cannot be restored
     */
    public List<String> into(
            PostgresUrl present, String restored, Path dump, boolean whole, Duration atMost, Path mark, Pulse pulse) {
        // an earlier attempt's pg_restore may still write
        runner.awaitGone(mark, pulse);
        make(present, restored);
        Optional<Manifest> manifest = Manifest.read(dump);
        Manifest.Source source = manifest.map(Manifest::source).orElse(Manifest.Source.UNKNOWN);
        List<String> lacking = new ArrayList<>();
        if (source.leansOnOthers()) {
            extensions(present.withDatabase(restored), source, lacking);
        }
        PostgresBinaries.Installation tools =
                binaries.forDump(manifest.map(Manifest::toolVersion).orElse(""));
        List<String> argv =
                new ArrayList<>(List.of(tools.program("pg_restore").toString(), "--jobs=" + JOBS, "--no-password"));
        if (!whole) {
            argv.addAll(List.of("--no-owner", "--no-acl"));
        }
        argv.add("--dbname=dbname='" + restored.replace("\\", "\\\\").replace("'", "\\'") + "'");
        argv.add(dump.toAbsolutePath().toString());
        Map<String, String> environment = present.withDatabase(restored).libpqEnvironment();
        environment.put("LC_MESSAGES", "C");
        CommandResult result = runner.run(
                new Command(argv, dump.toAbsolutePath().getParent(), environment, atMost, GRACE),
                Optional.of(mark),
                pulse);
        if (result.timedOut()) {
            throw new BackupFailed(dump + ": the restore was stopped after " + atMost.toSeconds()
                    + " s, its time-out; raise `timeouts: {restore: …}` in the plan");
        }
        List<RestoreError> errors = RestoreError.in(result.lastLines()).stream()
                .filter(error -> !error.isNone())
                .toList();
        if (!result.succeeded()
                && PASSING.matcher(String.join(" ", result.lastLines())).find()) {
            throw new DatabaseUnavailable(present.display() + ": the restore broke off: " + errors);
        }
        Optional<RestoreError> fatal = errors.stream()
                .filter(error -> !(source.leansOnOthers() && error.isElsewhere()))
                .findFirst();
        boolean unexplained = !result.succeeded()
                && (result.exitCode() > 1 || RestoreError.in(result.lastLines()).isEmpty());
        if (fatal.isPresent() || unexplained) {
            UnreadableDump.why(tools, dump, result.lastLines()).ifPresent(why -> {
                throw new BackupFailed(why);
            });
            throw new BackupFailed(dump + ": the backup cannot be restored into '" + restored + "': "
                    + fatal.map(error -> error + error.hint())
                            .orElseGet(() -> "pg_restore ended with " + result.exitCode()));
        }
        errors.forEach(error -> lacking.add("not restored, because it leans on what is not in the backup: " + error));
        return List.copyOf(lacking);
    }

    /** A platform makes them before anybody's tables, so a dump of the tables does not. */
    private static void extensions(PostgresUrl restored, Manifest.Source source, List<String> lacking) {
        for (Manifest.Extension extension : source.extensions()) {
            try (Connection connection = Connections.standard().open(restored);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE SCHEMA IF NOT EXISTS " + quoted(extension.schema()));
                statement.execute("CREATE EXTENSION IF NOT EXISTS " + quoted(extension.name()) + " SCHEMA "
                        + quoted(extension.schema()) + " CASCADE");
            } catch (SQLException e) {
                lacking.add("the extension " + extension.name() + " could not be made: " + Connections.reason(e));
            }
        }
    }

    /** As the original was made: a database that sorts otherwise is another one. */
    private static void make(PostgresUrl present, String restored) {
        try (Connection connection = Connections.standard().open(present);
                Statement statement = connection.createStatement()) {
            if (Connections.text(
                            connection, "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
                    .equals("f")) {
                throw new DatabaseRefused(present.display() + ": the login '" + present.user()
                        + "' may make no databases, and a backup is never restored over one that is there; give direct-url"
                        + " a login with CREATEDB, or restore it by hand elsewhere");
            }
            drop(connection, restored);
            statement.execute(
                    "CREATE DATABASE " + quoted(restored) + " TEMPLATE template0" + Connections.text(connection, """
                    SELECT format(' ENCODING %L LC_COLLATE %L LC_CTYPE %L', pg_encoding_to_char(d.encoding),
                                  d.datcollate, d.datctype)
                           || CASE WHEN to_jsonb(d)->>'datlocprovider' = 'i'
                                   THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L',
                                               coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale'))
                                   WHEN to_jsonb(d)->>'datlocprovider' = 'b'
                                   THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', to_jsonb(d)->>'datlocale')
                                   ELSE '' END
                           || CASE WHEN to_jsonb(d)->>'daticurules' IS NULL THEN ''
                                   ELSE format(' ICU_RULES %L', to_jsonb(d)->>'daticurules') END
                    FROM pg_database d WHERE d.datname = current_database()"""));
            statement.execute("COMMENT ON DATABASE " + quoted(restored) + " IS " + literal(HALF));
            // the same rows as in the original, and nobody has said yet who may read them here
            statement.execute("REVOKE CONNECT ON DATABASE " + quoted(restored) + " FROM PUBLIC");
        } catch (SQLException e) {
            throw Connections.failure(present, "the database '" + restored + "' could not be made", e);
        }
        allowPublic(present.withDatabase(restored));
    }

    /** Before 16 who owns a database and is NOINHERIT may not make anything in its schema public, which its owners own. */
    private static void allowPublic(PostgresUrl restored) {
        try (Connection connection = Connections.standard().open(restored);
                Statement statement = connection.createStatement()) {
            if (Connections.text(connection, "SELECT has_schema_privilege('public', 'CREATE')")
                    .equals("f")) {
                statement.execute("SET ROLE pg_database_owner");
                statement.execute("GRANT ALL ON SCHEMA public TO SESSION_USER");
                statement.execute("RESET ROLE");
            }
        } catch (SQLException e) {
            throw Connections.failure(restored, "its schema public could not be opened for the restore", e);
        }
    }

    /** What was restored is all there. */
    public void whole(PostgresUrl present, String restored) throws SQLException {
        try (Connection connection = Connections.standard().open(present);
                Statement statement = connection.createStatement()) {
            statement.execute("COMMENT ON DATABASE " + quoted(restored) + " IS NULL");
        }
    }

    /** As far as it goes: where it does not, the next comparison names what is left. */
    public void dropIfThere(PostgresUrl present, String restored) {
        try (Connection connection = Connections.standard().open(present)) {
            drop(connection, restored);
        } catch (SQLException | DatabaseUnavailable | DatabaseRefused left) {
            // the reason why it failed is worth more than that this did, too
        }
    }

    static void drop(Connection connection, String database) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = " + literal(database));
            statement.execute("DROP DATABASE IF EXISTS " + quoted(database));
        }
    }

    public static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
