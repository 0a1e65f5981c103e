package dev.slipway.database.migrations;

import dev.slipway.database.Connections;
import dev.slipway.database.PostgresUrl;
import dev.slipway.trust.CanonicalJson;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a database's schemas look like, one line an object: its kind and name, a tab, and what may differ, of columns their
 * type, of all else a hash. So it holds no literal of a definition. Taken when a release has migrated, and compared before
 * the next one, and with other environments. Without what extensions, platforms and the tools' histories own.
 *
 * @param server the server's major version: two of them may print one definition in two ways
 */
public record SchemaPicture(int server, List<String> lines) {

    private static final int NAMED = 8;

    /** Schemas that a platform changes by itself. */
    private static final String PLATFORMS =
            "auth, storage, realtime, _realtime, vault, graphql, graphql_public, pgsodium,"
                    + " pgsodium_masks, supabase_functions, supabase_migrations, extensions, pgbouncer, net, cron, _analytics,"
                    + " neon, neon_auth, neon_migration, topology, tiger, tiger_data";

    private static final String OURS = """
            n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname <> ALL (string_to_array('%s', ', '))
            """.formatted(PLATFORMS).strip();

    private static final String NOT_OF_EXTENSION =
            "NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = %s.oid AND d.deptype = 'e')";

    private static final String HISTORY =
            "c.relname NOT IN ('flyway_schema_history', '_prisma_migrations'," + " 'slipway_migrations')";

    /** Each line: the kind and name, a tab, and what may differ. */
    private static final String QUERY = """
            SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
                        WHEN 'f' THEN 'foreign table' ELSE 'table' END || ' ' || n.nspname || '.' || c.relname,
                   concat_ws(' ', CASE WHEN c.relrowsecurity THEN 'row level security' END,
                             CASE WHEN c.relkind IN ('v', 'm') THEN md5(pg_get_viewdef(c.oid)) END)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND %1$s AND %2$s AND %3$s
            UNION ALL
            SELECT 'column ' || n.nspname || '.' || c.relname || '.' || a.attname,
                   concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
                             a.attidentity::text, a.attgenerated::text, md5(pg_get_expr(f.adbin, f.adrelid)))
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
            WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f') AND %1$s AND %2$s AND %3$s
            UNION ALL
            SELECT 'index ' || n.nspname || '.' || i.relname,
                   md5(pg_get_indexdef(i.oid)) || CASE WHEN x.indisvalid THEN '' ELSE ' invalid' END
            FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE %1$s AND %2$s AND %3$s AND c.relkind <> 't'
            UNION ALL
            SELECT 'constraint ' || k.conname || ' of ' || n.nspname || '.' || c.relname, md5(pg_get_constraintdef(k.oid))
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE k.contype <> 'n' AND %1$s AND %2$s AND %3$s
            UNION ALL
            SELECT 'trigger ' || t.tgname || ' of ' || n.nspname || '.' || c.relname,
                   t.tgenabled::text || ' ' || md5(pg_get_triggerdef(t.oid))
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE NOT t.tgisinternal AND %1$s AND %2$s AND %3$s
            UNION ALL
            SELECT 'policy ' || p.polname || ' of ' || n.nspname || '.' || c.relname,
                   md5(concat_ws(' ', p.polcmd::text, pg_get_expr(p.polqual, p.polrelid), '/',
                                 pg_get_expr(p.polwithcheck, p.polrelid)))
            FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE %1$s AND %2$s
            UNION ALL
            SELECT 'function ' || n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
                   CASE WHEN p.prokind = 'a' THEN '' ELSE md5(pg_get_functiondef(p.oid)) END
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE %1$s AND %4$s
            UNION ALL
            SELECT 'type ' || n.nspname || '.' || t.typname,
                   (SELECT md5(string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder)) FROM pg_enum e WHERE e.enumtypid = t.oid)
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE t.typtype IN ('e', 'd', 'r') AND %1$s AND %5$s
            UNION ALL
            SELECT 'extension ' || extname, '' FROM pg_extension
            """.formatted(
                    OURS,
                    NOT_OF_EXTENSION.formatted("c"),
                    HISTORY,
                    NOT_OF_EXTENSION.formatted("p"),
                    NOT_OF_EXTENSION.formatted("t"));

    public SchemaPicture {
        lines = List.copyOf(lines);
    }

    /**
     * Takes one. Reads only.
     *
     * @throws dev.slipway.database.DatabaseUnavailable when it may work later
     */
    public static SchemaPicture of(PostgresUrl url) {
        TreeSet<String> lines = new TreeSet<>();
        int server;
        try (Connection connection = Connections.standard().open(url);
                Statement statement = connection.createStatement()) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            // names with their schemas, whatever this login looks through
            statement.execute("SET LOCAL search_path = pg_catalog");
            try (ResultSet rows = statement.executeQuery(QUERY)) {
                while (rows.next()) {
                    String what = rows.getString(2) == null ? "" : rows.getString(2);
                    lines.add((rows.getString(1) + "\t" + what).replace('\n', ' '));
                }
            }
            connection.rollback();
            server = connection.getMetaData().getDatabaseMajorVersion();
        } catch (SQLException e) {
            throw Connections.failure(url, "the schema could not be read", e);
        }
        return new SchemaPicture(server, List.copyOf(lines));
    }

    /** Of the whole picture. */
    public String hash() {
        return CanonicalJson.sha256(this);
    }

    /**
     * An object that is not the same in two pictures.
     *
     * @param name its kind and name
     * @param first what it is in the first, empty where it is not there
     * @param second the same of the second
     */
    public record Difference(String name, Optional<String> first, Optional<String> second) {}

    /** What differs from another one, by name. */
    public List<Difference> differences(SchemaPicture other) {
        Map<String, String> first = byName();
        Map<String, String> second = other.byName();
        TreeSet<String> names = new TreeSet<>(first.keySet());
        names.addAll(second.keySet());
        return names.stream()
                .map(name -> new Difference(
                        name, Optional.ofNullable(first.get(name)), Optional.ofNullable(second.get(name))))
                .filter(each -> !each.first().equals(each.second()))
                .toList();
    }

    /** What is different now, in words; empty where nothing is. */
    public String changed(SchemaPicture now) {
        return some(told(differences(now)).stream()
                .map(each -> each.name()
                        + (each.first().isEmpty() ? " is new" : each.second().isEmpty() ? " is gone" : " is another"))
                .toList());
    }

    /** Without the columns of tables that are new or gone as a whole. */
    public static List<Difference> told(List<Difference> differences) {
        Set<String> whole = differences.stream()
                .filter(each -> each.first().isEmpty() || each.second().isEmpty())
                .filter(each -> each.name().startsWith("table "))
                .map(each -> "column " + each.name().substring("table ".length()) + ".")
                .collect(Collectors.toSet());
        return differences.stream()
                .filter(each -> whole.stream().noneMatch(each.name()::startsWith))
                .toList();
    }

    /** This one with everything done to it that was done between two others. */
    public SchemaPicture after(SchemaPicture before, SchemaPicture after) {
        Map<String, String> all = byName();
        before.differences(after).forEach(each -> each.second()
                .ifPresentOrElse(what -> all.put(each.name(), what), () -> all.remove(each.name())));
        return new SchemaPicture(
                server,
                all.entrySet().stream()
                        .map(each -> each.getKey() + "\t" + each.getValue())
                        .toList());
    }

    /** As many of them as a person reads; empty for none. */
    public static String some(List<String> words) {
        return String.join(", ", words.subList(0, Math.min(NAMED, words.size())))
                + (words.size() > NAMED ? " and " + (words.size() - NAMED) + " more" : "");
    }

    private Map<String, String> byName() {
        Map<String, String> byName = new TreeMap<>();
        for (String line : lines) {
            int tab = line.indexOf('\t');
            byName.put(tab < 0 ? line : line.substring(0, tab), tab < 0 ? "" : line.substring(tab + 1));
        }
        return byName;
    }
}
