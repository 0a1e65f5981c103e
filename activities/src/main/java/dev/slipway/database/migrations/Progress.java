package dev.slipway.database.migrations;

import java.sql.Connection;
import java.sql.SQLException;

/** Where it is noted how far a file came, in the sessions that run it. */
interface Progress {

    /** A file is about to run, in whatever way. */
    default void starting(MigrationFile file) {}

    /** Before the first statement of a file that cannot be one transaction; outside of one. */
    void began(Connection connection, MigrationFile file, int of) throws SQLException;

    /** So many statements are done. In the transaction of the last of them where it has one, else right after it. */
    void reached(Connection connection, MigrationFile file, int done, int of) throws SQLException;

    /** All of it is done. In the transaction of its last statement where it has one, else right after it. */
    void finished(Connection connection, MigrationFile file, SqlScript script) throws SQLException;

    /** Nowhere: a rehearsal. */
    static Progress none() {
        return new Progress() {
            @Override
            public void began(Connection connection, MigrationFile file, int of) {}

            @Override
            public void reached(Connection connection, MigrationFile file, int done, int of) {}

            @Override
            public void finished(Connection connection, MigrationFile file, SqlScript script) {}
        };
    }
}
