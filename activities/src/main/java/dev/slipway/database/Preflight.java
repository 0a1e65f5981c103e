package dev.slipway.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/** What is asked of a database before a release relies on it. Reads only, and says all problems at once. */
public final class Preflight {

    /** pg_dump stops at the first table that it may not read, or of which row security would hide rows. */
    private static final String UNREADABLE = """
            SELECT n.nspname || '.' || c.relname,
                   CASE WHEN has_table_privilege(c.oid, 'SELECT') THEN 'hides rows' ELSE 'may not be read' END
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'm', 'S')
              AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
              AND (cardinality(%1$s) = 0 OR n.nspname = ANY (%1$s)) AND n.nspname <> ALL (%2$s)
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
              AND (NOT has_table_privilege(c.oid, 'SELECT') OR c.relkind = 'r' AND row_security_active(c.oid))
            ORDER BY 1
            """;

    private static final int NAMED = 5;

    private final Connections connections;
    private final PostgresBinaries binaries;

    public Preflight(Connections connections, PostgresBinaries binaries) {
        this.connections = connections;
        this.binaries = binaries;
    }

    /** The reasons why migrations through this URL would fail; empty when none was found. */
    public List<String> problems(PostgresUrl url) {
        return ask(url, (connection, problems) -> {
            askServer(connection, url, problems);
            askRights(connection, url, problems);
            askPooler(connection, url, problems);
        });
    }

    /** The reasons why a backup through this URL would fail, beside those of {@link #problems}; empty when none was found. */
    public List<String> problemsOfBackup(PostgresUrl url, DumpOptions options) {
        return ask(url, (connection, problems) -> {
            askTools(connection, url, options, problems);
            askReading(connection, url, options, problems);
        });
    }

    /** Questions on one connection. */
    private interface Questions {
        void ask(Connection connection, List<String> problems) throws SQLException;
    }

    private List<String> ask(PostgresUrl url, Questions questions) {
        List<String> problems = new ArrayList<>();
        try (Connection connection = connections.open(url)) {
            questions.ask(connection, problems);
        } catch (DatabaseUnavailable | DatabaseRefused e) {
            problems.add(e.getMessage());
        } catch (SQLException e) {
            problems.add(Connections.failure(url, "the checks before the release broke off", e)
                    .getMessage());
        }
        return List.copyOf(problems);
    }

    private static void askServer(Connection connection, PostgresUrl url, List<String> problems) throws SQLException {
        if (Connections.text(connection, "SELECT pg_is_in_recovery()").equals("t")) {
            problems.add(url.display() + ": is a standby, which takes no changes; name the primary");
        } else if (Connections.text(connection, "SHOW transaction_read_only").equals("on")) {
            problems.add(url.display() + ": is read-only for this login (default_transaction_read_only); name another"
                    + " login or lift it");
        }
    }

    private void askTools(Connection connection, PostgresUrl url, DumpOptions options, List<String> problems)
            throws SQLException {
        int major = Integer.parseInt(Connections.text(connection, "SHOW server_version_num")) / 10000;
        try {
            options.problems(binaries.forServer(major))
                    .forEach(problem -> problems.add(url.display() + ": no backup can be made: " + problem));
            if (options.restore()) {
                binaries.serverFor(major);
            }
        } catch (DatabaseRefused none) {
            problems.add(url.display() + ": no backup can be made: " + none.getMessage());
        }
        for (String schema : options.schemas()) {
            if (Connections.text(connection, "SELECT to_regnamespace(" + literal("\"" + schema + "\"") + ")")
                    .equals("null")) {
                problems.add(url.display() + ": there is no schema '" + schema
                        + "', which `schemas` of the backup names; take it out");
            }
        }
    }

    private static void askRights(Connection connection, PostgresUrl url, List<String> problems) throws SQLException {
        String schema = "SELECT current_schema()";
        if (Connections.text(connection, "SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)")
                .equals("f")) {
            problems.add(url.display() + ": the login may create nothing in the schema "
                    + Connections.text(connection, schema) + "; grant it CREATE there");
        }
    }

    private static void askReading(Connection connection, PostgresUrl url, DumpOptions options, List<String> problems)
            throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        String.format(UNREADABLE, array(options.schemas()), array(options.excluded())))) {
            while (rows.next()) {
                tables.add(rows.getString(1) + " " + rows.getString(2));
            }
        }
        if (!tables.isEmpty()) {
            problems.add(url.display() + ": a backup by this login would fail: "
                    + String.join(", ", tables.subList(0, Math.min(NAMED, tables.size())))
                    + (tables.size() > NAMED ? " and " + (tables.size() - NAMED) + " more" : "")
                    + "; grant it SELECT (and BYPASSRLS), or name the owner's login (backup-url)");
        }
    }

    private static String array(List<String> names) {
        return "ARRAY["
                + String.join(", ", names.stream().map(Preflight::literal).toList()) + "]::name[]";
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /**
     * A pooler that gives each transaction another backend loses locks and settings between two statements. Idle, it
     * looks like a direct connection; so a second session holds a transaction open, and the first must keep its backend.
     */
    private void askPooler(Connection first, PostgresUrl url, List<String> problems) throws SQLException {
        String backend = "SELECT pg_backend_pid()";
        int announced = first.unwrap(PGConnection.class).getBackendPID();
        String before = Connections.text(first, backend);
        if (before.equals(String.valueOf(announced))) {
            return;
        }
        try (Connection second = connections.open(url)) {
            second.setAutoCommit(false);
            Connections.text(second, backend);
            String after = Connections.text(first, backend);
            second.rollback();
            if (!after.equals(before)) {
                problems.add(pooler(url));
            }
        } catch (SQLException e) {
            if (Connections.isPassing(e)) {
                throw e;
            }
            // statement mode refuses the transaction itself
            problems.add(pooler(url));
        }
    }

    private static String pooler(PostgresUrl url) {
        return url.display()
                + ": is a pooler in transaction mode, which loses locks and settings between two statements;"
                + " give the direct URL (direct-url), without a pooler in between";
    }
}
