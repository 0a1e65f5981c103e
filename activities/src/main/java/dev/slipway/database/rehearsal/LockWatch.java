package dev.slipway.database.rehearsal;

import dev.slipway.database.PostgresUrl;
import dev.slipway.database.migrations.MigrationFile;
import dev.slipway.database.migrations.ScriptObserver;
import dev.slipway.database.migrations.SqlStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Which tables the session of a migration locks, how, and for how long. A lock of a transaction is kept to its end, so one
 * look after each statement sees them all; a statement that cannot be in a transaction is looked at all the time that it
 * runs.
 */
final class LockWatch implements ScriptObserver, AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(1);

    /** From the weakest to the strongest, as the documentation orders them. */
    private static final List<String> STRENGTH = List.of(
            "AccessShareLock",
            "RowShareLock",
            "RowExclusiveLock",
            "ShareUpdateExclusiveLock",
            "ShareLock",
            "ShareRowExclusiveLock",
            "ExclusiveLock",
            "AccessExclusiveLock");

    private static final int FIRST_WORTH_SAYING = STRENGTH.indexOf("ShareUpdateExclusiveLock");

    private final PostgresUrl url;
    private final Eye eye;
    private final int pid;
    private final Map<Long, String> tables;
    private final Map<Long, Held> open = new HashMap<>();
    private final List<HeldLock> ended = new ArrayList<>();
    private String transaction = "";
    private long began;
    private Optional<Look> look = Optional.empty();

    private record Held(String mode, long since) {}

    /** @param tables that were there before, by identity: what is new nobody else can wait for */
    LockWatch(PostgresUrl url, Eye eye, int pid, Map<Long, String> tables) {
        this.url = url;
        this.eye = eye;
        this.pid = pid;
        this.tables = Map.copyOf(tables);
    }

    @Override
    public void before(MigrationFile file, SqlStatement statement, int number) {
        began = System.nanoTime();
        if (!asked(() -> eye.transaction(pid)).equals(transaction)) {
            endAll();
        }
        if (statement.standsAlone()) {
            look = Optional.of(new Look());
        }
    }

    @Override
    public void after(MigrationFile file, SqlStatement statement, int number, long rows) {
        close();
        note(asked(() -> eye.locks(pid)), began);
        transaction = asked(() -> eye.transaction(pid));
        if (transaction.isEmpty()) {
            endAll();
        }
    }

    /** Looks no more; also after a statement that failed. */
    @Override
    public void close() {
        look.ifPresent(Look::end);
        look = Optional.empty();
    }

    /** The strongest lock of each table, the longest first; the migration has ended. */
    List<HeldLock> ended() {
        endAll();
        Map<String, HeldLock> strongest = new HashMap<>();
        for (HeldLock each : ended) {
            strongest.merge(each.table(), each, LockWatch::worse);
        }
        return strongest.values().stream()
                .sorted(Comparator.comparing(HeldLock::blocksAnybody)
                        .thenComparing(HeldLock::held)
                        .reversed()
                        .thenComparing(HeldLock::table))
                .toList();
    }

    private static HeldLock worse(HeldLock one, HeldLock other) {
        int blocks = one.blocks().compareTo(other.blocks());
        boolean first = blocks > 0 || blocks == 0 && one.held().compareTo(other.held()) >= 0;
        return first ? one : other;
    }

    private synchronized void note(Map<Long, List<String>> locks, long since) {
        locks.forEach((table, modes) -> {
            if (!tables.containsKey(table)) {
                return;
            }
            String strongest =
                    modes.stream().max(Comparator.comparing(STRENGTH::indexOf)).orElseThrow();
            if (STRENGTH.indexOf(strongest) < FIRST_WORTH_SAYING) {
                return;
            }
            Held known = open.get(table);
            if (known == null) {
                open.put(table, new Held(strongest, since));
            } else if (STRENGTH.indexOf(strongest) > STRENGTH.indexOf(known.mode())) {
                // the weaker one blocked less, so its time is not counted for the stronger
                end(table, known);
                open.put(table, new Held(strongest, since));
            }
        });
    }

    private synchronized void endAll() {
        open.forEach(this::end);
        open.clear();
        transaction = "";
    }

    private void end(long table, Held held) {
        ended.add(HeldLock.of(tables.get(table), held.mode(), Duration.ofNanos(System.nanoTime() - held.since())));
    }

    private interface Question<T> {
        T ask() throws SQLException;
    }

    private static <T> T asked(Question<T> question) {
        try {
            return question.ask();
        } catch (SQLException e) {
            throw new RehearsalSkipped("the session that looks at the locks was lost", e);
        }
    }

    /** Looks on while a statement runs; it has its session before the statement begins. */
    private final class Look {

        private final Eye second = asked(() -> new Eye(url));
        private final Thread thread = new Thread(this::look, "slipway: locks of a rehearsal");
        private volatile boolean over;

        Look() {
            thread.setDaemon(true);
            thread.start();
        }

        private void look() {
            try (second) {
                while (!over) {
                    note(second.locks(pid), System.nanoTime());
                    LockSupport.parkNanos(LOOK.toNanos());
                }
            } catch (SQLException | RuntimeException gone) {
                // then the migration is over too, or fails for the same reason
            }
        }

        void end() {
            over = true;
            try {
                thread.join(Duration.ofSeconds(5).toMillis());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
