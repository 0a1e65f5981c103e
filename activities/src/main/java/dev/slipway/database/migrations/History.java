package dev.slipway.database.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The table, or tables, in which a tool keeps what was applied to one database. Found by the session's search path, as
 * the tool itself finds it, and named with its schema from then on.
 */
interface History extends Progress {

    /**
     * One row, or what stands for one.
     *
     * @param key what tells its migration from others
     * @param name what people call it
     * @param content what tells whether its file is still the same; empty where nobody can tell
     * @param state how far it came
     * @param done how many statements are done of one that is half-way
     * @param words since when, and what was said, for a person
     */
    record Row(String key, String name, String content, State state, int done, String words) {}

    /** How far a migration came. */
    enum State {
        APPLIED,
        /** A run of ours was cut off in it, or failed in it: we know after which statement. */
        OURS_HALF_WAY,
        /** The tool says that it did not end well, and nobody but a person knows what it left. */
        FAILED
    }

    /** Whether the table is there. */
    boolean exists();

    /** In the order in which they were applied. */
    List<Row> rows(Connection session) throws SQLException;

    /** Makes the table where it is not there. */
    void create(Connection session) throws SQLException;

    /** Takes back what {@link #began} noted, where nothing of the file was done. */
    void forget(Connection session, MigrationFile file) throws SQLException;
}
