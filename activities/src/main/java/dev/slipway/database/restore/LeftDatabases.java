package dev.slipway.database.restore;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PlanDatabases;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.backup.PgRestore;
import dev.slipway.evidence.EvidenceActivities.LeftDatabase;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.secrets.SecretUnavailable;
import dev.slipway.served.Served;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The databases that restores have left on a server: what was restored and not switched to, and what was there before a
 * switch by renaming. Nobody but a person knows whether they are needed, so they are named and never dropped.
 */
public final class LeftDatabases {

    /** Also where the present one is itself such a database by now, after a switch by a command. */
    private static final String LEFT = """
            SELECT d.datname,
                   coalesce(shobj_description(d.oid, 'pg_database'), '') = '%s',
                   CASE WHEN has_database_privilege(d.oid, 'CONNECT') THEN pg_database_size(d.oid) ELSE -1 END,
                   (SELECT count(*) FROM pg_stat_activity a WHERE a.datid = d.oid)
            FROM pg_database d,
                 regexp_replace(d.datname, '%2$s', '') base,
                 regexp_replace(current_database(), '%2$s', '') present
            WHERE d.datname <> current_database() AND d.datname ~ '%2$s'
              AND (base = present OR octet_length(d.datname) > 59 AND starts_with(present, base))
            ORDER BY 1
            """.formatted(PgRestore.HALF, "_(restored|before)_[0-9a-f]{12}$");

    private LeftDatabases() {}

    /** What is there, and the databases that could not be asked, each with the reason. */
    public record Found(List<LeftDatabase> left, List<String> unasked) {}

    /** Of every database of a plan. */
    public static Found of(Served served, ReleasePlan plan) {
        State state = served.record().head().state();
        List<LeftDatabase> left = new ArrayList<>();
        List<String> unasked = new ArrayList<>();
        plan.databases().forEach((name, database) -> {
            try {
                PostgresUrl present = PlanDatabases.direct(database, served.secrets());
                try (Connection connection = Connections.standard().open(present)) {
                    for (Row row : rows(connection)) {
                        left.add(new LeftDatabase(
                                name,
                                row.name(),
                                row.half(),
                                row.bytes(),
                                row.sessions(),
                                isOfOpenRestore(state, row.name()),
                                RestoreStep.drop(database, row.name())));
                    }
                } catch (SQLException e) {
                    throw Connections.failure(present, "what restores have left could not be asked", e);
                }
            } catch (DatabaseUnavailable | DatabaseRefused | SecretUnavailable | IllegalArgumentException e) {
                unasked.add(name + ": " + served.secrets().redact(String.valueOf(e.getMessage())));
            }
        });
        return new Found(left, unasked);
    }

    /** Their names, for who looks at the present one. */
    static List<String> names(Connection present) throws SQLException {
        return rows(present).stream()
                .map(row -> row.name() + (row.half() ? " (half restored)" : ""))
                .toList();
    }

    private record Row(String name, boolean half, long bytes, int sessions) {}

    private static List<Row> rows(Connection connection) throws SQLException {
        List<Row> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(LEFT)) {
            while (rows.next()) {
                found.add(new Row(rows.getString(1), rows.getBoolean(2), rows.getLong(3), rows.getInt(4)));
            }
        }
        return found;
    }

    private static boolean isOfOpenRestore(State state, String name) {
        return state.openGrant()
                .filter(grant -> grant.kind().equals(Grant.RESTORE))
                .filter(grant -> name.endsWith(grant.id().substring(0, 12)))
                .isPresent();
    }
}
