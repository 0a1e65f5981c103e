package dev.slipway.database.backup;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.Platform;
import dev.slipway.database.PostgresUrl;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Questions to a database about what a dump of it holds: the one that is dumped, in the dump's own snapshot, and the copy
 * that was restored from the dump. The same questions, so that the answers can be compared.
 */
final class SourceSession implements AutoCloseable {

    /** Row texts depend on these; a digest of them must not. */
    private static final List<String> PINNED = List.of(
            "SET TimeZone = 'UTC'",
            "SET DateStyle = 'ISO, YMD'",
            "SET IntervalStyle = 'postgres'",
            "SET extra_float_digits = 3",
            "SET bytea_output = 'hex'",
            "SET lc_monetary = 'C'",
            "SET xmlbinary = 'base64'",
            "SET search_path = ''",
            "SET row_security = off",
            // to compile a query that runs once for each table costs more than it saves; older servers do not
            "SELECT set_config('jit', 'off', false) FROM pg_settings WHERE name = 'jit'",
            // since 17, and a snapshot is one transaction
            "SELECT set_config('transaction_timeout', '0', false) FROM pg_settings WHERE name = 'transaction_timeout'",
            "SET statement_timeout = 0",
            "SET idle_in_transaction_session_timeout = 0");

    /** What no extension brought along, in schemas that are no server's own. */
    private static final String OURS = " n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    private static final String OF_EXTENSION =
            " NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '%s'::regclass AND d.objid = x.oid AND d.deptype = 'e')";

    private final PostgresUrl url;
    private final Connection connection;
    private final DumpOptions options;

    private SourceSession(PostgresUrl url, Connection connection, DumpOptions options) {
        this.url = url;
        this.connection = connection;
        this.options = options;
    }

    static SourceSession open(PostgresUrl url, DumpOptions options) {
        Connection connection = Connections.patient().open(url);
        try (Statement statement = connection.createStatement()) {
            for (String pin : PINNED) {
                statement.execute(pin);
            }
            return new SourceSession(url, connection, options);
        } catch (SQLException e) {
            try {
                connection.close();
            } catch (SQLException gone) {
                e.addSuppressed(gone);
            }
            throw Connections.failure(url, "its session could not be prepared", e);
        }
    }

    String version() {
        return ask("SHOW server_version");
    }

    int major() {
        return Integer.parseInt(ask("SHOW server_version_num")) / 10000;
    }

    /** One process of the server does for all: what it is asked beside a dump must not take it from its clients. */
    SourceSession gentle() {
        execute("SET max_parallel_workers_per_gather = 0");
        return this;
    }

    /** Holds what is seen now, and gives its name to pg_dump. */
    String exportSnapshot() {
        execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        return ask("SELECT pg_export_snapshot()");
    }

    /** Lets the snapshot go: the server may clean up again what it kept for it. */
    void releaseSnapshot() {
        execute("COMMIT");
    }

    Manifest.Source source() {
        return new Manifest.Source(
                options.platform().word(),
                options.schemas(),
                ask("SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"),
                ask("SELECT datcollate FROM pg_database WHERE datname = current_database()"),
                ask("SELECT datctype FROM pg_database WHERE datname = current_database()"),
                rows(
                                "SELECT e.extname, n.nspname, e.extversion FROM pg_extension e"
                                        + " JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql' ORDER BY 1")
                        .stream()
                        .map(row -> new Manifest.Extension(row.get(0), row.get(1), row.get(2)))
                        .toList(),
                column("SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1"));
    }

    /** What the dump will not hold, in sentences. */
    List<String> without() {
        List<String> without = new ArrayList<>();
        if (options.schemas().isEmpty()) {
            List<String> managed = column("SELECT nspname FROM pg_namespace WHERE nspname = ANY ("
                    + array(options.platform().managed()) + ") ORDER BY 1");
            if (!managed.isEmpty()) {
                without.add((managed.size() == 1 ? "the schema " : "the schemas ") + String.join(", ", managed)
                        + ", which " + options.platform().word() + " manages");
            }
        } else {
            List<String> others =
                    column("SELECT nspname FROM pg_namespace n WHERE" + OURS + " AND NOT " + chosen() + " ORDER BY 1");
            if (!others.isEmpty()) {
                without.add((others.size() == 1 ? "the schema " : "the schemas ") + shortened(others)
                        + ", which the plan does not name");
            }
            List<String> extensions = column("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1");
            without.add("what stands in no schema: "
                    + (extensions.isEmpty() ? "" : "the extensions " + String.join(", ", extensions) + ", ")
                    + "foreign servers, publications, event triggers");
            String large = ask("SELECT count(*) FROM pg_largeobject_metadata");
            if (!large.equals("0")) {
                without.add(large + " large objects");
            }
        }
        List<String> roles = column("SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1");
        without.add("roles, their passwords and memberships: " + shortened(roles));
        List<String> others = column("SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate"
                + " AND datname <> current_database() ORDER BY 1");
        if (!others.isEmpty()) {
            without.add("other databases of this server: " + shortened(others));
        }
        without.add("settings of the server, the database and its roles, tablespaces, replication slots");
        if (options.platform() != Platform.POSTGRES) {
            without.add("ownership that can be given back: its roles are the platform's, so restore it with --no-owner"
                    + " --no-acl");
        }
        return without;
    }

    /** Every table, also those that only have partitions, as a dump's table of contents names them: without quotes. */
    Set<String> tableNames() {
        return new HashSet<>(column("SELECT n.nspname || '.' || c.relname FROM pg_class c"
                + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')"));
    }

    /** A table with the columns that are compared, by name: their order may differ after a restore. */
    record Table(String name, List<String> columns, long inserted, long updated, long deleted) {}

    /** The tables with rows of their own that are in the dump. */
    List<Table> tables() {
        String sql = "SELECT format('%I.%I', n.nspname, x.relname),"
                + " coalesce((SELECT string_agg(quote_ident(a.attname), ',' ORDER BY a.attname) FROM pg_attribute a"
                + "   WHERE a.attrelid = x.oid AND a.attnum > 0 AND NOT a.attisdropped), ''),"
                + " coalesce(s.n_tup_ins, 0), coalesce(s.n_tup_upd, 0), coalesce(s.n_tup_del, 0)"
                + " FROM pg_class x JOIN pg_namespace n ON n.oid = x.relnamespace"
                + " LEFT JOIN pg_stat_all_tables s ON s.relid = x.oid"
                + " WHERE x.relkind = 'r' AND x.relpersistence <> 't' AND" + scope("pg_class") + " ORDER BY 1";
        List<Table> tables = new ArrayList<>();
        for (List<String> row : rows(sql)) {
            tables.add(new Table(
                    row.get(0),
                    row.get(1).isEmpty() ? List.of() : List.of(row.get(1)),
                    Long.parseLong(row.get(2)),
                    Long.parseLong(row.get(3)),
                    Long.parseLong(row.get(4))));
        }
        return tables;
    }

    /** Counts a table's rows and sums their hashes up: the same rows in any order give the same number. */
    Manifest.TableRows rowsOf(Table table) {
        String digest = table.columns().isEmpty()
                ? "0"
                : "coalesce(sum(hashtextextended(ROW(" + table.columns().get(0) + ")::text, 0)), 0)";
        List<String> row = rows("SELECT count(*), " + digest + " FROM ONLY " + table.name())
                .get(0);
        return new Manifest.TableRows(
                table.name(),
                Long.parseLong(row.get(0)),
                new BigDecimal(row.get(1)).toPlainString(),
                table.inserted(),
                table.updated(),
                table.deleted());
    }

    Manifest.Shape shape() {
        return new Manifest.Shape(
                count(
                        "pg_index i JOIN pg_class x ON x.oid = i.indrelid",
                        "pg_class",
                        " AND x.relkind IN ('r', 'p', 'm')"),
                // from 18 on a NOT NULL is a constraint, too
                constraints(),
                count("pg_proc x", "pg_proc", ""),
                count("pg_trigger t JOIN pg_class x ON x.oid = t.tgrelid", "pg_class", " AND NOT t.tgisinternal"),
                count("pg_policy p JOIN pg_class x ON x.oid = p.polrelid", "pg_class", ""),
                count("pg_class x", "pg_class", " AND x.relkind IN ('v', 'm')"),
                sequences().entrySet().stream()
                        .map(sequence -> sequence.getKey() + " " + sequence.getValue())
                        .toList());
    }

    private int constraints() {
        return Integer.parseInt(ask("SELECT count(*) FROM pg_constraint c JOIN pg_class x ON x.oid = c.conrelid"
                + " JOIN pg_namespace n ON n.oid = x.relnamespace WHERE c.contype <> 'n' AND" + scope("pg_class")));
    }

    private int count(String from, String catalogue, String where) {
        String namespace = catalogue.equals("pg_proc") ? "x.pronamespace" : "x.relnamespace";
        return Integer.parseInt(ask("SELECT count(*) FROM " + from + " JOIN pg_namespace n ON n.oid = " + namespace
                + " WHERE" + scope(catalogue) + where));
    }

    /** How far each counts; not of a snapshot, because sequences know none. */
    Map<String, Long> sequences() {
        Map<String, Long> values = new TreeMap<>();
        rows("SELECT format('%I.%I', s.schemaname, s.sequencename), s.last_value FROM pg_sequences s"
                        + " JOIN pg_namespace n ON n.nspname = s.schemaname"
                        + " JOIN pg_class x ON x.relnamespace = n.oid AND x.relname = s.sequencename"
                        + " WHERE s.last_value IS NOT NULL AND" + scope("pg_class"))
                .forEach(row -> values.put(row.get(0), Long.parseLong(row.get(1))));
        return values;
    }

    /** The table that a dump by the same login copies just now; empty where none or several are, or it cannot be told. */
    Optional<String> copying() {
        try {
            List<String> tables = column("SELECT p.relid::regclass::text FROM pg_stat_progress_copy p"
                    + " JOIN pg_stat_activity a USING (pid) WHERE p.datname = current_database()"
                    + " AND a.application_name = 'slipway' AND p.command = 'COPY TO' ORDER BY 1");
            return tables.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", tables));
        } catch (DatabaseRefused | DatabaseUnavailable olderServer) {
            return Optional.empty();
        }
    }

    /** Ends what another thread waits for here. */
    void cancel() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException gone) {
            // that is what we want
        }
    }

    private String scope(String catalogue) {
        return OURS + " AND" + String.format(OF_EXTENSION, "pg_catalog." + catalogue)
                + (options.schemas().isEmpty() ? "" : " AND " + chosen())
                + (options.excluded().isEmpty() ? "" : " AND n.nspname <> ALL (" + array(options.excluded()) + ")");
    }

    private String chosen() {
        return "n.nspname = ANY (" + array(options.schemas()) + ")";
    }

    private static String array(List<String> names) {
        return "ARRAY["
                + String.join(
                        ", ",
                        names.stream()
                                .map(name -> "'" + name.replace("'", "''") + "'")
                                .toList())
                + "]::name[]";
    }

    private static String shortened(List<String> names) {
        return names.size() <= 12
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, 10)) + " and " + (names.size() - 10) + " more";
    }

    private String ask(String sql) {
        return rows(sql).get(0).get(0);
    }

    private List<String> column(String sql) {
        return rows(sql).stream().map(row -> row.get(0)).toList();
    }

    private List<List<String>> rows(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            List<List<String>> rows = new ArrayList<>();
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                String[] row = new String[columns];
                for (int column = 0; column < columns; column++) {
                    row[column] = String.valueOf(found.getString(column + 1));
                }
                rows.add(Arrays.asList(row));
            }
            return rows;
        } catch (SQLException e) {
            throw Connections.failure(url, "what a backup of it holds could not be asked", e);
        }
    }

    private void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw Connections.failure(url, "what a backup of it holds could not be asked", e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException gone) {
            // nothing was changed in it, and nothing is lost with it
        }
    }
}
