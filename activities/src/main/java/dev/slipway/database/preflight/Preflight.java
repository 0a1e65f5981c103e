package dev.slipway.database.preflight;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.Findings;
import dev.slipway.database.Pooling;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.Room;
import dev.slipway.database.SameDatabase;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.database.backup.DumpOptions;
import dev.slipway.plan.Sizes;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is asked of a database before a release relies on it. Reads only, and says all problems at once. */
public final class Preflight {

    /** pg_dump stops at the first table that it may not read, or of which row security would hide rows. */
    private static final String UNREADABLE = """
            SELECT n.nspname || '.' || c.relname
                   || CASE WHEN has_table_privilege(c.oid, 'SELECT') THEN ' hides rows' ELSE ' may not be read' END
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'm', 'S')
              AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
              AND (cardinality(%1$s) = 0 OR n.nspname = ANY (%1$s)) AND n.nspname <> ALL (%2$s)
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
              AND (NOT has_table_privilege(c.oid, 'SELECT') OR c.relkind = 'r' AND row_security_active(c.oid))
            ORDER BY 1
            """;

    /** Only an owner may change a table's shape. */
    private static final String NOT_OURS = """
            SELECT n.nspname || '.' || c.relname || ' (of ' || pg_get_userbyid(c.relowner) || ')'
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.oid = coalesce(to_regnamespace(quote_ident(?)), current_schema()::regnamespace)
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
              AND NOT pg_has_role(c.relowner, 'USAGE')
            ORDER BY 1
            """;

    private static final String UNWRITABLE = """
            SELECT concat_ws('.', nullif(?, ''), ?)
            FROM (SELECT to_regclass(CASE WHEN ? = '' THEN '' ELSE quote_ident(?) || '.' END || quote_ident(?))) t (id)
            WHERE id IS NOT NULL AND NOT (has_table_privilege(id, 'SELECT') AND has_table_privilege(id, 'INSERT')
              AND has_table_privilege(id, 'UPDATE') AND has_table_privilege(id, 'DELETE'))
            """;

    /** About how large they are, as the last VACUUM or ANALYZE has seen: measuring would wait for whoever holds a lock. */
    private static final String TABLES = """
            SELECT coalesce(sum(c.relpages::bigint), 0) * current_setting('block_size')::bigint
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'm', 't') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            """;

    /** The server's, the database's and the login's limit; each server process of a client counts. */
    private static final String SLOTS_LEFT = """
            SELECT least(
                current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                    - coalesce(current_setting('reserved_connections', true)::int, 0)
                    - (SELECT count(*) FROM pg_stat_activity
                       WHERE datid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'),
                (SELECT CASE WHEN datconnlimit < 0 THEN NULL ELSE datconnlimit - (SELECT count(*) FROM pg_stat_activity a
                    WHERE a.datid = d.oid) END FROM pg_database d WHERE datname = current_database()),
                (SELECT CASE WHEN rolconnlimit < 0 THEN NULL ELSE rolconnlimit - (SELECT count(*) FROM pg_stat_activity a
                    WHERE a.usename = r.rolname) END FROM pg_roles r WHERE rolname = session_user))
            """;

    private static final int NAMED = 5;

    /** One at work, one that holds the turn, one that looks who blocks, and one of pg_dump. */
    private static final int SLOTS_NEEDED = 4;

    /** A transaction that lasts longer is no request of an application. */
    private static final Duration LONG = Duration.ofMinutes(5);

    /** A follower that is further behind will not be with us when the release is done. */
    private static final long LAG = 1_000_000_000L;

    private final Connections connections;
    private final PostgresBinaries binaries;
    private final Pooling pooling;
    private final Circumstances circumstances;

    public Preflight(Connections connections, PostgresBinaries binaries) {
        this(connections, binaries, new Circumstances(LONG, LAG));
    }

    Preflight(Connections connections, PostgresBinaries binaries, Circumstances circumstances) {
        this.connections = connections;
        this.binaries = binaries;
        this.pooling = new Pooling(connections);
        this.circumstances = circumstances;
    }

    /** Everything that is to be said before people are asked; each text begins with the URL, without its password. */
    public Findings look(Inspection asked) {
        List<String> problems = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        PostgresUrl url = asked.url();
        try (Connection connection = connections.open(url)) {
            askServer(connection, asked, problems);
            askRights(connection, asked, problems, warnings);
            pooling.problem(connection, url).ifPresent(problem -> problems.add(stripped(url, problem)));
            askSlots(connection, problems);
            askRoom(connection, asked, problems, warnings);
            warnings.addAll(circumstances.warnings(connection, asked));
        } catch (DatabaseUnavailable | DatabaseRefused e) {
            problems.add(stripped(url, e.getMessage()));
        } catch (SQLException e) {
            problems.add(stripped(
                    url,
                    Connections.failure(url, "the checks before the release broke off", e)
                            .getMessage()));
        }
        return new Findings(named(url, problems), named(url, warnings));
    }

    private static String array(List<String> names) {
        return "ARRAY["
                + String.join(", ", names.stream().map(Preflight::literal).toList()) + "]::name[]";
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /**
     * Whether the address of the application and the one that goes around its pooler are one database. An address that
     * only the application can reach proves nothing, and is no problem.
     */
    public List<String> leadElsewhere(PostgresUrl application, PostgresUrl direct) {
        try (Connection one = connections.open(direct);
                Connection other = connections.open(application)) {
            boolean standby =
                    Connections.text(other, "SELECT pg_is_in_recovery()").equals("t");
            return standby || new SameDatabase().of(one, other) == SameDatabase.Proof.SAME_DATABASE
                    ? List.of()
                    : List.of(direct.display() + ": is another database than " + application.display()
                            + ", which should be the same one: a lock taken through one was not seen through the other;"
                            + " correct one of the two");
        } catch (DatabaseUnavailable | DatabaseRefused | SQLException untold) {
            return List.of();
        }
    }

    /** What stands against copying rows from one to the other. */
    public List<String> problemsOfSource(PostgresUrl source, PostgresUrl target) {
        List<String> problems = new ArrayList<>();
        try (Connection from = connections.open(source);
                Connection to = connections.open(target)) {
            pooling.problem(from, source).ifPresent(problems::add);
            if (new SameDatabase().of(to, from) == SameDatabase.Proof.SAME_DATABASE) {
                problems.add(source.display() + " and " + target.display()
                        + " are the same database: a lock taken through one was seen through the other; the source of"
                        + " reference data must be another one");
            }
        } catch (DatabaseUnavailable | DatabaseRefused e) {
            problems.add(e.getMessage());
        } catch (SQLException e) {
            problems.add(Connections.failure(source, "it could not be told whether it is " + target.display(), e)
                    .getMessage());
        }
        return problems;
    }

    private void askServer(Connection connection, Inspection asked, List<String> problems) throws SQLException {
        if (asked.changes()) {
            if (Connections.text(connection, "SELECT pg_is_in_recovery()").equals("t")) {
                problems.add("is a standby, which takes no changes; name the primary");
            } else if (Connections.text(connection, "SHOW transaction_read_only")
                    .equals("on")) {
                problems.add("is read-only for this login (default_transaction_read_only); name another login or lift"
                        + " it");
            }
        }
        if (asked.uses().contains(Inspection.Use.BACKUP)) {
            askTools(connection, asked.dump(), problems);
        }
    }

    private void askTools(Connection connection, DumpOptions options, List<String> problems) throws SQLException {
        int major = Integer.parseInt(Connections.text(connection, "SHOW server_version_num")) / 10000;
        try {
            options.problems(binaries.forServer(major))
                    .forEach(problem -> problems.add("no backup can be made: " + problem));
            if (options.restore()) {
                binaries.serverFor(major);
                askRoomToRestore(connection, options, problems);
            }
        } catch (DatabaseRefused none) {
            problems.add("no backup can be made: " + none.getMessage());
        }
        for (String schema : options.schemas()) {
            if (Connections.text(connection, "SELECT to_regnamespace(quote_ident(" + literal(schema) + "))")
                    .equals("null")) {
                problems.add("there is no schema '" + schema + "', which `schemas` of the backup names; take it out");
            }
        }
    }

    /** pg_dump works as the login; migrations and reference data as the role, where the plan names one. */
    private static void askRights(Connection connection, Inspection asked, List<String> problems, List<String> warnings)
            throws SQLException {
        if (asked.uses().contains(Inspection.Use.BACKUP)) {
            List<String> tables = texts(
                    connection,
                    UNREADABLE.formatted(
                            array(asked.dump().schemas()), array(asked.dump().excluded())));
            if (!tables.isEmpty()) {
                problems.add("a backup by this login would fail: " + some(tables)
                        + "; grant it SELECT (and BYPASSRLS), or name the owner's login (backup-url)");
            }
        }
        if (!asked.changes()) {
            return;
        }
        if (asked.role().isEmpty()) {
            askToChange(connection, asked, "the login", problems, warnings);
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET ROLE \"" + asked.role().replace("\"", "\"\"") + "\"");
        } catch (SQLException refused) {
            if (Connections.isPassing(refused)) {
                throw refused;
            }
            problems.add("the login may not become " + asked.role() + ", which `role` names; GRANT " + asked.role()
                    + " to it, or take `role` out");
            return;
        }
        askToChange(connection, asked, "the role " + asked.role(), problems, warnings);
        try (Statement statement = connection.createStatement()) {
            statement.execute("RESET ROLE");
        }
    }

    private static void askToChange(
            Connection connection, Inspection asked, String who, List<String> problems, List<String> warnings)
            throws SQLException {
        String schema = asked.url().schema();
        if (asked.uses().contains(Inspection.Use.MIGRATE)) {
            askToCreate(connection, schema, who, problems);
            List<String> foreign = texts(connection, NOT_OURS, schema);
            if (!foreign.isEmpty()) {
                warnings.add(who + " is not the owner of " + some(foreign)
                        + ", so a migration that changes their shape would fail");
            }
        }
        if (asked.uses().contains(Inspection.Use.REFERENCE_DATA)) {
            List<String> tables = new ArrayList<>();
            for (String table : asked.tables()) {
                int dot = table.indexOf('.');
                String in = dot < 0 ? "" : table.substring(0, dot);
                String name = table.substring(dot + 1);
                tables.addAll(texts(connection, UNWRITABLE, in, name, in, in, name));
            }
            if (!tables.isEmpty()) {
                problems.add(who + " may not change " + some(tables)
                        + "; grant it SELECT, INSERT, UPDATE and DELETE there for the reference data");
            }
        }
    }

    private static void askToCreate(Connection connection, String schema, String who, List<String> problems)
            throws SQLException {
        List<String> lacking = texts(
                connection,
                "SELECT coalesce(s.name, 'that the search path names') FROM (SELECT coalesce(nullif(?, ''), current_schema()))"
                        + " s (name) WHERE NOT coalesce(CASE WHEN to_regnamespace(quote_ident(s.name)) IS NULL"
                        + " THEN nullif(?, '') IS NOT NULL AND has_database_privilege(current_database(), 'CREATE')"
                        + " ELSE has_schema_privilege(to_regnamespace(quote_ident(s.name)), 'CREATE') END, false)",
                schema,
                schema);
        lacking.forEach(
                name -> problems.add(who + " may create nothing in the schema " + name + "; grant it CREATE there"));
    }

    private static void askSlots(Connection connection, List<String> problems) throws SQLException {
        // ours is one of them
        int left = Integer.parseInt(Connections.text(connection, SLOTS_LEFT)) + 1;
        if (left < SLOTS_NEEDED) {
            problems.add("has " + Math.max(0, left) + " connections left for this login, and a release needs "
                    + SLOTS_NEEDED + "; close some, or raise max_connections or the login's CONNECTION LIMIT");
        }
    }

    private static void askRoom(Connection connection, Inspection asked, List<String> problems, List<String> warnings)
            throws SQLException {
        if (asked.stores().isEmpty()) {
            return;
        }
        long tables = Long.parseLong(Connections.text(connection, TABLES));
        for (Path store : asked.stores()) {
            try {
                Findings found = new Room(Room.free(store), tables).judge(store);
                problems.addAll(found.problems());
                warnings.addAll(found.warnings());
            } catch (IOException e) {
                problems.add("the free space of the store " + store + " could not be looked up: " + e.getMessage());
            }
        }
    }

    /** A restore takes about the room of the database; where the plan has a way out, it is taken then. */
    private static void askRoomToRestore(Connection connection, DumpOptions options, List<String> problems)
            throws SQLException {
        if (options.largerThan() > 0) {
            return;
        }
        Path room = ThrowAwayCluster.place();
        long wanted = Long.parseLong(Connections.text(connection, "SELECT pg_database_size(current_database())"));
        try {
            long free = Room.free(room);
            if (free < wanted) {
                problems.add("`verify: restore` needs about " + Sizes.about(wanted) + " in " + room
                        + " on the worker, where " + Sizes.about(free) + " are free; free some, give the worker another"
                        + " java.io.tmpdir, or add `unless: {larger-than: …}`");
            }
        } catch (IOException e) {
            problems.add(room + ": the room for `verify: restore` cannot be asked: " + e);
        }
    }

    private static String some(List<String> all) {
        return String.join(", ", all.subList(0, Math.min(NAMED, all.size())))
                + (all.size() > NAMED ? " and " + (all.size() - NAMED) + " more" : "");
    }

    private static String stripped(PostgresUrl url, String text) {
        String prefix = url.display() + ": ";
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }

    private static List<String> named(PostgresUrl url, List<String> texts) {
        return texts.stream().map(text -> url.display() + ": " + text).toList();
    }

    private static List<String> texts(Connection connection, String sql, String... parameters) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
            }
        }
        return texts;
    }
}
