package dev.slipway.database;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The keys of a table, one after the other, each with the digest of its row; never all of them in memory. */
final class SortedKeys implements AutoCloseable {

    private static final int FETCH = 10_000;
    private static final int FIRST_PART = 4;

    private final PreparedStatement statement;
    private final ResultSet rows;
    private final int parts;
    private boolean present;
    private long keyHash;
    private long rowHash;
    private boolean meant;
    private ReferenceTable.Key key = new ReferenceTable.Key(List.of());

    SortedKeys(Connection connection, String sql, int parts) throws SQLException {
        this.parts = parts;
        statement = connection.prepareStatement(sql);
        statement.setFetchSize(FETCH);
        rows = statement.executeQuery();
        next();
    }

    void next() throws SQLException {
        present = rows.next();
        if (present) {
            keyHash = rows.getLong(1);
            rowHash = rows.getLong(2);
            meant = rows.getBoolean(3);
            List<String> texts = new ArrayList<>(parts);
            for (int part = 0; part < parts; part++) {
                texts.add(rows.getString(FIRST_PART + part));
            }
            key = new ReferenceTable.Key(texts);
        }
    }

    boolean present() {
        return present;
    }

    long rowHash() {
        return rowHash;
    }

    /** Whether the row meets the table's condition. */
    boolean meant() {
        return meant;
    }

    ReferenceTable.Key key() {
        return key;
    }

    /** Which of the two is earlier in the order of both. */
    int compareTo(SortedKeys other) {
        int order = Long.compare(keyHash, other.keyHash);
        for (int part = 0; order == 0 && part < parts; part++) {
            order = Arrays.compareUnsigned(bytes(part), other.bytes(part));
        }
        return order;
    }

    private byte[] bytes(int part) {
        return key.parts().get(part).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
