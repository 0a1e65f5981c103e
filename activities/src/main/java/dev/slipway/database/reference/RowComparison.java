package dev.slipway.database.reference;

import dev.slipway.database.Connections;
import dev.slipway.database.DatabaseRefused;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What of one table differs between two sessions: first by a digest of each side, then, where these
 * differ, by the keys with a digest of each row, then by the rows of those keys that differ. Only the last go into the hash
 * that binds exactly these rows.
 */
final class RowComparison {

    private static final int BATCH = 5_000;
    private static final int SAMPLES = 3;

    private final ReferenceTable table;
    private final TwoSessions sessions;
    private final Landing landing;
    private final MessageDigest digest = sha256();
    private final Map<Landing.Kind, List<ReferenceTable.Key>> batches = new EnumMap<>(Landing.Kind.class);
    private final Map<Landing.Kind, List<ReferenceTable.Key>> samples = new EnumMap<>(Landing.Kind.class);
    private final Map<Landing.Kind, Long> counts = new EnumMap<>(Landing.Kind.class);

    RowComparison(ReferenceTable table, TwoSessions sessions, Landing landing) {
        this.table = table;
        this.sessions = sessions;
        this.landing = landing;
        for (Landing.Kind kind : Landing.Kind.values()) {
            batches.put(kind, new ArrayList<>());
            samples.put(kind, new ArrayList<>());
            counts.put(kind, 0L);
        }
    }

    /**
     * What was found of a table.
     *
     * @param hash of the rows that change, before and after
     */
    record Found(ReferenceDataDiff.TableDiff diff, String hash) {}

    /** Whether the target has no row at all: then whatever the source has is new. */
    static boolean empty(ReferenceTable table, Connection target) throws SQLException {
        return Connections.text(target, "SELECT NOT EXISTS (SELECT 1 FROM " + table.ours() + ")")
                .equals("t");
    }

    /** Every row of the source, for a target without any. */
    Found all() throws SQLException {
        long rows = CopyPipe.run(sessions.source(), table.copyAllOut(), digest, landing.all(table));
        counts.put(Landing.Kind.INSERT, rows);
        return found();
    }

    Found run(boolean withSamples) throws SQLException {
        if (!same()) {
            merge();
        }
        return found(withSamples ? new Samples(table, sessions).of(samples) : List.of());
    }

    private Found found() {
        return found(List.of());
    }

    private Found found(List<String> shown) {
        return new Found(
                new ReferenceDataDiff.TableDiff(
                        table.toString(),
                        counts.get(Landing.Kind.INSERT),
                        counts.get(Landing.Kind.UPDATE),
                        counts.get(Landing.Kind.DELETE),
                        shown),
                HexFormat.of().formatHex(digest.digest()));
    }

    private boolean same() throws SQLException {
        TwoSessions.Answers<String> digests = sessions.ask(
                source -> Connections.text(source, table.digest(table.source())),
                target -> Connections.text(target, table.digest(table.ours())));
        return digests.source().equals(digests.target());
    }

    /** Walks both sorted lists of keys side by side, so that neither is ever held in memory. */
    private void merge() throws SQLException {
        try (KeySpool changed = new KeySpool()) {
            int parts = table.target().key().size();
            TwoSessions.Answers<SortedKeys> both = sessions.ask(
                    source -> new SortedKeys(source, table.sortedKeys(table.source(), true), parts),
                    target -> new SortedKeys(target, table.sortedKeys(table.ours(), false), parts));
            try (SortedKeys theirs = both.source();
                    SortedKeys ours = both.target()) {
                while (theirs.present() || ours.present()) {
                    int order = !theirs.present() ? 1 : !ours.present() ? -1 : theirs.compareTo(ours);
                    if (order < 0) {
                        changed.add(Landing.Kind.INSERT, theirs.key());
                    } else if (order > 0 && table.deleteExtra() && ours.meant()) {
                        changed.add(Landing.Kind.DELETE, ours.key());
                    } else if (order == 0 && theirs.rowHash() != ours.rowHash()) {
                        changed.add(Landing.Kind.UPDATE, theirs.key());
                    }
                    if (order <= 0) {
                        theirs.next();
                    }
                    if (order >= 0) {
                        ours.next();
                    }
                }
            }
            changed.readAll(this::add);
        }
        for (Landing.Kind kind : Landing.Kind.values()) {
            flush(kind);
        }
    }

    private void add(Landing.Kind kind, ReferenceTable.Key key) throws SQLException {
        counts.merge(kind, 1L, Long::sum);
        if (samples.get(kind).size() < SAMPLES) {
            samples.get(kind).add(key);
        }
        batches.get(kind).add(key);
        if (batches.get(kind).size() == BATCH) {
            flush(kind);
        }
    }

    private void flush(Landing.Kind kind) throws SQLException {
        List<ReferenceTable.Key> keys = batches.get(kind);
        if (keys.isEmpty()) {
            return;
        }
        mark(kind, keys.size());
        if (kind != Landing.Kind.DELETE) {
            Landing.Rows landed = landing.rows(table, kind);
            complete(keys, CopyPipe.run(sessions.source(), table.copyOut(table.source(), keys), digest, landed));
        }
        if (kind != Landing.Kind.INSERT) {
            String before = table.copyOut(table.ours(), keys);
            complete(keys, CopyPipe.run(sessions.target(), before, digest, Landing.NOWHERE));
        }
        if (kind == Landing.Kind.DELETE) {
            landing.gone(table, keys);
        }
        keys.clear();
    }

    /** A key that its own session does not find again would be left out without a word. */
    private void complete(List<ReferenceTable.Key> keys, long rows) {
        if (rows != keys.size()) {
            throw new DatabaseRefused(table + ": " + keys.size() + " keys were compared and " + rows
                    + " of their rows were found again; its primary key has a type whose text is not its value");
        }
    }

    /** With kind and number before them, so that no two sets of rows give the same bytes. */
    private void mark(Landing.Kind kind, int rows) {
        digest.update((kind.name() + " ").getBytes(StandardCharsets.UTF_8));
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(rows).array());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
