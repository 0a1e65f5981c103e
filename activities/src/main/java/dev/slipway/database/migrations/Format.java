package dev.slipway.database.migrations;

import dev.slipway.database.PostgresUrl;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/** What is special about a tool whose files we apply ourselves. */
interface Format {

    /** The word that chooses it in a plan. */
    String name();

    Folder read(Path directory);

    /** What tells a migration from others, in its row and for its file alike. */
    String key(MigrationFile file);

    /** The order of keys. */
    Comparator<String> order();

    History history(Connection session, String schema) throws SQLException;

    /** The schema that the tool would use with this URL; empty for what the server says. */
    default String schema(PostgresUrl url) {
        return "";
    }

    /** The advisory locks that the tool's own command line takes. */
    default List<Long> locks() {
        return List.of();
    }

    /** Whether the file is still what the row remembers. */
    boolean isSame(History.Row row, MigrationFile file);

    /** Whether a schema that has tables but no history is refused. */
    default boolean refusesForeignSchema() {
        return true;
    }

    /** Whether a file that is older than what is applied is applied all the same, as the tool does. */
    default boolean appliesLateFiles() {
        return false;
    }

    /** Whether the database may know migrations that are newer than every file. */
    default boolean mayBeAhead() {
        return true;
    }

    /** How a person says that the schema has these files in it already. */
    String baseline();

    /** How a person says that a migration which failed is done, or undone. */
    String mendFailed(History.Row row);

    /** What a person does about an applied migration without a file. */
    String mendMissing(History.Row row);
}
