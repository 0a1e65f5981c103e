package dev.slipway.database.preflight;

import dev.slipway.database.Connections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a database is in the middle of: nothing of it stops a release, but each can make one slow, or incomplete. */
final class Circumstances {

    /** One text a row: what, and what to do. Never the text of somebody's query, which may hold values. */
    private static final String INVALID_INDEXES = """
            SELECT 'index ' || i.indexrelid::regclass || ' on ' || i.indrelid::regclass
                   || ' is invalid, what CREATE INDEX CONCURRENTLY leaves when it fails: every write pays for it, no'
                   || ' query uses it; drop it and build it again'
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE NOT i.indisvalid AND c.relkind = 'i'
              AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
            ORDER BY i.indexrelid::regclass::text LIMIT 10
            """;

    private static final String LONG_TRANSACTIONS = """
            SELECT 'backend ' || pid || ' (' || coalesce(usename, '?') || CASE WHEN coalesce(application_name, '') = ''
                   THEN '' ELSE ', ' || application_name END || ', ' || coalesce(state, '?') || ') is in a transaction since '
                   || to_char(xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"')
                   || ': a migration may wait for its locks, and everybody else behind the migration; let it end first'
            FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
              AND coalesce(backend_type, 'client backend') = 'client backend'
              AND xact_start < clock_timestamp() - ? * interval '1 millisecond'
            UNION ALL
            SELECT 'the prepared transaction ' || quote_literal(gid) || ' of ' || owner || ' is open since '
                   || to_char(prepared AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"')
                   || ' and keeps its locks over every restart; COMMIT PREPARED or ROLLBACK PREPARED it'
            FROM pg_prepared_xacts
            WHERE database = current_database() AND prepared < clock_timestamp() - ? * interval '1 millisecond'
            LIMIT 10
            """;

    private static final String SLOTS = """
            SELECT CASE
                WHEN wal_status = 'lost' THEN 'replication slot ' || slot_name || ' is lost: what follows it must be made anew'
                WHEN NOT active THEN 'replication slot ' || slot_name || ' is inactive and keeps back '
                    || pg_size_pretty(behind) || ' of WAL, which a migration that rewrites adds to; drop it if nobody follows'
                    || ' any more'
                ELSE 'replication slot ' || slot_name || ' lags behind by ' || pg_size_pretty(behind)
                    || ', and a migration that rewrites makes it more'
                END
            FROM (SELECT *, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(),
                         CASE WHEN active THEN coalesce(confirmed_flush_lsn, restart_lsn) ELSE restart_lsn END), 0) AS behind
                  FROM pg_replication_slots WHERE NOT temporary) s
            WHERE NOT active OR behind > ? OR wal_status = 'lost'
            ORDER BY slot_name LIMIT 10
            """;

    private static final String PUBLICATIONS = """
            SELECT 'publication ' || p.pubname || ' sends ' || (SELECT count(*) FROM pg_publication_tables t
                   WHERE t.pubname = p.pubname) || ' tables to subscribers ('
                   || (SELECT string_agg(schemaname || '.' || tablename, ', ') FROM (SELECT * FROM pg_publication_tables t
                       WHERE t.pubname = p.pubname ORDER BY 1, 2, 3 LIMIT 5) first)
                   || ', …): changes of their shape are not sent along; where subscribers have such tables too, apply the'
                   || ' migration there'
            FROM pg_publication p
            WHERE EXISTS (SELECT FROM pg_publication_tables t WHERE t.pubname = p.pubname)
            ORDER BY p.pubname LIMIT 10
            """;

    private static final String HIDDEN = """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type IS NULL AND pid <> pg_backend_pid()
            """;

    private final Duration longTransaction;
    private final long lag;

    /**
     * @param longTransaction from when on a transaction is worth a word
     * @param lag bytes by which a follower may be behind
     */
    Circumstances(Duration longTransaction, long lag) {
        this.longTransaction = longTransaction;
        this.lag = lag;
    }

    List<String> warnings(Connection connection, Inspection asked) throws SQLException {
        List<String> warnings = new ArrayList<>();
        if (!asked.changes()) {
            return warnings;
        }
        warnings.addAll(texts(connection, INVALID_INDEXES));
        warnings.addAll(texts(connection, LONG_TRANSACTIONS, longTransaction.toMillis(), longTransaction.toMillis()));
        String hidden = Connections.text(connection, HIDDEN);
        if (!hidden.equals("0")) {
            warnings.add(hidden + " sessions of other logins are not shown to this one, so long transactions among them"
                    + " are not seen; GRANT pg_read_all_stats to it to see them");
        }
        if (Connections.text(connection, "SELECT pg_is_in_recovery()").equals("f")) {
            warnings.addAll(texts(connection, SLOTS, lag));
        }
        if (asked.uses().contains(Inspection.Use.MIGRATE)) {
            warnings.addAll(texts(connection, PUBLICATIONS));
        }
        return warnings;
    }

    private static List<String> texts(Connection connection, String sql, long... parameters) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setLong(i + 1, parameters[i]);
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
