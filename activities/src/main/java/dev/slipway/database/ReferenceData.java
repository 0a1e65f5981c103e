package dev.slipway.database;

import dev.slipway.process.Pulse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/**
 * Reference data brought from one database into another: first looked at, then, when a person has approved exactly those
 * rows, applied in one transaction.
 */
public final class ReferenceData {

    private static final int FETCH = 2000;
    private static final int BATCH = 2000;

    /** What the text of a row depends on, so that equal rows read equal in both databases. */
    private static final List<String> PINNED = List.of(
            "SET application_name = 'slipway reference data'",
            "SET TimeZone = 'UTC'",
            "SET DateStyle = 'ISO, YMD'",
            "SET IntervalStyle = 'postgres'",
            "SET extra_float_digits = 1",
            "SET bytea_output = 'hex'",
            "SET lc_monetary = 'C'",
            "SET statement_timeout = 0",
            // row security would hide rows; off, it is an error instead
            "SET row_security = off");

    private static final String PARENTS = """
            SELECT conrelid::bigint, confrelid::bigint FROM pg_constraint
            WHERE contype = 'f' AND conrelid <> confrelid
              AND conrelid = ANY (?::bigint[]::oid[]) AND confrelid = ANY (?::bigint[]::oid[])
            """;
    private static final String CASCADES = """
            SELECT conrelid::regclass::text || ' (' || conname || ')' FROM pg_constraint
            WHERE contype = 'f' AND confdeltype IN ('c', 'n', 'd') AND conparentid = 0
              AND confrelid = ANY (?::bigint[]::oid[]) AND NOT conrelid = ANY (?::bigint[]::oid[])
            ORDER BY 1
            """;
    private static final String SEQUENCES = """
            SELECT a.attname, pg_get_serial_sequence(?, a.attname)
            FROM pg_attribute a WHERE a.attrelid = ?::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped
              AND pg_get_serial_sequence(?, a.attname) IS NOT NULL
              AND has_sequence_privilege(pg_get_serial_sequence(?, a.attname), 'SELECT, UPDATE')
            """;

    /**
     * What would change. Reads only.
     *
     * @throws DatabaseUnavailable when it may work later
     * @throws DatabaseRefused when the tables do not match, have no key, or source and target are one database
     */
    public ReferenceDataDiff diff(ReferenceDataRequest request, Pulse pulse) {
        return work(request, pulse, (source, target) -> {
            begin(target, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
            List<ReferenceTable> tables = tables(request, source, target);
            ReferenceDataDiff diff = compare(request, tables, source, target, change -> {});
            target.rollback();
            return diff;
        });
    }

    /**
     * Changes what was approved, all or nothing. Where nothing is left to change it is done already.
     *
     * @param expectedHash of the diff that was approved
     * @throws ReferenceDataChanged when what would change now is something else
     * @throws DatabaseUnavailable when it may work later: no connection, or a lock was not to be had
     * @throws DatabaseRefused when it will not
     */
    public ReferenceDataDiff apply(ReferenceDataRequest request, String expectedHash, Pulse pulse) {
        return work(request, pulse, (source, target) -> {
            begin(target, "ISOLATION LEVEL READ COMMITTED READ WRITE");
            execute(target, "SET LOCAL lock_timeout = " + request.lockTimeout().toMillis());
            List<ReferenceTable> tables = tables(request, source, target);
            // always in the same order, so that two of us wait for each other instead of dying of each other
            for (ReferenceTable table : tables.stream()
                    .sorted(Comparator.comparing(ReferenceTable::toString))
                    .toList()) {
                execute(target, table.lock());
            }
            ReferenceDataDiff diff = compare(request, tables, source, target, change -> {});
            if (diff.isEmpty()) {
                target.rollback();
                return diff;
            }
            if (!diff.hash().equals(expectedHash)) {
                throw new ReferenceDataChanged(request.target().display()
                        + ": nothing was changed: the rows that would change are not those that were approved ("
                        + summary(diff) + " now); look at the difference again and approve it");
            }
            change(request, tables, source, target);
            ReferenceDataDiff left = compare(request, tables, source, target, change -> {});
            if (!left.isEmpty()) {
                throw new DatabaseRefused(request.target().display()
                        + ": nothing was changed: the target alters the rows that are written, by a trigger or a rule ("
                        + summary(left) + " would still differ); leave these tables out or change the trigger");
            }
            raiseSequences(tables, target);
            target.commit();
            return diff;
        });
    }

    private interface Work {
        ReferenceDataDiff run(Connection source, Connection target) throws SQLException;
    }

    private static ReferenceDataDiff work(ReferenceDataRequest request, Pulse pulse, Work work) {
        try (Connection source = Connections.patient().open(request.source());
                Connection target = Connections.patient().open(request.target())) {
            return new BeatingWork("the reference data", pulse)
                    .run(() -> prepared(request, source, target, work), worker -> stop(worker, source, target));
        } catch (SQLException e) {
            throw Connections.failure(request.target(), "a connection could not be closed", e);
        }
    }

    private static ReferenceDataDiff prepared(
            ReferenceDataRequest request, Connection source, Connection target, Work work) {
        try {
            for (Connection connection : List.of(source, target)) {
                for (String setting : PINNED) {
                    execute(connection, setting);
                }
            }
            refuseOneDatabase(request, source, target);
            begin(source, "ISOLATION LEVEL REPEATABLE READ READ ONLY");
            return work.run(source, target);
        } catch (SQLException e) {
            throw Connections.failure(
                    request.target(),
                    "nothing was changed (source " + request.source().display() + ")",
                    e);
        }
    }

    private static void stop(Thread worker, Connection source, Connection target) {
        for (Connection connection : List.of(target, source)) {
            try {
                connection.unwrap(PGConnection.class).cancelQuery();
                connection.abort(Runnable::run);
            } catch (SQLException gone) {
                // nothing is left to stop there
            }
        }
        try {
            worker.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Names and addresses prove nothing; a lock taken through one URL and seen through the other does. */
    private static void refuseOneDatabase(ReferenceDataRequest request, Connection source, Connection target)
            throws SQLException {
        SecureRandom random = new SecureRandom();
        int one = random.nextInt(Integer.MAX_VALUE);
        int two = random.nextInt(Integer.MAX_VALUE);
        Connections.text(target, "SELECT pg_advisory_lock(" + one + ", " + two + ")");
        String seen = Connections.text(
                source,
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid::bigint = " + one
                        + " AND objid::bigint = " + two + " AND objsubid = 2"
                        + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
        Connections.text(target, "SELECT pg_advisory_unlock(" + one + ", " + two + ")");
        if (!seen.equals("0")) {
            throw new DatabaseRefused(
                    request.source().display() + " and " + request.target().display()
                            + " are the same database; the source of reference data must be another one");
        }
    }

    private static List<ReferenceTable> tables(ReferenceDataRequest request, Connection source, Connection target)
            throws SQLException {
        List<ReferenceTable> tables = new ArrayList<>();
        List<String> drift = new ArrayList<>();
        for (String name : request.tables()) {
            ReferenceTable table = ReferenceTable.find(target, request.target(), name);
            if (tables.stream().anyMatch(other -> other.id() == table.id())) {
                throw new DatabaseRefused("reference data: the table " + table + " is named twice");
            }
            drift.addAll(table.drift(ReferenceTable.find(source, request.source(), table.schema(), table.name())));
            tables.add(table);
        }
        for (Connection connection : List.of(source, target)) {
            if (!Connections.text(connection, "SHOW server_encoding").equals("UTF8")) {
                drift.add("the encoding of " + (connection == source ? request.source() : request.target()).display()
                        + " is not UTF8");
            }
        }
        if (!drift.isEmpty()) {
            throw new DatabaseRefused(request.target().display() + ": its tables are not those of the source "
                    + request.source().display() + ": " + String.join("; ", drift)
                    + "; migrate the one that is behind");
        }
        if (request.deleteExtra()) {
            refuseCascades(request, tables, target);
        }
        return parentsFirst(tables, target);
    }

    private static void refuseCascades(ReferenceDataRequest request, List<ReferenceTable> tables, Connection target)
            throws SQLException {
        List<String> cascades = new ArrayList<>();
        ask(target, CASCADES, tables, row -> cascades.add(row.getString(1)));
        if (!cascades.isEmpty()) {
            throw new DatabaseRefused(request.target().display()
                    + ": deleting rows here would delete or empty rows of tables that are not named: "
                    + String.join(", ", cascades) + "; name these tables too, or delete nothing");
        }
    }

    private static List<ReferenceTable> parentsFirst(List<ReferenceTable> tables, Connection target)
            throws SQLException {
        Map<Long, Set<Long>> parents = new LinkedHashMap<>();
        tables.forEach(table -> parents.put(table.id(), new LinkedHashSet<>()));
        ask(target, PARENTS, tables, row -> parents.get(row.getLong(1)).add(row.getLong(2)));
        List<ReferenceTable> ordered = new ArrayList<>();
        List<ReferenceTable> rest = new ArrayList<>(tables);
        while (!rest.isEmpty()) {
            ReferenceTable next = rest.stream()
                    .filter(table -> parents.get(table.id()).isEmpty())
                    .findFirst()
                    .orElseThrow(() -> new DatabaseRefused("reference data: the tables " + rest
                            + " refer to each other in a circle, so none can be first; leave one of them out"));
            rest.remove(next);
            ordered.add(next);
            parents.values().forEach(set -> set.remove(next.id()));
        }
        return ordered;
    }

    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private static void ask(Connection connection, String sql, List<ReferenceTable> tables, RowReader reader)
            throws SQLException {
        String ids =
                tables.stream().map(table -> String.valueOf(table.id())).collect(Collectors.joining(",", "{", "}"));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, ids);
            statement.setString(2, ids);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    reader.read(rows);
                }
            }
        }
    }

    private enum Kind {
        INSERT,
        UPDATE,
        DELETE
    }

    /** One row that differs: what it is and what it becomes, empty where it is not there. */
    private record Change(Kind kind, String before, String after) {}

    private interface ChangeReader {
        void read(Change change) throws SQLException;
    }

    private static ReferenceDataDiff compare(
            ReferenceDataRequest request,
            List<ReferenceTable> tables,
            Connection source,
            Connection target,
            ChangeReader reader)
            throws SQLException {
        MessageDigest digest = sha256();
        List<ReferenceDataDiff.TableDiff> diffs = new ArrayList<>();
        for (ReferenceTable table : tables) {
            long[] counts = new long[Kind.values().length];
            update(digest, table.toString());
            for (ReferenceTable.Column column : table.columns()) {
                update(digest, column.name());
            }
            compare(table, request.deleteExtra(), source, target, change -> {
                counts[change.kind().ordinal()]++;
                update(digest, change.kind().name());
                update(digest, change.before());
                update(digest, change.after());
                reader.read(change);
            });
            update(digest, "");
            diffs.add(new ReferenceDataDiff.TableDiff(
                    table.toString(),
                    counts[Kind.INSERT.ordinal()],
                    counts[Kind.UPDATE.ordinal()],
                    counts[Kind.DELETE.ordinal()]));
        }
        return new ReferenceDataDiff(diffs, HexFormat.of().formatHex(digest.digest()));
    }

    /** Walks both sorted tables side by side, so that neither is ever held in memory. */
    private static void compare(
            ReferenceTable table, boolean deleteExtra, Connection source, Connection target, ChangeReader reader)
            throws SQLException {
        try (Rows theirs = new Rows(source, table.select());
                Rows ours = new Rows(target, table.select())) {
            while (theirs.present || ours.present) {
                int order = !theirs.present ? 1 : !ours.present ? -1 : Arrays.compareUnsigned(theirs.key, ours.key);
                if (order < 0) {
                    reader.read(new Change(Kind.INSERT, "", theirs.row));
                    theirs.next();
                } else if (order > 0) {
                    if (deleteExtra) {
                        reader.read(new Change(Kind.DELETE, ours.row, ""));
                    }
                    ours.next();
                } else {
                    if (!theirs.row.equals(ours.row)) {
                        reader.read(new Change(Kind.UPDATE, ours.row, theirs.row));
                    }
                    theirs.next();
                    ours.next();
                }
            }
        }
    }

    private static final class Rows implements AutoCloseable {

        private final Statement statement;
        private final ResultSet rows;
        private boolean present;
        private byte[] key = {};
        private String row = "";

        Rows(Connection connection, String sql) throws SQLException {
            statement = connection.createStatement();
            statement.setFetchSize(FETCH);
            rows = statement.executeQuery(sql);
            next();
        }

        void next() throws SQLException {
            present = rows.next();
            if (present) {
                key = rows.getString(1).getBytes(StandardCharsets.UTF_8);
                row = rows.getString(2);
            }
        }

        @Override
        public void close() throws SQLException {
            statement.close();
        }
    }

    private static void change(
            ReferenceDataRequest request, List<ReferenceTable> tables, Connection source, Connection target)
            throws SQLException {
        for (ReferenceTable table : tables) {
            try (Batch inserts = new Batch(target, table.insert());
                    Batch updates = new Batch(target, table.update())) {
                compare(table, false, source, target, change -> {
                    (change.kind() == Kind.INSERT ? inserts : updates).add(change.after());
                });
                updates.flush();
                inserts.flush();
            }
        }
        if (request.deleteExtra()) {
            List<ReferenceTable> childrenFirst = new ArrayList<>(tables);
            Collections.reverse(childrenFirst);
            for (ReferenceTable table : childrenFirst) {
                try (Batch deletes = new Batch(target, table.delete())) {
                    compare(table, true, source, target, change -> {
                        if (change.kind() == Kind.DELETE) {
                            deletes.add(change.before());
                        }
                    });
                    deletes.flush();
                }
            }
        }
    }

    /** Rows that go into one statement together, which also lets a row refer to another of the same table. */
    private static final class Batch implements AutoCloseable {

        private final Connection connection;
        private final String sql;
        private final List<String> rows = new ArrayList<>();

        Batch(Connection connection, String sql) {
            this.connection = connection;
            this.sql = sql;
        }

        void add(String row) throws SQLException {
            rows.add(row);
            if (rows.size() == BATCH) {
                flush();
            }
        }

        void flush() throws SQLException {
            if (!rows.isEmpty()) {
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    statement.setArray(1, connection.createArrayOf("text", rows.toArray()));
                    statement.executeUpdate();
                }
                rows.clear();
            }
        }

        @Override
        public void close() {
            rows.clear();
        }
    }

    /** The application's next row must not get a number that came with the data. Only upwards: it outlives a rollback. */
    private static void raiseSequences(List<ReferenceTable> tables, Connection target) throws SQLException {
        for (ReferenceTable table : tables) {
            Map<String, String> sequences = new LinkedHashMap<>();
            try (PreparedStatement statement = target.prepareStatement(SEQUENCES)) {
                statement.setString(1, table.quotedName());
                statement.setLong(2, table.id());
                statement.setString(3, table.quotedName());
                statement.setString(4, table.quotedName());
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        sequences.put(rows.getString(1), rows.getString(2));
                    }
                }
            }
            for (Map.Entry<String, String> sequence : sequences.entrySet()) {
                String column = ReferenceTable.quoted(sequence.getKey());
                try (PreparedStatement statement =
                        target.prepareStatement("SELECT setval(?::regclass, m) FROM (SELECT max("
                                + column + ") AS m FROM " + table.quotedName() + ") t, (SELECT last_value FROM "
                                + sequence.getValue() + ") s WHERE m > last_value")) {
                    statement.setString(1, sequence.getValue());
                    statement.executeQuery().close();
                }
            }
        }
    }

    private static String summary(ReferenceDataDiff diff) {
        return diff.tables().stream()
                .filter(table -> table.inserts() + table.updates() + table.deletes() > 0)
                .map(table -> table.table() + ": " + table.inserts() + " new, " + table.updates() + " changed, "
                        + table.deletes() + " deleted")
                .collect(Collectors.joining("; "));
    }

    private static void begin(Connection connection, String mode) throws SQLException {
        connection.setAutoCommit(false);
        execute(connection, "SET TRANSACTION " + mode);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** With its length before it, so that no two lists of texts give the same bytes. */
    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
