package dev.slipway.database.reference;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** Questions to the catalogue about two sets of tables. */
final class Catalogue {

    private Catalogue() {}

    /** Reads one row. */
    interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    static void ask(
            Connection connection,
            String sql,
            List<ReferenceTable> first,
            List<ReferenceTable> second,
            RowReader reader)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, ids(first));
            statement.setString(2, ids(second));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    reader.read(rows);
                }
            }
        }
    }

    private static String ids(List<ReferenceTable> tables) {
        return tables.stream()
                .map(table -> String.valueOf(table.target().id()))
                .collect(Collectors.joining(",", "{", "}"));
    }
}
