package dev.slipway.database.rehearsal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that a database's catalogue says about its own objects, as small facts that can be compared one by one. What
 * belongs to an extension or to PostgreSQL itself is left out, and so is the order of columns, which no statement names.
 *
 * @param facts what is so, in no order that means anything
 */
record Schema(Map<Fact, String> facts) {

    /** What a fact is about. */
    enum Kind {
        SCHEMA,
        TABLE,
        OWNER,
        ROW_SECURITY,
        OPTIONS,
        COLUMN,
        NOT_NULL,
        DEFAULT,
        GENERATED,
        CONSTRAINT,
        INDEX,
        VIEW,
        FUNCTION,
        TRIGGER,
        RULE,
        POLICY,
        TYPE,
        ENUM_VALUE,
        SEQUENCE,
        EXTENSION,
        PUBLICATION,
        OTHER
    }

    /**
     * @param parent the table or type that it belongs to, with its schema; itself where it belongs to none
     * @param name within its parent; empty for the parent itself
     */
    record Fact(Kind kind, String parent, String name) {

        String words() {
            return name.isEmpty() ? parent : parent + "." + name;
        }
    }

    private static final Comparator<Fact> FACTS =
            Comparator.comparing(Fact::kind).thenComparing(Fact::parent).thenComparing(Fact::name);

    Schema {
        facts = Map.copyOf(facts);
    }

    private static final String OWN = " n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ";
    private static final String NOT_OF_EXTENSION =
            " AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = %s AND e.classid = '%s'::regclass AND e.deptype = 'e') ";

    private static final List<String> QUERIES = List.of(
            "SELECT 'SCHEMA', n.nspname, '', '' FROM pg_namespace n WHERE" + OWN
                    + NOT_OF_EXTENSION.formatted("n.oid", "pg_namespace"),
            relations(
                    "'TABLE', n.nspname || '.' || c.relname, '', concat_ws(' ', c.relkind, c.relpersistence,"
                            + " pg_get_expr(c.relpartbound, c.oid), pg_get_partkeydef(c.oid), (SELECT"
                            + " string_agg(inhparent::regclass::text, ',') FROM pg_inherits WHERE inhrelid = c.oid))",
                    "c.relkind IN ('r', 'p', 'f')"),
            relations(
                    "'OWNER', n.nspname || '.' || c.relname, '', pg_get_userbyid(c.relowner)",
                    "c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"),
            relations(
                    "'ROW_SECURITY', n.nspname || '.' || c.relname, '', concat(c.relrowsecurity, ' ', c.relforcerowsecurity)",
                    "c.relkind IN ('r', 'p') AND (c.relrowsecurity OR c.relforcerowsecurity)"),
            relations(
                    "'OPTIONS', n.nspname || '.' || c.relname, '', c.reloptions::text",
                    "c.relkind IN ('r', 'p', 'v', 'm') AND c.reloptions IS NOT NULL"),
            columns(
                    "'COLUMN'",
                    "format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attcollation <> t.typcollation THEN"
                            + " ' COLLATE ' || a.attcollation::regcollation ELSE '' END",
                    "true"),
            columns("'NOT_NULL'", "''", "a.attnotnull"),
            columns("'DEFAULT'", "pg_get_expr(d.adbin, d.adrelid)", "d.oid IS NOT NULL AND a.attgenerated = ''"),
            columns(
                    "'GENERATED'",
                    "concat_ws(' ', nullif(a.attidentity, ''), nullif(a.attgenerated, ''), CASE WHEN a.attgenerated <> ''"
                            + " THEN pg_get_expr(d.adbin, d.adrelid) END)",
                    "a.attidentity <> '' OR a.attgenerated <> ''"),
            // with its columns, so that a rule can see whether they are new
            "SELECT 'CONSTRAINT', n.nspname || '.' || c.relname, o.conname, o.contype::text || ' ' || coalesce((SELECT"
                    + " string_agg(a.attname, ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND"
                    + " a.attnum = ANY (o.conkey)), '') || chr(10) || pg_get_constraintdef(o.oid) FROM pg_constraint o"
                    + " JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE"
                    + " o.contype <> 'n' AND" + OWN + NOT_OF_EXTENSION.formatted("c.oid", "pg_class"),
            "SELECT 'INDEX', n.nspname || '.' || c.relname, i.relname, CASE WHEN x.indisunique THEN 'u ' ELSE 'i ' END ||"
                    + " coalesce((SELECT string_agg(a.attname, ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid ="
                    + " c.oid AND a.attnum = ANY (x.indkey)), '') || CASE WHEN x.indisvalid THEN '' ELSE ' invalid' END ||"
                    + " chr(10) || pg_get_indexdef(i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN"
                    + " pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN"
                    + " ('r', 'p', 'm') AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.oid AND o.contype"
                    + " IN ('p', 'u', 'x')) AND" + OWN + NOT_OF_EXTENSION.formatted("c.oid", "pg_class"),
            relations(
                    "'VIEW', n.nspname || '.' || c.relname, '', c.relkind::text || pg_get_viewdef(c.oid)",
                    "c.relkind IN ('v', 'm')"),
            "SELECT 'FUNCTION', n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', '',"
                    + " CASE WHEN p.prokind IN ('f', 'p', 'w') THEN pg_get_functiondef(p.oid) ELSE p.prokind::text ||"
                    + " coalesce(pg_get_function_result(p.oid), '') END FROM pg_proc p JOIN pg_namespace n ON n.oid ="
                    + " p.pronamespace WHERE" + OWN + NOT_OF_EXTENSION.formatted("p.oid", "pg_proc"),
            "SELECT 'TRIGGER', n.nspname || '.' || c.relname, g.tgname, g.tgenabled::text || pg_get_triggerdef(g.oid) FROM pg_trigger"
                    + " g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT"
                    + " g.tgisinternal AND" + OWN,
            "SELECT 'RULE', n.nspname || '.' || c.relname, r.rulename, r.ev_enabled::text || pg_get_ruledef(r.oid) FROM pg_rewrite"
                    + " r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.rulename"
                    + " <> '_RETURN' AND" + OWN,
            "SELECT 'POLICY', n.nspname || '.' || c.relname, y.polname, concat_ws(chr(10), CASE WHEN y.polpermissive THEN"
                    + " 'permissive' ELSE 'restrictive' END, y.polcmd, y.polroles::regrole[]::text, pg_get_expr(y.polqual,"
                    + " y.polrelid), pg_get_expr(y.polwithcheck, y.polrelid)) FROM pg_policy y JOIN pg_class c ON c.oid ="
                    + " y.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE" + OWN,
            "SELECT 'TYPE', n.nspname || '.' || t.typname, '', concat_ws(' ', t.typtype, nullif(format_type(t.typbasetype,"
                    + " t.typtypmod), '-'), t.typnotnull, t.typdefault, (SELECT string_agg(a.attname || ' ' ||"
                    + " format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid ="
                    + " t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), (SELECT string_agg(pg_get_constraintdef(o.oid),"
                    + " ' ' ORDER BY o.conname) FROM pg_constraint o WHERE o.contypid = t.oid)) FROM pg_type t JOIN pg_namespace"
                    + " n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid WHERE (t.typtype IN ('e', 'd',"
                    + " 'r') OR t.typtype = 'c' AND c.relkind = 'c') AND" + OWN
                    + NOT_OF_EXTENSION.formatted("t.oid", "pg_type"),
            "SELECT 'ENUM_VALUE', n.nspname || '.' || t.typname, v.enumlabel, '' FROM pg_enum v JOIN pg_type t ON t.oid ="
                    + " v.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE" + OWN
                    + NOT_OF_EXTENSION.formatted("t.oid", "pg_type"),
            "SELECT 'SEQUENCE', n.nspname || '.' || c.relname, '', concat_ws(' ', q.seqtypid::regtype, q.seqincrement,"
                    + " q.seqmin, q.seqmax, q.seqcycle, q.seqcache) FROM pg_sequence q JOIN pg_class c ON c.oid = q.seqrelid"
                    + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE" + OWN
                    + NOT_OF_EXTENSION.formatted("c.oid", "pg_class"),
            "SELECT 'EXTENSION', extname, '', extversion FROM pg_extension",
            "SELECT 'PUBLICATION', pubname, '', concat_ws(' ', puballtables, pubinsert, pubupdate, pubdelete, pubtruncate,"
                    + " (SELECT string_agg(schemaname || '.' || tablename, ',' ORDER BY 1) FROM pg_publication_tables t WHERE"
                    + " t.pubname = p.pubname)) FROM pg_publication p",
            // the rare kinds by their names alone: that one of them came or went is enough
            "SELECT DISTINCT 'OTHER', i.type || ' ' || i.identity, '', '' FROM (SELECT DISTINCT classid, objid FROM pg_depend"
                    + " x WHERE classid IN ('pg_cast'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass,"
                    + " 'pg_opfamily'::regclass, 'pg_collation'::regclass, 'pg_conversion'::regclass,"
                    + " 'pg_statistic_ext'::regclass, 'pg_ts_config'::regclass, 'pg_ts_dict'::regclass,"
                    + " 'pg_event_trigger'::regclass, 'pg_foreign_data_wrapper'::regclass, 'pg_foreign_server'::regclass,"
                    + " 'pg_language'::regclass, 'pg_am'::regclass) AND objid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend"
                    + " e WHERE e.classid = x.classid AND e.objid = x.objid AND e.deptype = 'e')) o, pg_identify_object(o.classid,"
                    + " o.objid, 0) i");

    private static String relations(String what, String which) {
        return "SELECT " + what + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE " + which
                + " AND" + OWN + NOT_OF_EXTENSION.formatted("c.oid", "pg_class");
    }

    private static String columns(String kind, String what, String which) {
        return "SELECT " + kind + ", n.nspname || '.' || c.relname, a.attname, " + what
                + " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum ="
                + " a.attnum WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ("
                + which + ") AND" + OWN + NOT_OF_EXTENSION.formatted("c.oid", "pg_class");
    }

    /** Reads it through a session whose search path is the server's own, so that nothing can stand in for the catalogue. */
    static Schema read(Connection connection) throws SQLException {
        Map<Fact, String> facts = new TreeMap<>(FACTS);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = pg_catalog");
            for (String query : QUERIES) {
                try (ResultSet rows = statement.executeQuery(query)) {
                    while (rows.next()) {
                        facts.put(
                                new Fact(Kind.valueOf(rows.getString(1)), rows.getString(2), rows.getString(3)),
                                rows.getString(4) == null ? "" : rows.getString(4));
                    }
                }
            }
        }
        return new Schema(facts);
    }

    boolean has(Kind kind, String parent, String name) {
        return facts.containsKey(new Fact(kind, parent, name));
    }

    String of(Kind kind, String parent, String name) {
        return facts.getOrDefault(new Fact(kind, parent, name), "");
    }

    /** What this has and the other has not. */
    List<Fact> without(Schema other) {
        List<Fact> found = new ArrayList<>();
        facts.keySet().stream()
                .filter(fact -> !other.facts.containsKey(fact))
                .sorted(FACTS)
                .forEach(found::add);
        return found;
    }

    /** What both have, with another meaning. */
    List<Fact> otherThan(Schema other) {
        List<Fact> found = new ArrayList<>();
        facts.entrySet().stream()
                .filter(each -> other.facts.containsKey(each.getKey()))
                .filter(each -> !other.facts.get(each.getKey()).equals(each.getValue()))
                .map(Map.Entry::getKey)
                .sorted(FACTS)
                .forEach(found::add);
        return found;
    }
}
