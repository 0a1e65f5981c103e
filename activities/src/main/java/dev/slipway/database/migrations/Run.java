package dev.slipway.database.migrations;

import dev.slipway.database.Connections;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.PreferQueryMode;

/** One run over the pending files, in one session. */
final class Run {

    private final MigrationRequest request;
    private final Standing standing;
    private final Connection session;
    private final Preparation preparation;
    private final AtomicReference<String> blockers;
    private final GentleWait gently;
    private final ScriptRunner runner;
    private final List<MigrationResult.Applied> applied = new ArrayList<>();
    private final int serverMajor;
    private boolean created;
    /** Whether nothing has changed the session's settings since it was prepared. */
    private boolean fresh = true;

    Run(
            MigrationRequest request,
            Standing standing,
            Connection session,
            Preparation preparation,
            AtomicReference<String> blockers)
            throws SQLException {
        this.request = request;
        this.standing = standing;
        this.session = session;
        this.preparation = preparation;
        this.blockers = blockers;
        this.gently = new GentleWait(session, request);
        this.runner = new ScriptRunner(gently, new AsOwner());
        this.serverMajor = session.getMetaData().getDatabaseMajorVersion();
        // statements as psql sends them, and no plan of them is kept
        session.unwrap(BaseConnection.class).getQueryExecutor().setPreferQueryMode(PreferQueryMode.SIMPLE);
        this.created = standing.history().exists();
    }

    List<MigrationResult.Applied> all() throws SQLException {
        if (request.allOrNothing()) {
            together();
        } else {
            for (MigrationFile file : standing.pending()) {
                long start = System.nanoTime();
                one(file);
                applied.add(new MigrationResult.Applied(file.migration(), Duration.ofNanos(System.nanoTime() - start)));
            }
        }
        return applied;
    }

    private void together() throws SQLException {
        retrying(
                () -> {
                    List<MigrationResult.Applied> done = new ArrayList<>();
                    ScriptRunner.execute(session, "BEGIN");
                    try {
                        for (MigrationFile file : standing.pending()) {
                            long start = System.nanoTime();
                            ScriptRunner.execute(session, preparation.again(serverMajor));
                            create();
                            inside(file, script(file));
                            done.add(new MigrationResult.Applied(
                                    file.migration(), Duration.ofNanos(System.nanoTime() - start)));
                        }
                        if (!standing.pending().isEmpty()) {
                            MigrationFile last =
                                    standing.pending().get(standing.pending().size() - 1);
                            ScriptRunner.commit(session, last, script(last));
                        }
                    } finally {
                        ScriptRunner.rollBack(session);
                    }
                    applied.addAll(done);
                },
                failed -> failure(failed, "nothing was applied: all of it is one transaction", Left.NOTHING));
    }

    private void one(MigrationFile file) throws SQLException {
        SqlScript script = script(file);
        AtomicBoolean pieces = new AtomicBoolean(
                standing.halfWay().contains(file) || script.needsPieces().isPresent());
        if (!pieces.get() && swiftly(file, script)) {
            return;
        }
        retrying(
                () -> {
                    fresh = false;
                    prepare();
                    // whatever the file does to the session, the next one has it anew
                    fresh = false;
                    if (!pieces.get()) {
                        try {
                            whole(file, script);
                            return;
                        } catch (StatementFailed failed) {
                            if (!ScriptRunner.onlyInPieces(script, failed)) {
                                throw failed;
                            }
                            script.refuseOtherRole(failed, whole(file), before());
                            pieces.set(true);
                            ScriptRunner.execute(session, preparation.again(serverMajor));
                        }
                    }
                    inPieces(file, script);
                },
                failed -> pieces.get() ? halfWay(file, script, failed) : failure(failed, whole(file), before()));
    }

    private void prepare() throws SQLException {
        if (!fresh) {
            ScriptRunner.execute(session, preparation.again(serverMajor));
            fresh = true;
        }
    }

    /** All of a small file in one go, its transaction and its row with it; false where it left nothing and has to go slowly. */
    private boolean swiftly(MigrationFile file, SqlScript script) throws SQLException {
        if (!created || !script.isSwift()) {
            return false;
        }
        prepare();
        List<String> all = new ArrayList<>(List.of("BEGIN"));
        script.inside().forEach(statement -> all.add(statement.text()));
        all.add(standing.history().finishing(file, script));
        all.add("COMMIT");
        try (Statement statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            // a statement may end in a comment, which would take a semicolon on its line with it
            statement.execute(String.join("\n;\n", all));
            return true;
        } catch (SQLException e) {
            if (Connections.isPassing(e) && !GivingWay.isMeant(Connections.state(e))) {
                throw e;
            }
            ScriptRunner.rollBack(session);
            return false;
        }
    }

    private void whole(MigrationFile file, SqlScript script) throws SQLException, StatementFailed {
        ScriptRunner.execute(session, "BEGIN");
        try {
            create();
            inside(file, script);
            ScriptRunner.commit(session, file, script);
            created = true;
        } finally {
            ScriptRunner.rollBack(session);
        }
    }

    private void inside(MigrationFile file, SqlScript script) throws SQLException, StatementFailed {
        runner.inside(session, file, script);
    }

    private void create() throws SQLException {
        if (!created) {
            standing.history().create(session);
        }
    }

    /** Goes on after what the history says is done: also after a lock that was not to be had. */
    private void inPieces(MigrationFile file, SqlScript script) throws SQLException, StatementFailed {
        create();
        created = true;
        OptionalInt noted = noted(file);
        int done = noted.orElse(0);
        // the names below are looked for where the file has said that they are
        settings(file, script, done);
        if (noted.isPresent() && done < script.statements().size()) {
            SqlStatement next = script.statements().get(done);
            ConcurrentIndex index = new ConcurrentIndex(next);
            for (String invalid : index.invalid(session)) {
                try {
                    gently.drop(invalid);
                } catch (SQLException e) {
                    throw new StatementFailed(file.migration().file(), next, done + 1, e);
                }
            }
            if (index.isDone(session)) {
                done++;
                runner.note(session, file, script, done);
            }
        }
        if (noted.isEmpty() || done < script.statements().size()) {
            runner.inPieces(session, file, script, done, noted.isPresent());
        }
    }

    private void settings(MigrationFile file, SqlScript script, int done) throws SQLException, StatementFailed {
        runner.settings(session, file, script.statements().subList(0, done));
    }

    private OptionalInt noted(MigrationFile file) throws SQLException {
        return standing.history().rows(session).stream()
                .filter(row ->
                        row.state() == History.State.OURS_HALF_WAY && row.key().equals(standing.key(file)))
                .mapToInt(History.Row::done)
                .findFirst();
    }

    private interface Attempt {
        void run() throws SQLException, StatementFailed;
    }

    private interface Judgement {
        MigrationFailed of(StatementFailed failed) throws SQLException;
    }

    /** Gives way to who holds a lock, and comes again, for as long as the plan says. */
    private void retrying(Attempt attempt, Judgement judgement) throws SQLException {
        GivingWay way = new GivingWay(request.retryFor());
        while (true) {
            try {
                attempt.run();
                return;
            } catch (StatementFailed failed) {
                boolean inTheWay = GivingWay.isMeant(failed.state());
                if (!inTheWay && Connections.isPassing(failed.sql())) {
                    throw failed.sql();
                }
                if (!inTheWay || !way.again()) {
                    throw judgement.of(failed);
                }
            }
        }
    }

    /** What the files before one have left, of which nothing is left itself. */
    private Left before() {
        return applied.isEmpty() ? Left.NOTHING : Left.FILES;
    }

    private String whole(MigrationFile file) {
        return applied.isEmpty()
                ? "the schema is as before, at version " + standing.status().version()
                : before(file);
    }

    private String before(MigrationFile file) {
        List<String> done = applied.stream().map(one -> one.migration().file()).toList();
        List<String> left = standing.pending().stream()
                .map(one -> one.migration().file())
                .filter(name ->
                        !done.contains(name) && !name.equals(file.migration().file()))
                .toList();
        return "applied before it: " + (done.isEmpty() ? "nothing" : String.join(", ", done))
                + "; not applied: " + file.migration().file()
                + (left.isEmpty() ? "" : ", " + String.join(", ", left));
    }

    /** What a file left that is no transaction, looked up rather than remembered. */
    private MigrationFailed halfWay(MigrationFile file, SqlScript script, StatementFailed failed) throws SQLException {
        ScriptRunner.execute(session, preparation.again(serverMajor));
        int done = noted(file).orElse(0);
        try {
            settings(file, script, done);
        } catch (StatementFailed again) {
            throw again.sql();
        }
        List<String> dropped = new ArrayList<>(new ConcurrentIndex(failed.statement()).invalid(session));
        List<String> invalid =
                dropped.stream().filter(index -> !isDropped(index)).toList();
        dropped.removeAll(invalid);
        if (done == 0 && invalid.isEmpty()) {
            standing.history().forget(session, file);
            return failure(failed, whole(file), before());
        }
        int all = script.statements().size();
        StringBuilder left = new StringBuilder("this file cannot be one transaction: ");
        left.append(
                done == 0
                        ? "none of its statements is applied"
                        : "its statements 1 to " + done + " of " + all + " are applied, not those from line "
                                + script.statements().get(done).line() + " on");
        if (!dropped.isEmpty()) {
            left.append("; the index that was not finished (")
                    .append(String.join(", ", dropped))
                    .append(") is dropped again");
        }
        if (!invalid.isEmpty()) {
            left.append("; it left an index that is not valid, which the next attempt drops; by hand: ");
            left.append(String.join(
                    "; ",
                    invalid.stream()
                            .map(name -> "DROP INDEX CONCURRENTLY " + name)
                            .toList()));
        }
        left.append("; ").append(before(file)).append(done == 0 ? "" : " (the rest of it)");
        left.append("; mend what it met and release again, and it goes on there");
        if (done > 0) {
            left.append(" (its file has to stay as it is; to change it, ")
                    .append(standing.format().mendFailed(standing.row(file)))
                    .append(')');
        }
        return failure(failed, left.toString(), Left.PART);
    }

    /** An index that is not valid slows every write down, and a unique one still refuses rows. */
    private boolean isDropped(String index) {
        try {
            ScriptRunner.execute(session, "DROP INDEX CONCURRENTLY " + index);
            return true;
        } catch (SQLException inTheWayAsWell) {
            return false;
        }
    }

    private MigrationFailed failure(StatementFailed failed, String words, Left left) {
        boolean gaveWay = GivingWay.isMeant(failed.state());
        String who = gaveWay && !blockers.get().isEmpty() ? "; " + blockers.get() : "";
        boolean waited = failed.statement().waitsGently();
        String tried = gaveWay
                ? "; it " + (waited ? "waited" : "gave way") + " for "
                        + request.retryFor().toSeconds() + " s"
                : "";
        return new MigrationFailed(
                request.url().display() + ": " + failed.getMessage() + tried + who + "; " + words, left, failed);
    }

    private SqlScript script(MigrationFile file) {
        return SqlScript.parse(file.migration().file(), file.text());
    }

    /** The history, written by whom it belongs to whatever the file made of the session. */
    private final class AsOwner implements Progress {

        private final History history = standing.history();

        @Override
        public void starting(MigrationFile file) {
            history.starting(file);
        }

        @Override
        public void began(Connection connection, MigrationFile file, int of) throws SQLException {
            history.began(connection, file, of);
        }

        @Override
        public void reached(Connection connection, MigrationFile file, int done, int of) throws SQLException {
            history.reached(connection, file, done, of);
        }

        @Override
        public void finished(Connection connection, MigrationFile file, SqlScript script) throws SQLException {
            if (script.changesRole()) {
                ScriptRunner.execute(connection, preparation.roleAgain());
            }
            history.finished(connection, file, script);
        }
    }
}
