package dev.slipway.database.restore;

import dev.slipway.database.Connections;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/** The rows of one table, brought back inside of the present database's transaction: only what differs is touched. */
final class CopyRows {

    private final UserTable table;
    private final Connection to;
    private final Connection from;

    /**
     * Rows of a table.
     *
     * @param table the present one, with the columns that the backup has
     * @param to the present database, in the transaction that brings them back
     * @param from what was restored
     */
    CopyRows(UserTable table, Connection to, Connection from) {
        this.table = table;
        this.to = to;
        this.from = from;
    }

    String load(String name) throws SQLException {
        execute("CREATE TEMP TABLE " + name + " ON COMMIT DROP AS SELECT " + columns("t") + " FROM ONLY " + table.name()
                + " t WITH NO DATA");
        String copy = "pg_temp." + name;
        try {
            CopyOut out = from.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (SELECT " + columns("t") + " FROM ONLY " + table.name() + " t) TO STDOUT");
            CopyIn in = to.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + copy + " FROM STDIN");
            try {
                for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
                    in.writeToCopy(row, 0, row.length);
                }
                in.endCopy();
            } finally {
                if (in.isActive()) {
                    in.cancelCopy();
                }
            }
        } catch (SQLException e) {
            // what the server says of a row that does not fit quotes the row
            throw new SQLException(
                    "the rows of " + table.name() + " do not fit into the table as it is now", e.getSQLState());
        }
        if (!table.key().isEmpty()) {
            execute("CREATE UNIQUE INDEX ON " + copy + " (" + String.join(", ", table.key()) + ")");
        }
        execute("ANALYZE " + copy);
        return copy;
    }

    long takeOut(String copy) throws SQLException {
        if (table.key().isEmpty()) {
            return same(copy) ? 0 : update("DELETE FROM ONLY " + table.name());
        }
        return update("DELETE FROM ONLY " + table.name() + " t WHERE NOT EXISTS (SELECT FROM " + copy + " b WHERE "
                + sameKey() + ")");
    }

    long setBack(String copy) throws SQLException {
        List<String> values = table.columns().stream()
                .filter(column -> !table.key().contains(column))
                .toList();
        if (table.key().isEmpty() || values.isEmpty()) {
            return 0;
        }
        return update("UPDATE ONLY " + table.name() + " t SET "
                + String.join(
                        ", ",
                        values.stream().map(column -> column + " = b." + column).toList())
                + " FROM " + copy + " b WHERE " + sameKey() + " AND " + text("t")
                + " IS DISTINCT FROM " + text("b"));
    }

    long putIn(String copy) throws SQLException {
        String into = "INSERT INTO " + table.name() + " (" + String.join(", ", table.columns())
                + ") OVERRIDING SYSTEM VALUE SELECT " + columns("b") + " FROM " + copy + " b";
        if (table.key().isEmpty()) {
            return same(copy) ? 0 : update(into);
        }
        return update(into + " WHERE NOT EXISTS (SELECT FROM ONLY " + table.name() + " t WHERE " + sameKey() + ")");
    }

    void compare(String copy) throws SQLException {
        if (!same(copy)) {
            throw CopyBack.refused(table.name() + " would not hold what the backup holds: a rule, a rounding type or a"
                    + " generated identity changes what is written; use `restore: {switch: rename}`, or leave it out");
        }
    }

    private boolean same(String copy) throws SQLException {
        return Connections.text(to, "SELECT (" + sum("ONLY " + table.name(), "t") + ") = (" + sum(copy, "b") + ")")
                .equals("t");
    }

    private String sum(String from, String alias) {
        return "SELECT (count(*), coalesce(sum(hashtextextended(" + text(alias) + ", 0)::numeric), 0))::text FROM "
                + from + " " + alias;
    }

    private String text(String alias) {
        return "ROW(" + columns(alias) + ")::text";
    }

    private String columns(String alias) {
        return String.join(
                ", ",
                table.columns().stream().map(column -> alias + "." + column).toList());
    }

    private String sameKey() {
        return String.join(
                " AND ",
                table.key().stream()
                        .map(column -> "b." + column + " = t." + column)
                        .toList());
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = to.createStatement()) {
            statement.execute(sql);
        }
    }

    private long update(String sql) throws SQLException {
        try (Statement statement = to.createStatement()) {
            return statement.executeLargeUpdate(sql);
        } catch (SQLException e) {
            throw withoutValues(e);
        }
    }

    /** The first line names the constraint; what follows it quotes rows. */
    private static SQLException withoutValues(SQLException e) {
        return new SQLException(Connections.reason(e), e.getSQLState());
    }
}
