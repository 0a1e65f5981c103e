package dev.slipway.database.reference;

import dev.slipway.database.BeatingWork;
import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import dev.slipway.database.DatabaseUnavailable;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.SameDatabase;
import dev.slipway.process.Pulse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reference data brought into a database, from files of the commit or from another database: first looked at, then, when a
 * person has approved exactly those rows, applied in one transaction.
 */
public final class ReferenceData {

    /**
     * What would change. Reads only.
     *
     * @throws DatabaseUnavailable when it may work later
     * @throws DatabaseRefused when the tables do not match, have no key, or source and target are one database
     */
    public ReferenceDataDiff diff(ReferenceDataRequest request, Pulse pulse) {
        return work(request, pulse, sessions -> {
            TwoSessions.begin(sessions.target(), "ISOLATION LEVEL REPEATABLE READ READ ONLY");
            List<List<ReferenceTable>> groups = new ReferenceTables(request, sessions).groups();
            DiffHash hash = new DiffHash();
            for (List<ReferenceTable> group : groups) {
                for (ReferenceTable table : group) {
                    RowComparison comparison = new RowComparison(table, sessions, Landing.nowhere());
                    hash.add(
                            table, straight(table, group, sessions.target()) ? comparison.all() : comparison.run(true));
                }
            }
            sessions.target().rollback();
            return hash.diff();
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
        return work(request, pulse, sessions -> apply(request, expectedHash, sessions));
    }

    private static ReferenceDataDiff apply(ReferenceDataRequest request, String expectedHash, TwoSessions sessions)
            throws SQLException {
        Connection target = sessions.target();
        TwoSessions.begin(target, "ISOLATION LEVEL READ COMMITTED READ WRITE");
        TwoSessions.execute(
                target, "SET LOCAL lock_timeout = " + request.lockTimeout().toMillis());
        List<List<ReferenceTable>> groups = new ReferenceTables(request, sessions).groups();
        // always in the same order, so that two of us wait for each other instead of dying of each other
        for (ReferenceTable table : groups.stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparing(ReferenceTable::toString))
                .toList()) {
            TwoSessions.execute(target, table.lock());
        }
        Staging staging = new Staging(target);
        Map<ReferenceTable, RowComparison.Found> found = new LinkedHashMap<>();
        List<ReferenceTable> straight = new ArrayList<>();
        for (List<ReferenceTable> group : groups) {
            for (ReferenceTable table : group) {
                if (straight(table, group, target)) {
                    straight.add(table);
                } else {
                    found.put(table, new RowComparison(table, sessions, staging).run(false));
                }
            }
        }
        if (straight.isEmpty()) {
            ReferenceDataDiff diff = hash(groups, found).diff();
            if (diff.isEmpty()) {
                target.rollback();
                return diff;
            }
            refuseOther(request, diff, expectedHash);
        }
        staging.analyze();
        Writing writing = new Writing(request.target(), target, staging);
        Savepoint before = target.setSavepoint();
        try {
            write(groups, straight, found, writing, sessions, staging);
            writing.delete(groups);
        } catch (SQLException e) {
            boolean goes = found.values().stream().anyMatch(each -> each.diff().deletes() > 0);
            if (!Connections.state(e).equals("23505") || !goes) {
                throw e;
            }
            // a new row has the name, say, of one that goes: this time that one goes first
            target.rollback(before);
            writing.delete(groups);
            write(groups, straight, found, writing, sessions, staging);
        }
        ReferenceDataDiff diff = hash(groups, found).diff();
        if (diff.isEmpty()) {
            target.rollback();
            return diff;
        }
        refuseOther(request, diff, expectedHash);
        check(request, groups, found, writing, sessions);
        for (Map.Entry<ReferenceTable, RowComparison.Found> each : found.entrySet()) {
            if (each.getValue().diff().inserts() > 0) {
                Sequences.raise(each.getKey(), target);
            }
        }
        target.commit();
        return diff;
    }

    private static void write(
            List<List<ReferenceTable>> groups,
            List<ReferenceTable> straight,
            Map<ReferenceTable, RowComparison.Found> found,
            Writing writing,
            TwoSessions sessions,
            Staging staging)
            throws SQLException {
        for (List<ReferenceTable> group : groups) {
            for (ReferenceTable table : group) {
                if (straight.contains(table)) {
                    // the rows are hashed on their way in: what was not approved is undone with all else
                    found.put(table, new RowComparison(table, sessions, staging).all());
                }
            }
            writing.write(group);
        }
    }

    /** A table without rows, triggers or a circle takes the copy itself; a partition's own triggers count as the table's. */
    private static boolean straight(ReferenceTable table, List<ReferenceTable> group, Connection target)
            throws SQLException {
        return group.size() == 1 && table.target().triggers().isEmpty() && RowComparison.empty(table, target);
    }

    private static DiffHash hash(List<List<ReferenceTable>> groups, Map<ReferenceTable, RowComparison.Found> found) {
        DiffHash hash = new DiffHash();
        groups.stream().flatMap(List::stream).forEach(table -> hash.add(table, found.get(table)));
        return hash;
    }

    private static void refuseOther(ReferenceDataRequest request, ReferenceDataDiff diff, String expectedHash) {
        if (!diff.hash().equals(expectedHash)) {
            throw new ReferenceDataChanged(request.target().display()
                    + ": nothing was changed: the rows that would change are not those that were approved ("
                    + (diff.isEmpty() ? "none" : PlannedReferenceData.words(diff))
                    + " now); ask for the release again, look at the difference and approve it");
        }
    }

    /** Triggers and cascades may reach rows that were not written: where there are any, everything is compared again. */
    private static void check(
            ReferenceDataRequest request,
            List<List<ReferenceTable>> groups,
            Map<ReferenceTable, RowComparison.Found> found,
            Writing writing,
            TwoSessions sessions)
            throws SQLException {
        boolean again = false;
        for (Map.Entry<ReferenceTable, RowComparison.Found> each : found.entrySet()) {
            writing.check(each.getKey());
            again |= each.getValue().diff().deletes() > 0
                    || !each.getKey().target().triggers().isEmpty()
                            && !each.getValue().diff().isEmpty();
        }
        if (!again) {
            return;
        }
        for (List<ReferenceTable> group : groups) {
            for (ReferenceTable table : group) {
                ReferenceDataDiff.TableDiff left = new RowComparison(table, sessions, Landing.nowhere())
                        .run(false)
                        .diff();
                if (!left.isEmpty()) {
                    throw new DatabaseRefused(request.target().display()
                            + ": nothing was changed: after writing, " + table + " would still differ (+"
                            + left.inserts() + " ~" + left.updates() + " -" + left.deletes()
                            + "): a trigger or a foreign key of the target changes other rows of it, too; change it, or leave"
                            + " the table out");
                }
            }
        }
    }

    private interface Work {
        ReferenceDataDiff run(TwoSessions sessions) throws SQLException;
    }

    private static ReferenceDataDiff work(ReferenceDataRequest request, Pulse pulse, Work work) {
        PostgresUrl source =
                request.source() instanceof ReferenceSource.OfDatabase database ? database.url() : request.target();
        try (TwoSessions sessions = TwoSessions.open(source, request.target())) {
            return new BeatingWork("the reference data", pulse)
                    .run(() -> prepared(request, sessions, work), sessions::stop);
        }
    }

    private static ReferenceDataDiff prepared(ReferenceDataRequest request, TwoSessions sessions, Work work) {
        try {
            sessions.pin();
            if (!request.role().isEmpty()) {
                sessions.actAs(request.role(), request.source() instanceof ReferenceSource.OfFiles);
            }
            refuseOneDatabase(request, sessions);
            return work.run(sessions);
        } catch (SQLException e) {
            throw failure(request, e);
        }
    }

    /** Before either is in a transaction: the proof has one of its own. */
    private static void refuseOneDatabase(ReferenceDataRequest request, TwoSessions sessions) throws SQLException {
        if (request.source() instanceof ReferenceSource.OfDatabase database
                && new SameDatabase().of(sessions.target(), sessions.source()) == SameDatabase.Proof.SAME_DATABASE) {
            throw new DatabaseRefused(database.display() + " and "
                    + request.target().display()
                    + " are the same database; the source of reference data must be another one");
        }
    }

    private static RuntimeException failure(ReferenceDataRequest request, SQLException e) {
        String what = "nothing was changed (source " + request.source().display() + ")";
        return Connections.failure(
                request.target(),
                switch (Connections.state(e)) {
                    case "42501" ->
                        Connections.reason(e).contains("row-level security")
                                ? what
                                        + ": row level security hides rows from this login; use the tables' owner, or one"
                                        + " with BYPASSRLS"
                                : what;
                    case "23505" -> what + ": another row has one of the new values already";
                    default -> what;
                },
                e);
    }
}
