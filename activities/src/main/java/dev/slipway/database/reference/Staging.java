package dev.slipway.database.reference;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tables of the writing session that hold the rows which are to change, until all of them are known. */
final class Staging implements Landing {

    private final Connection target;
    private final Map<String, String> staged = new HashMap<>();

    Staging(Connection target) {
        this.target = target;
    }

    @Override
    public Rows rows(ReferenceTable table, Kind kind) throws SQLException {
        return CopyPipe.into(target, table.copyIn(make(table, kind)));
    }

    @Override
    public void gone(ReferenceTable table, List<ReferenceTable.Key> keys) throws SQLException {
        TwoSessions.execute(target, table.stage(make(table, Kind.DELETE), keys));
    }

    /** Straight into the table: there is nothing to compare with, and the copy is undone with all else. */
    @Override
    public Rows all(ReferenceTable table) throws SQLException {
        return CopyPipe.into(target, table.copyIn(table.ours()));
    }

    private String make(ReferenceTable table, Kind kind) throws SQLException {
        String key = key(table, kind);
        String known = staged.get(key);
        if (known != null) {
            return known;
        }
        String name = "pg_temp.slipway_staged_" + staged.size();
        TwoSessions.execute(target, table.createLike(name, " ON COMMIT DROP"));
        staged.put(key, name);
        return name;
    }

    /** The planner has to know how few they are. */
    void analyze() throws SQLException {
        for (String name : staged.values()) {
            TwoSessions.execute(target, "ANALYZE " + name);
        }
    }

    /** Where the rows of a kind lie; empty where there are none. */
    Optional<String> of(ReferenceTable table, Kind kind) {
        return Optional.ofNullable(staged.get(key(table, kind)));
    }

    private static String key(ReferenceTable table, Kind kind) {
        return table.target().id() + " " + kind;
    }
}
