package dev.slipway.database;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A proof that two connection strings lead to one database, or do not: a lock with a random key that is taken through
 * one, and seen through the other. Names and addresses prove nothing, and a clone has the same system identifier.
 */
public final class SameDatabase {

    /** What was proved. */
    public enum Proof {
        SAME_DATABASE,
        SAME_SERVER,
        DIFFERENT_SERVERS
    }

    private final SecureRandom random = new SecureRandom();

    /** The lock lives in a transaction, so that no pooler can leave it to somebody else. */
    public Proof of(Connection one, Connection other) throws SQLException {
        int high = random.nextInt(Integer.MAX_VALUE);
        int low = random.nextInt(Integer.MAX_VALUE);
        boolean autoCommit = one.getAutoCommit();
        one.setAutoCommit(false);
        try {
            Connections.text(one, "SELECT pg_advisory_xact_lock(" + high + ", " + low + ")");
            return look(other, high, low);
        } finally {
            one.rollback();
            one.setAutoCommit(autoCommit);
        }
    }

    private static Proof look(Connection other, int high, int low) throws SQLException {
        try (Statement statement = other.createStatement();
                ResultSet seen = statement.executeQuery(
                        "SELECT coalesce(bool_or(database = (SELECT oid FROM pg_database WHERE datname ="
                                + " current_database())), false), count(*) FROM pg_locks WHERE locktype = 'advisory'"
                                + " AND granted AND objsubid = 2 AND classid::bigint = " + high
                                + " AND objid::bigint = " + low)) {
            seen.next();
            if (seen.getBoolean(1)) {
                return Proof.SAME_DATABASE;
            }
            return seen.getInt(2) > 0 ? Proof.SAME_SERVER : Proof.DIFFERENT_SERVERS;
        }
    }
}
