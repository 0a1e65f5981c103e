package dev.slipway.database.restore;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.backup.PgRestore;
import dev.slipway.steps.StepFailed;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gives a restored database the name of the present one, and the present one a name under which it is kept. Both in one
 * transaction, so there is no moment without a database of that name: who connects meanwhile waits for its end. What
 * belongs to the name and not to the dump comes along: owner, grants, settings and limits of the database.
 */
final class Renaming {

    /** How the command begins that renames both back. */
    static final String BACK = "psql ";

    private static final int TRIES = 6;

    /** Those whose value is a list: it stands there as it is written. */
    private static final Set<String> LISTS = Set.of(
            "search_path",
            "temp_tablespaces",
            "local_preload_libraries",
            "session_preload_libraries",
            "shared_preload_libraries",
            "unix_socket_directories");

    private static final String STILL_USED = "55006";

    private final PostgresUrl present;
    private final PostgresUrl elsewhere;
    private final String name;
    private final String restored;
    private final String kept;

    Renaming(PostgresUrl present, String restored, String kept) {
        this.present = present;
        this.name = present.database();
        this.restored = restored;
        this.kept = kept;
        this.elsewhere = present.withDatabase(elsewhere(name));
    }

    private static String elsewhere(String name) {
        return name.equals("postgres") ? "template1" : "postgres";
    }

    /**
     * The command that renames both back. No session can rename the database that it is in, so it goes to another one of the
     * same server; both statements in one {@code -c} are one transaction.
     *
     * @param login {@code $NAME} of the secret with the connection string
     */
    static String undo(String login, String name, String restored, String kept) {
        return BACK + "\"" + login + "\" -v ON_ERROR_STOP=1 -c "
                + shell("\\connect " + elsewhere(name))
                + " -c "
                + shell("ALTER DATABASE " + PgRestore.quoted(name) + " RENAME TO " + PgRestore.quoted(restored)
                        + "; ALTER DATABASE " + PgRestore.quoted(kept) + " RENAME TO " + PgRestore.quoted(name))
                + "   # after ending the sessions of both; what was written since the restore then stands in "
                + restored;
    }

    /**
     * Asked before anything is restored, so that nobody says yes to what could not be done.
     *
     * @throws StepFailed where the login could not rename the present database
     */
    static void refuse(PostgresUrl present) {
        try (Connection connection = Connections.standard().open(present)) {
            String owner = Connections.text(
                    connection,
                    "SELECT CASE WHEN pg_has_role(datdba, 'USAGE') THEN '' ELSE pg_get_userbyid(datdba) END FROM"
                            + " pg_database WHERE datname = current_database()");
            boolean makes = Connections.text(
                            connection, "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
                    .equals("t");
            List<String> problems = new ArrayList<>();
            if (!owner.isEmpty()) {
                problems.add("the database belongs to '" + owner + "', whose rights it does not have by itself, so it"
                        + " could not rename it: give direct-url the owner's login or one that inherits it (ALTER ROLE …"
                        + " INHERIT), or say `restore: {switch: copy}`");
            }
            if (!makes) {
                problems.add("it may make no databases, and a restore needs a new one: give it CREATEDB");
            }
            if (!problems.isEmpty()) {
                throw new StepFailed(
                        present.display() + ": nothing was restored with the login '" + present.user() + "': "
                                + String.join("; ", problems),
                        List.of(),
                        false);
            }
        } catch (SQLException e) {
            throw Connections.failure(present, "whose it is could not be asked", e);
        }
    }

    private static String shell(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /**
     * Renames, or finds that it was done.
     *
     * @param begin throws where it may not begin any more; not asked where an earlier attempt did it
     * @param commit throws where it may not be committed any more
     * @return one sentence
     * @throws StepFailed where it can't be; then nothing has changed
     */
    String run(List<Connection> opened, Runnable begin, Runnable commit) {
        try (Connection connection = Connections.patient().open(elsewhere)) {
            opened.add(connection);
            if (exists(connection, kept)) {
                return "renamed by an earlier attempt: '" + name + "' is what was restored, and the old one is '" + kept
                        + "'";
            }
            begin.run();
            if (!exists(connection, restored)) {
                throw refused("the restored database '" + restored + "' is not there any more");
            }
            List<String> statements = statements(connection);
            for (int attempt = 1; ; attempt++) {
                try {
                    rename(connection, statements, commit);
                    return "'" + name + "' is now what was restored; the old one is kept as '" + kept + "'";
                } catch (SQLException e) {
                    if (!STILL_USED.equals(e.getSQLState()) || attempt == TRIES) {
                        throw e;
                    }
                }
            }
        } catch (SQLException e) {
            RuntimeException failure = Connections.failure(elsewhere, "nothing was renamed", e);
            if (failure instanceof DatabaseRefused) {
                throw refused(failure.getMessage());
            }
            throw failure;
        }
    }

    private void rename(Connection connection, List<String> statements, Runnable commit) throws SQLException {
        AtomicBoolean over = new AtomicBoolean();
        Thread ending = new Thread(() -> endSessions(over), "slipway: ends sessions of " + name);
        ending.setDaemon(true);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            // a rename waits five seconds for the others to leave, and keeps new ones out meanwhile
            ending.start();
            for (String sql : statements) {
                statement.execute(sql);
            }
            commit.run();
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            over.set(true);
            connection.setAutoCommit(true);
        }
    }

    /** Again and again, because pools connect again at once. */
    private void endSessions(AtomicBoolean over) {
        try (Connection connection = Connections.standard().open(elsewhere);
                Statement statement = connection.createStatement()) {
            String databases = Connections.text(
                    connection,
                    "SELECT coalesce(string_agg(oid::text, ', '), '0') FROM pg_database WHERE datname IN ("
                            + PgRestore.literal(name) + ", " + PgRestore.literal(restored) + ")");
            while (!over.get()) {
                statement.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datid IN (" + databases + ")");
                Thread.sleep(50);
            }
        } catch (SQLException | DatabaseUnavailable | DatabaseRefused e) {
            // who may not end them finds the database still in use, and that is said
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** In order. Read before, so that nothing is looked up while everybody waits. */
    private List<String> statements(Connection connection) throws SQLException {
        List<String> statements = new ArrayList<>();
        statements.add("SET LOCAL lock_timeout = '10s'");
        statements.add("ALTER DATABASE " + PgRestore.quoted(name) + " RENAME TO " + PgRestore.quoted(kept));
        statements.add("ALTER DATABASE " + PgRestore.quoted(restored) + " RENAME TO " + PgRestore.quoted(name));
        String database = PgRestore.quoted(name);
        String of = " FROM pg_database d WHERE d.datname = " + PgRestore.literal(name);
        String limit = Connections.text(connection, "SELECT d.datconnlimit" + of);
        if (!limit.equals("-1")) {
            statements.add("ALTER DATABASE " + database + " CONNECTION LIMIT " + limit);
        }
        if (Connections.text(connection, "SELECT (d.datacl IS NULL)::text" + of).equals("true")) {
            statements.add("GRANT CONNECT, TEMPORARY ON DATABASE " + database + " TO PUBLIC");
        } else {
            statements.add("REVOKE ALL ON DATABASE " + database + " FROM PUBLIC");
            rows(connection, """
                    SELECT format('GRANT %s ON DATABASE %s TO %s%s', a.privilege_type, '""" + database.replace("'", "''").replace("%", "%%") + """
                    ', CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                    CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
                    FROM pg_database d, aclexplode(d.datacl) a WHERE a.grantee <> d.datdba AND d.datname = """ + PgRestore.literal(name))
                    .forEach(row -> statements.add(row[0]));
        }
        for (String[] setting : rows(
                connection,
                "SELECT s.setrole::text, coalesce(quote_ident(pg_get_userbyid(s.setrole)), ''),"
                        + " unnest(s.setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE"
                        + " d.datname = " + PgRestore.literal(name))) {
            int equals = setting[2].indexOf('=');
            String key = setting[2].substring(0, equals);
            String value = setting[2].substring(equals + 1);
            statements.add((setting[0].equals("0")
                            ? "ALTER DATABASE " + database
                            : "ALTER ROLE " + setting[1] + " IN DATABASE " + database)
                    + " SET " + key + " TO "
                    + (LISTS.contains(key) && !value.isBlank() ? value : PgRestore.literal(value)));
        }
        String comment =
                Connections.text(connection, "SELECT coalesce(shobj_description(d.oid, 'pg_database'), '')" + of);
        if (!comment.isEmpty()) {
            statements.add("COMMENT ON DATABASE " + database + " IS " + PgRestore.literal(comment));
        }
        // last: afterwards the login may not be allowed the rest any more
        String owner = Connections.text(connection, "SELECT quote_ident(pg_get_userbyid(d.datdba))" + of);
        if (!owner.equals(Connections.text(connection, "SELECT quote_ident(current_user)"))) {
            statements.add("ALTER DATABASE " + database + " OWNER TO " + owner);
        }
        return statements;
    }

    private static List<String[]> rows(Connection connection, String sql) throws SQLException {
        List<String[]> all = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                String[] row = new String[columns];
                for (int at = 0; at < columns; at++) {
                    row[at] = rows.getString(at + 1);
                }
                all.add(row);
            }
        }
        return all;
    }

    private static boolean exists(Connection connection, String database) throws SQLException {
        return Connections.text(
                        connection, "SELECT count(*) FROM pg_database WHERE datname = " + PgRestore.literal(database))
                .equals("1");
    }

    private static StepFailed refused(String why) {
        return new StepFailed(why, List.of(), false);
    }
}
