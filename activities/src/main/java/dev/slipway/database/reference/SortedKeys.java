package dev.slipway.database.reference;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * The keys of a table, one after the other, each with the digest of its row, in COPY's binary form; the server sends on
 * while they are read, and a row at a time is in memory.
 */
final class SortedKeys implements AutoCloseable {

    private static final int SIGNATURE_AND_FLAGS = 15;

    private final CopyOut copy;
    private final int parts;
    private ByteBuffer message = ByteBuffer.allocate(0);
    private boolean present = true;
    private long rank;
    private long rowHash;
    private boolean meant;
    private boolean unread;

    SortedKeys(Connection connection, String sql, int parts) throws SQLException {
        this.parts = parts;
        this.copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
        read();
        message.position(SIGNATURE_AND_FLAGS);
        message.position(SIGNATURE_AND_FLAGS + Integer.BYTES + message.getInt());
        next();
    }

    private void read() throws SQLException {
        byte[] bytes = copy.readFromCopy();
        present = bytes != null;
        message = ByteBuffer.wrap(present ? bytes : new byte[0]);
    }

    void next() throws SQLException {
        skipKey();
        while (present && !message.hasRemaining()) {
            read();
        }
        // a count of columns below zero ends it; the server says once more that it has ended
        if (present && message.getShort() < 0) {
            read();
        }
        if (!present) {
            return;
        }
        message.getInt();
        rank = message.getLong();
        message.getInt();
        rowHash = message.getLong();
        message.getInt();
        meant = message.get() != 0;
        message.mark();
        unread = true;
    }

    private void skipKey() {
        if (unread) {
            message.reset();
            for (int part = 0; part < parts; part++) {
                int length = message.getInt();
                message.position(message.position() + length);
            }
            unread = false;
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
        List<String> texts = new ArrayList<>(parts);
        for (byte[] part : bytes()) {
            texts.add(new String(part, StandardCharsets.UTF_8));
        }
        return new ReferenceTable.Key(texts);
    }

    /** Which of the two is earlier in the order of both. */
    int compareTo(SortedKeys other) {
        if (rank != other.rank) {
            return Long.compare(rank, other.rank);
        }
        List<byte[]> ours = bytes();
        List<byte[]> theirs = other.bytes();
        int order = 0;
        for (int part = 0; order == 0 && part < parts; part++) {
            order = Arrays.compareUnsigned(ours.get(part), theirs.get(part));
        }
        return order;
    }

    private List<byte[]> bytes() {
        message.reset();
        List<byte[]> bytes = new ArrayList<>(parts);
        for (int part = 0; part < parts; part++) {
            byte[] text = new byte[message.getInt()];
            message.get(text);
            bytes.add(text);
        }
        return bytes;
    }

    @Override
    public void close() throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
    }
}
