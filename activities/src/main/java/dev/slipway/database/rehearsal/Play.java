package dev.slipway.database.rehearsal;

import dev.slipway.database.Connections;
import dev.slipway.database.PostgresUrl;
import dev.slipway.database.migrations.MigrationFailed;
import dev.slipway.database.migrations.MigrationFile;
import dev.slipway.database.migrations.SchemaPicture;
import dev.slipway.database.migrations.ScriptObserver;
import dev.slipway.database.migrations.ScriptRunner;
import dev.slipway.database.migrations.SqlScript;
import dev.slipway.database.migrations.SqlStatement;
import dev.slipway.database.migrations.StatementFailed;
import dev.slipway.database.rehearsal.Schema.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/** One rehearsal from its first file to its last comparison. */
final class Play {

    private final Stage stage;
    private final List<MigrationFile> pending;
    private final boolean together;
    private final boolean incomplete;
    private final Eye eye;
    private final Schema start;
    private final Names names;
    private final Map<Long, Eye.Table> tables;

    private final List<Act> acts = new ArrayList<>();
    private final List<Schema> schemas = new ArrayList<>();
    private final OldRows oldRows;

    /** @param untouched looks at the copy as it was; it and the other eye are closed by whoever opened them */
    Play(Stage stage, Eye eye, Eye untouched, List<MigrationFile> pending, boolean together, boolean incomplete)
            throws SQLException {
        this.stage = stage;
        this.pending = List.copyOf(pending);
        this.together = together;
        this.incomplete = incomplete;
        this.eye = eye;
        this.start = eye.schema();
        this.tables = eye.tables();
        this.oldRows = new OldRows(untouched, eye, start, acts);
        this.names = new Names(start, pending);
    }

    Rehearsed run(Afterwards afterwards, List<String> notes) throws SQLException {
        long began = System.nanoTime();
        schemas.add(start);
        SchemaPicture before = SchemaPicture.of(stage.rehearsal());
        Optional<String> failed = Optional.empty();
        for (MigrationFile file : pending) {
            failed = up(file);
            if (failed.isPresent()) {
                break;
            }
        }
        Schema end = schemas.get(schemas.size() - 1);
        SchemaPicture after = failed.isPresent() ? before : SchemaPicture.of(stage.rehearsal());
        List<String> unprotected = unprotected(end);
        List<String> refused = failed.isPresent() ? List.of() : afterwards.look(stage.rehearsal(), notes);
        reasons(end);
        Map<MigrationFile, String> lasting = failed.isPresent()
                ? Map.of()
                : new WayBack(stage, eye, names, tables, acts, schemas, oldRows, incomplete).take();
        List<RehearsedFile> files = new ArrayList<>();
        for (int i = 0; i < acts.size(); i++) {
            files.add(rehearsed(i, lasting));
        }
        return new Rehearsed(
                files, failed, unprotected, notes, refused, before, after, Duration.ofNanos(System.nanoTime() - began));
    }

    private Optional<String> up(MigrationFile file) throws SQLException {
        Map<Long, Eye.Table> before = eye.tables();
        long began = System.nanoTime();
        Connection session = Connections.patient().open(stage.rehearsal());
        int pid = session.unwrap(PGConnection.class).getBackendPID();
        LockWatch watch = new LockWatch(stage.rehearsal(), eye, pid, named(tables));
        try (session;
                watch) {
            Optional<String> failure = run(session, file, watch, incomplete);
            if (failure.isPresent()) {
                return failure;
            }
        }
        List<HeldLock> locks = watch.ended();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        awaitGone(pid);
        acts.add(act(file, before, eye.tables(), locks, took));
        schemas.add(eye.schema());
        return Optional.empty();
    }

    private static Map<Long, String> named(Map<Long, Eye.Table> tables) {
        return tables.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue()
                .name()));
    }

    private Act act(
            MigrationFile file,
            Map<Long, Eye.Table> before,
            Map<Long, Eye.Table> after,
            List<HeldLock> locks,
            Duration took) {
        Set<String> rewritten = new TreeSet<>();
        Set<String> touched = new TreeSet<>();
        long rows = 0;
        for (Map.Entry<Long, Eye.Table> each : after.entrySet()) {
            Eye.Table is = each.getValue();
            Eye.Table was = before.getOrDefault(each.getKey(), new Eye.Table(is.name(), is.file(), 0, 0));
            rows += is.inserted() - was.inserted() + is.changed() - was.changed();
            boolean old = tables.containsKey(each.getKey());
            if (old && is.file() != was.file()) {
                rewritten.add(tables.get(each.getKey()).name());
            }
            if (old && (is.file() != was.file() || is.changed() != was.changed())) {
                touched.add(tables.get(each.getKey()).name());
            }
        }
        return new Act(
                file,
                withRewrites(locks, rewritten, took),
                List.copyOf(rewritten),
                touched,
                took,
                rows,
                new LinkedHashSet<>());
    }

    /** Nothing is written anew without the strongest lock: one that was too short to be seen lasted no longer than all. */
    private static List<HeldLock> withRewrites(List<HeldLock> locks, Set<String> rewritten, Duration took) {
        List<HeldLock> all = new ArrayList<>(locks);
        for (String table : rewritten) {
            boolean seen = locks.stream()
                    .anyMatch(lock -> lock.table().equals(table) && lock.blocks() == HeldLock.Blocks.READS_AND_WRITES);
            if (!seen) {
                all.removeIf(lock -> lock.table().equals(table));
                all.add(0, HeldLock.of(table, "AccessExclusiveLock", took));
            }
        }
        return all;
    }

    /** New tables that everybody may read who may reach their schema. */
    private List<String> unprotected(Schema end) {
        return end.without(start).stream()
                .filter(fact -> fact.kind() == Kind.TABLE)
                .filter(fact -> !end.of(Kind.ROW_SECURITY, fact.parent(), "").startsWith("t"))
                .map(fact -> names.shown(fact.parent()))
                .toList();
    }

    /** What the old code would miss at the end, each said of the file that brought it about. */
    private void reasons(Schema end) throws SQLException {
        List<String> atEnd = Compatibility.reasons(start, end, names::shown);
        Set<String> so = new HashSet<>();
        for (int i = 0; i < acts.size(); i++) {
            Set<String> now = new LinkedHashSet<>(Compatibility.reasons(start, schemas.get(i + 1), names::shown));
            for (String reason : now) {
                if (!so.contains(reason) && atEnd.contains(reason)) {
                    acts.get(i).why().add(reason);
                }
            }
            so = now;
        }
        for (Act act : acts) {
            if (statements(act.file()).stream()
                    .anyMatch(one -> one.words().get(0).equals("REVOKE"))) {
                act.why().add("rights are revoked");
            }
        }
        Set<String> changed = oldRows.changed(end, true);
        for (Act act : acts) {
            act.touched().stream().filter(changed::contains).forEach(table -> act.why()
                    .add("old rows of " + table + " are changed or deleted"));
        }
    }

    private static List<SqlStatement> statements(MigrationFile file) {
        return SqlScript.parse(file.migration().file(), file.text()).statements();
    }

    private RehearsedFile rehearsed(int index, Map<MigrationFile, String> lasting) {
        Act act = acts.get(index);
        List<String> why = new ArrayList<>(act.why());
        boolean compatible = why.isEmpty();
        MigrationClass kind = compatible ? MigrationClass.COMPATIBLE : MigrationClass.ONE_WAY;
        String left = lasting.get(act.file());
        if (left != null && left.isEmpty()) {
            kind = MigrationClass.REVERSIBLE;
        } else if (left != null) {
            why.add(left);
        }
        return new RehearsedFile(
                act.file().migration(), kind, why, locks(index), act.rewritten(), act.took(), act.rows());
    }

    private List<HeldLock> locks(int index) {
        if (!together) {
            return acts.get(index).locks();
        }
        Duration rest =
                acts.subList(index + 1, acts.size()).stream().map(Act::took).reduce(Duration.ZERO, Duration::plus);
        return acts.get(index).locks().stream()
                .map(lock -> new HeldLock(
                        lock.table(), lock.mode(), lock.blocks(), lock.held().plus(rest)))
                .toList();
    }

    /** A session counts what it changed when it ends. */
    private void awaitGone(int pid) throws SQLException {
        while (eye.isThere(pid)) {
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    /** Runs a file that nobody looks at; the answer is what failed. */
    static Optional<String> apply(PostgresUrl url, MigrationFile file, boolean incomplete) throws SQLException {
        try (Connection session = Connections.patient().open(url)) {
            return run(session, file, ScriptObserver.none(), incomplete);
        }
    }

    /**
     * @throws RehearsalSkipped when what failed says something about the copy, and nothing about the migration
     */
    private static Optional<String> run(
            Connection session, MigrationFile file, ScriptObserver observer, boolean incomplete) throws SQLException {
        try {
            new ScriptRunner(observer).run(session, file);
            return Optional.empty();
        } catch (StatementFailed failed) {
            String state = Connections.state(failed.sql());
            String where =
                    file.migration().file() + " line " + failed.statement().line() + ": `"
                            + failed.statement().title() + "` met " + SqlStates.words(state);
            if (SqlStates.isOfTheCopy(state, incomplete)) {
                throw new RehearsalSkipped(where);
            }
            if (Connections.isPassing(failed.sql()) && state.startsWith("08")) {
                throw new RehearsalSkipped("the copy's server went away");
            }
            return Optional.of(where);
        } catch (MigrationFailed unreadable) {
            return Optional.of(unreadable.getMessage());
        }
    }
}
