package dev.slipway.database.migrations;

import dev.slipway.database.Connections;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Runs the files of migrations in one session, each as one transaction, or where it has to be statement by statement. The
 * session is in auto-commit mode, and transactions are opened and ended by statements alone.
 */
public final class ScriptRunner {

    /**
     * May not run in a transaction block; ends a transaction where it may not; a new enum value before its commit; a table
     * whose deferred constraints wait for the commit.
     */
    private static final Set<String> ONLY_IN_PIECES = Set.of("25001", "2D000", "55P04", "55006");

    private final ScriptObserver observer;
    private final Progress progress;

    /** One that leaves no trace in any history. */
    public ScriptRunner(ScriptObserver observer) {
        this(observer, Progress.none());
    }

    ScriptRunner(ScriptObserver observer, Progress progress) {
        this.observer = observer;
        this.progress = progress;
    }

    /**
     * Runs one file from its beginning, as a migration would: what fails in a transaction leaves nothing of it.
     *
     * @throws StatementFailed after what was open was rolled back
     * @throws MigrationFailed when the file cannot be taken apart
     */
    public void run(Connection session, MigrationFile file) throws SQLException, StatementFailed {
        SqlScript script = SqlScript.parse(file.migration().file(), file.text());
        if (script.needsPieces().isPresent()) {
            inPieces(session, file, script, 0, false);
            return;
        }
        try {
            whole(session, file, script);
        } catch (StatementFailed failed) {
            if (!onlyInPieces(script, failed)) {
                throw failed;
            }
            inPieces(session, file, script, 0, false);
        }
    }

    /** Whether it failed only because it ran in a transaction, and the file did not ask for one itself. */
    static boolean onlyInPieces(SqlScript script, StatementFailed failed) {
        return !script.isWrapped() && ONLY_IN_PIECES.contains(failed.state());
    }

    /** In a transaction of its own. */
    void whole(Connection session, MigrationFile file, SqlScript script) throws SQLException, StatementFailed {
        execute(session, "BEGIN");
        try {
            inside(session, file, script);
            commit(session, file, script);
        } catch (SQLException | StatementFailed | RuntimeException e) {
            rollBack(session);
            throw e;
        }
    }

    /** Deferred constraints speak up only here. */
    static void commit(Connection session, MigrationFile file, SqlScript script) throws SQLException, StatementFailed {
        try {
            execute(session, "COMMIT");
        } catch (SQLException e) {
            if (Connections.isPassing(e)) {
                throw e;
            }
            List<SqlStatement> all = script.statements();
            int line = all.isEmpty() ? 1 : all.get(all.size() - 1).line();
            throw new StatementFailed(
                    file.migration().file(),
                    new SqlStatement("COMMIT", line, List.of("COMMIT"), Optional.empty()),
                    all.size(),
                    e);
        }
    }

    /** In a transaction that somebody else opened and ends. */
    void inside(Connection session, MigrationFile file, SqlScript script) throws SQLException, StatementFailed {
        progress.starting(file);
        List<SqlStatement> statements = script.inside();
        int number = script.isWrapped() ? 2 : 1;
        for (SqlStatement statement : statements) {
            one(session, file, statement, number++);
        }
        progress.finished(session, file, script);
    }

    /**
     * Each statement for itself, or in the transactions that the file opens.
     *
     * @param done how many of its statements are done already, whose {@link #settings} the session has
     * @param begun whether it is noted that it began
     */
    void inPieces(Connection session, MigrationFile file, SqlScript script, int done, boolean begun)
            throws SQLException, StatementFailed {
        List<SqlStatement> statements = script.statements();
        if (!begun) {
            progress.began(session, file, statements.size());
        }
        int next = done;
        try {
            while (next < statements.size()) {
                next = piece(session, file, script, next);
            }
            if (statements.isEmpty()) {
                progress.finished(session, file, script);
            }
        } catch (SQLException | StatementFailed | RuntimeException e) {
            rollBack(session);
            throw e;
        }
    }

    /** Sets again what a part that was done before has set for the session, and this session does not know. */
    void settings(Connection session, MigrationFile file, List<SqlStatement> done)
            throws SQLException, StatementFailed {
        for (int i = 0; i < done.size(); i++) {
            SqlStatement one = done.get(i);
            if (one.starts("SET") && !one.starts("SET", "LOCAL") && !one.starts("SET", "TRANSACTION")
                    || one.starts("SELECT") && one.words().contains("SET_CONFIG")) {
                one(session, file, one, i + 1);
            }
        }
    }

    /** One statement, or one transaction of the file; returns the index of what comes next. */
    private int piece(Connection session, MigrationFile file, SqlScript script, int index)
            throws SQLException, StatementFailed {
        SqlStatement statement = script.statements().get(index);
        if (statement.begins()) {
            return block(session, file, script, index);
        }
        if (statement.standsAlone() || statement.ends() || statement.starts("SET")) {
            one(session, file, statement, index + 1);
            note(session, file, script, index + 1);
            return index + 1;
        }
        execute(session, "BEGIN");
        try {
            one(session, file, statement, index + 1);
        } catch (StatementFailed failed) {
            rollBack(session);
            if (!ONLY_IN_PIECES.contains(failed.state())) {
                throw failed;
            }
            one(session, file, statement, index + 1);
            note(session, file, script, index + 1);
            return index + 1;
        }
        note(session, file, script, index + 1);
        commit(session, file, script);
        return index + 1;
    }

    private int block(Connection session, MigrationFile file, SqlScript script, int start)
            throws SQLException, StatementFailed {
        List<SqlStatement> statements = script.statements();
        int index = start;
        do {
            if (index == statements.size()) {
                throw new MigrationFailed(
                        file.migration().file() + " line "
                                + statements.get(start).line()
                                + ": the transaction that begins here is not ended, so nothing of it would stay; add a"
                                + " COMMIT",
                        start == 0);
            }
            SqlStatement statement = statements.get(index);
            boolean commits = statement.commits();
            if (commits) {
                // what is done and the note of it stand or fall together
                note(session, file, script, index + 1);
            }
            one(session, file, statement, index + 1);
            index++;
            if (!commits && state(session) == TransactionState.IDLE) {
                note(session, file, script, index);
            }
        } while (state(session) != TransactionState.IDLE);
        return index;
    }

    void note(Connection session, MigrationFile file, SqlScript script, int done) throws SQLException {
        if (done == script.statements().size()) {
            progress.finished(session, file, script);
        } else {
            progress.reached(session, file, done, script.statements().size());
        }
    }

    private void one(Connection session, MigrationFile file, SqlStatement statement, int number)
            throws StatementFailed {
        try {
            observer.before(file, statement, number);
            long rows = 0;
            if (statement.data().isPresent()) {
                rows = session.unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn(
                                statement.text(),
                                new StringReader(statement.data().get()));
            } else {
                try (Statement sql = session.createStatement()) {
                    // {…} is PostgreSQL's, not the driver's
                    sql.setEscapeProcessing(false);
                    sql.execute(statement.text());
                    rows = Math.max(0, sql.getLargeUpdateCount());
                }
            }
            observer.after(file, statement, number, rows);
        } catch (SQLException e) {
            throw new StatementFailed(file.migration().file(), statement, number, e);
        } catch (IOException e) {
            throw new IllegalStateException("data in memory could not be read", e);
        }
    }

    static void execute(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    private static TransactionState state(Connection session) throws SQLException {
        return session.unwrap(BaseConnection.class).getTransactionState();
    }

    /** A session that is gone has rolled back by itself. */
    static void rollBack(Connection session) {
        try {
            if (!session.isClosed() && state(session) != TransactionState.IDLE) {
                execute(session, "ROLLBACK");
            }
        } catch (SQLException gone) {
            if (!Connections.isPassing(gone)) {
                throw new IllegalStateException("a rollback was refused", gone);
            }
        }
    }
}
