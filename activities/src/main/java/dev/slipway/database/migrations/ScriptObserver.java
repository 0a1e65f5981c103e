package dev.slipway.database.migrations;

import java.sql.SQLException;

/** Somebody who is told of each statement of a script while its transaction, where it has one, is still open. */
public interface ScriptObserver {

    /** @param number of the statement in its file, from 1 */
    default void before(MigrationFile file, SqlStatement statement, int number) throws SQLException {}

    /** @param rows how many it touched; 0 where it does not say */
    default void after(MigrationFile file, SqlStatement statement, int number, long rows) throws SQLException {}

    /** Nobody. */
    static ScriptObserver none() {
        return new ScriptObserver() {};
    }
}
