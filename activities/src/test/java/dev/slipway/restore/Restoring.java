package dev.slipway.restore;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.evidence.EvidenceActivities.Backups;
import dev.slipway.evidence.EvidenceActivities.BackupsRequest;
import dev.slipway.evidence.EvidenceActivitiesImpl;
import dev.slipway.ledger.RecordPlace;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.SignedText;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.CloseResult;
import dev.slipway.release.ReleaseActivities.GrantRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.release.ReleaseActivities.ReviewResult;
import dev.slipway.release.ReleaseActivities.StepResult;
import dev.slipway.release.ReleaseName;
import dev.slipway.restore.RestoreActivities.Compared;
import dev.slipway.restore.RestoreActivities.ConfirmRequest;
import dev.slipway.restore.RestoreActivities.ConfirmResult;
import dev.slipway.restore.RestoreActivities.DrillRequest;
import dev.slipway.restore.RestoreActivities.DrillResult;
import dev.slipway.restore.RestoreActivities.OpenRestoreRequest;
import dev.slipway.restore.RestoreActivities.RefuseRequest;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** A shop with a real database, whose releases back it up, to be restored by calls as a workflow makes them. */
final class Restoring implements AutoCloseable {

    static final String SCHEMA = """
            CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL UNIQUE, touched timestamptz DEFAULT now());
            CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                                 customer int NOT NULL REFERENCES customers, what text NOT NULL);
            CREATE TABLE notes (what text);
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN NEW.touched = now(); RETURN NEW; END';
            CREATE TRIGGER touching BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION touch();
            INSERT INTO customers SELECT n, 'customer ' || n FROM generate_series(1, 20) n;
            INSERT INTO orders (customer, what) SELECT n, 'tea' FROM generate_series(1, 20) n;
            INSERT INTO notes VALUES ('one'), ('two');
            """;

    /** What people did since: one customer and an order too many, two rows changed, one customer gone. */
    static final String SINCE = """
            INSERT INTO customers VALUES (21, 'customer 21');
            INSERT INTO orders (customer, what) VALUES (21, 'coffee');
            UPDATE customers SET name = 'nobody' WHERE id = 3;
            UPDATE orders SET what = 'water' WHERE customer = 4;
            DELETE FROM orders WHERE customer = 5;
            DELETE FROM customers WHERE id = 5;
            INSERT INTO notes VALUES ('three');
            """;

    final ThrowAwayCluster cluster;
    final Dock dock;
    final String name;

    Restoring(ThrowAwayCluster cluster, Path home, String name, String restore) throws Exception {
        this(cluster, home, name, restore, new RecordPlace.Directory(home.resolve("backups")));
    }

    /** @param backups where they are kept */
    Restoring(ThrowAwayCluster cluster, Path home, String name, String restore, RecordPlace backups) throws Exception {
        this.cluster = cluster;
        this.name = name;
        this.dock = new Dock(home);
        dock.backups(backups);
        Files.createDirectories(home.resolve("backups"));
        dock.secret("DATABASE_URL", cluster.createDatabase(name));
        dock.secret("DUMP_URL", cluster.url(name));
        dock.serve(Dock.NO_FLOOR);
        sql(name, SCHEMA);
        dock.files("    databases:\n      main:\n        url: $DATABASE_URL\n        backup: {store: backups}\n"
                + "        restore: " + restore + "\n");
    }

    /** What `backups` tells of the databases that restores have left. */
    Backups left() {
        return new EvidenceActivitiesImpl(dock.environments(), null)
                .readBackups(new BackupsRequest("shop", "production"));
    }

    /** A release whose backup is taken before it goes live. */
    void released(String version) throws Exception {
        OpenResult opened = backedUp(version);
        dock.activities().deploy(dock.step(opened, 2));
        dock.close(opened.grant(), "SUCCEEDED");
    }

    /** A release that takes its backup and then fails. */
    void failed(String version) throws Exception {
        dock.close(backedUp(version).grant(), "FAILED");
    }

    private OpenResult backedUp(String version) throws Exception {
        OpenResult opened = dock.opened(version);
        dock.activities().backUp(dock.step(opened, 1));
        return opened;
    }

    /** The backup alone, by the plan of a version. */
    void ranBackup(String version) throws Exception {
        ReleasePlan plan = dock.plan(version);
        Dock.Draft run = dock.draft(Kind.RUN, "ben").of(plan);
        run.steps = "backup";
        SignedStatement request = run.signed();
        dock.preflight(plan, request);
        ReviewResult review = dock.review(plan, request);
        Dock.Draft yes = dock.approval("ana", plan, review.hash());
        yes.steps = "backup";
        OpenResult opened = dock.open(plan, request, review.review(), List.of(yes.signed()));
        dock.activities().backUp(dock.step(opened, 1));
        dock.close(opened.grant(), "SUCCEEDED");
    }

    SignedStatement wish(String by, Wish wish) throws Exception {
        Dock.Draft draft = dock.word(Kind.RESTORE, by, dock.state().base());
        draft.what = wish.what();
        draft.confirm = "";
        return draft.signed();
    }

    static Wish usual() {
        return new Wish("", "", "", List.of(), false);
    }

    OpenResult open(SignedStatement wish) {
        return dock.restores()
                .openRestore(new OpenRestoreRequest("shop", "production", wish, "restore:shop:production", "run"));
    }

    OpenResult opened(String by, Wish wish) throws Exception {
        OpenResult opened = open(wish(by, wish));
        if (opened.opening() != Opening.OPENED) {
            throw new IllegalStateException(opened.why().toString());
        }
        return opened;
    }

    StepResult restored(OpenResult opened) {
        return dock.restores().restore(dock.step(opened, 1));
    }

    Comparison comparison(OpenResult opened) {
        SignedText signed = compared(opened).comparison();
        return Comparison.parse(signed.text());
    }

    Compared compared(OpenResult opened) {
        return dock.restores().compared(new GrantRequest("shop", "production", opened.grant()));
    }

    Dock.Draft yes(String by, OpenResult opened) {
        Comparison comparison = comparison(opened);
        Dock.Draft draft = dock.word(Kind.RESTORE, by, comparison.hash());
        draft.version = comparison.name();
        return draft;
    }

    ConfirmResult confirm(OpenResult opened, SignedStatement... yes) {
        return dock.restores().confirm(new ConfirmRequest("shop", "production", opened.grant(), List.of(yes)));
    }

    ConfirmResult refuse(OpenResult opened, SignedStatement no) {
        return dock.restores().refuse(new RefuseRequest("shop", "production", opened.grant(), no));
    }

    Dock.Draft no(String by, OpenResult opened) {
        Dock.Draft draft = dock.word(Kind.REJECT, by, opened.grant());
        draft.version = ReleaseName.restore(opened.grant());
        return draft;
    }

    /** Opened by ana, restored and confirmed by ben; what is left is the switch. */
    OpenResult confirmed(Wish wish) throws Exception {
        return confirmed("ben", wish);
    }

    OpenResult confirmed(String by, Wish wish) throws Exception {
        OpenResult opened = opened("ana", wish);
        restored(opened);
        ConfirmResult result = confirm(opened, yes(by, opened).signed());
        if (!result.enough()) {
            throw new IllegalStateException(result.toString());
        }
        return opened;
    }

    CloseResult close(OpenResult opened, String outcome) {
        return dock.close(opened.grant(), outcome);
    }

    DrillResult drill(String by, Wish wish) throws Exception {
        Dock.Draft draft = dock.word(Kind.RESTORE, by, "");
        draft.what = wish.what();
        draft.confirm = "";
        draft.reason = "";
        return drill(draft.signed(), "a run");
    }

    DrillResult drill(SignedStatement asked, String run) {
        return dock.restores().drill(new DrillRequest("shop", "production", asked, "drill:shop:production", run));
    }

    SignedStatement drilling(String by) throws Exception {
        Dock.Draft draft = dock.word(Kind.RESTORE, by, "");
        draft.what = new Wish("", "", "", List.of(), true).what();
        draft.confirm = "";
        draft.reason = "";
        return draft.signed();
    }

    void sql(String database, String statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbc(database), "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute(statements);
        }
    }

    String ask(String database, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbc(database), "postgres", "");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    String jdbc(String database) {
        return "jdbc:" + cluster.url(database).replace("postgres@", "");
    }

    /** All rows of the shop as one text. */
    String rows(String database) throws SQLException {
        return ask(
                database,
                "SELECT (SELECT string_agg(c::text, ' ' ORDER BY id) FROM customers c) || '; '"
                        + " || (SELECT string_agg(o::text, ' ' ORDER BY id) FROM orders o) || '; '"
                        + " || (SELECT string_agg(what, ' ' ORDER BY what) FROM notes)");
    }

    List<String> databases() throws SQLException {
        return List.of(ask(
                        "postgres",
                        "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE datname LIKE '" + name
                                + "%'")
                .split(" "));
    }

    @Override
    public void close() {
        dock.close();
    }
}
