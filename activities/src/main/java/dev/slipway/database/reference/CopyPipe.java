package dev.slipway.database.reference;

import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/** Rows that flow out of one session, through a digest, to where they land; a row at a time is in memory. */
final class CopyPipe {

    private static final int CHUNK = 64 * 1024;

    private CopyPipe() {}

    /** @return how many rows have flowed */
    static long run(Connection from, String sql, MessageDigest digest, Landing.Rows to) throws SQLException {
        CopyOut out = from.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
        boolean whole = false;
        try {
            byte[] chunk = new byte[CHUNK];
            int filled = 0;
            for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
                digest.update(row);
                if (filled + row.length > CHUNK) {
                    to.write(Arrays.copyOf(chunk, filled));
                    filled = 0;
                }
                if (row.length > CHUNK) {
                    to.write(row);
                } else {
                    System.arraycopy(row, 0, chunk, filled, row.length);
                    filled += row.length;
                }
            }
            to.write(Arrays.copyOf(chunk, filled));
            to.end();
            whole = true;
            return out.getHandledRowCount();
        } finally {
            if (!whole) {
                cancel(out, to);
            }
        }
    }

    private static void cancel(CopyOut out, Landing.Rows to) {
        try {
            to.cancel();
            if (out.isActive()) {
                out.cancelCopy();
            }
        } catch (SQLException gone) {
            // what went wrong before is what is told
        }
    }

    /** Rows into a table of a session. */
    static Landing.Rows into(Connection connection, String sql) throws SQLException {
        CopyIn in = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
        return new Landing.Rows() {
            @Override
            public void write(byte[] bytes) throws SQLException {
                in.writeToCopy(bytes, 0, bytes.length);
            }

            @Override
            public void end() throws SQLException {
                in.endCopy();
            }

            @Override
            public void cancel() throws SQLException {
                if (in.isActive()) {
                    in.cancelCopy();
                }
            }
        };
    }
}
