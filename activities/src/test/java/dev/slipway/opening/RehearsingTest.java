package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.record.Review;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.ReviewResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What approvers see of pending migrations, and what a plan does not let through to them. */
class RehearsingTest {

    @TempDir
    private Path folder;

    private Dock dock;
    private static ThrowAwayCluster cluster;

    @BeforeAll
    static void start() {
        cluster = ThrowAwayCluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void open() throws Exception {
        dock = new Dock(folder);
        dock.secret("DATABASE_URL", cluster.createDatabase("production"));
        dock.serve(Dock.NO_FLOOR);
        Files.createDirectories(dock.home.resolve("backups"));
        write("V1__orders.sql", "CREATE TABLE orders (id int PRIMARY KEY, note text)");
        guarded("");
    }

    @AfterEach
    void close() {
        dock.close();
        cluster.execute("postgres", "DROP DATABASE production WITH (FORCE)");
    }

    @Test
    void saysWhatAFirstMigrationDoesWhereThereIsNoBackupYet() throws Exception {
        Review review = review("1.0.0");

        assertThat(review.migrations()).singleElement().satisfies(migration -> assertThat(migration.does())
                .containsExactly("adds table orders"));
        assertThat(review.rehearsals()).singleElement().satisfies(rehearsal -> {
            assertThat(rehearsal.skipped()).isEqualTo("there is no verified backup of it yet");
            assertThat(rehearsal.kind()).isEqualTo("compatible");
        });
    }

    @Test
    void rehearsesOnTheBackupOfTheReleaseBefore() throws Exception {
        release("1.0.0");
        cluster.execute("production", "INSERT INTO orders SELECT n, 'note' FROM generate_series(1, 100) n");
        cluster.execute("production", "CREATE PUBLICATION warehouse FOR TABLE orders");
        write("V2__more.sql", "ALTER TABLE orders ADD COLUMN due date; CREATE INDEX orders_note ON orders (note)");

        Review review = review("1.1.0");

        Review.Rehearsal rehearsal = review.rehearsals().get(0);
        assertThat(rehearsal.skipped()).isEmpty();
        assertThat(rehearsal.failed()).isEmpty();
        assertThat(rehearsal.kind()).isEqualTo("compatible");
        assertThat(rehearsal.backup()).matches("the backup of 1.0.0 from 2\\S+ \\d\\d:\\d\\d:\\d\\d UTC");
        // the backup was taken before the first migration
        assertThat(rehearsal.notes())
                .contains("the backup is older than V1__orders.sql, which was applied to the copy first")
                .anySatisfy(note ->
                        assertThat(note).contains("public.orders is sent to subscribers by publication warehouse"));
        assertThat(rehearsal.files()).singleElement().satisfies(file -> {
            assertThat(file.file()).isEqualTo("V2__more.sql");
            assertThat(file.locks())
                    .singleElement()
                    .asString()
                    .startsWith("blocks reads and writes of public.orders for ");
        });
        assertThat(review.migrations().get(0).does())
                .containsExactly(
                        "adds column orders.due",
                        "adds index orders_note on orders, blocking writes while it is built");
        assertThat(review.warnings()).anySatisfy(warning -> assertThat(warning)
                .contains("database main: ")
                .contains("publication warehouse sends 1 tables to subscribers"));
        assertThat(review.notUndone()).containsExactly("migrations stay applied when the deployment is rolled back");
    }

    @Test
    void refusesAOneWayMigrationThatThePlanRefuses() throws Exception {
        release("1.0.0");
        write("V2__drop.sql", "ALTER TABLE orders DROP COLUMN note");
        assertThat(review("1.1.0").notUndone())
                .contains("the migrations of main are one-way: the version that is live now may not run on the new"
                        + " schema");

        guarded(", refuse: [one-way]");

        assertThatThrownBy(() -> review("1.2.0"))
                .hasStackTraceContaining("database main: V2__drop.sql is one-way, which the plan refuses: column"
                        + " public.orders.note is gone, dropped or renamed");
    }

    @Test
    void refusesALockThatIsLongerThanThePlanAllows() throws Exception {
        release("1.0.0");
        write("V2__slow.sql", "ALTER TABLE orders ADD COLUMN due date; SELECT pg_sleep(0.5)");
        guarded(", longest-lock: 200ms");

        assertThatThrownBy(() -> review("1.1.0"))
                .hasStackTraceContaining("V2__slow.sql blocks reads and writes of public.orders for")
                .hasStackTraceContaining("the plan lets no lock be longer than 200 ms");

        guarded(", longest-lock: 1m");
        assertThat(review("1.2.0").rehearsals()).hasSize(1);
    }

    @Test
    void refusesANewTableWithoutRowLevelSecurityAlsoWithoutARehearsal() throws Exception {
        guarded(", row-level-security: required");
        assertThatThrownBy(() -> review("1.0.0"))
                .hasStackTraceContaining("database main: the new table orders has no row-level security");

        write(
                "V1__orders.sql",
                "CREATE TABLE orders (id int PRIMARY KEY, note text); ALTER TABLE orders ENABLE ROW LEVEL SECURITY");
        release("1.0.1");
        write("V2__open.sql", "CREATE TABLE open_one (id int)");
        assertThatThrownBy(() -> review("1.1.0"))
                .hasStackTraceContaining("the new table public.open_one has no row-level security");
    }

    @Test
    void releasesNothingWithoutARehearsalThatIsRequired() throws Exception {
        guarded(", rehearse: required");
        assertThatThrownBy(() -> review("1.0.0"))
                .hasStackTraceContaining(
                        "a rehearsal is required, and was not held: there is no verified backup of it yet");

        guarded("");
        release("1.0.1");
        guarded(", rehearse: required");
        write("V2__fails.sql", "INSERT INTO orders VALUES (1), (1)");
        assertThatThrownBy(() -> review("1.1.0"))
                .hasStackTraceContaining("the rehearsal failed: V2__fails.sql line 1: `INSERT INTO ORDERS VALUES")
                .hasStackTraceContaining("met a value that is there twice and has to be unique (SQLSTATE 23505)");

        guarded("");
        ReviewResult told = dock.ready("1.2.0").review();
        Review review = Review.parse(told.review().text());
        assertThat(review.rehearsals().get(0).failed()).contains("23505");
        assertThat(told.warnings())
                .singleElement()
                .asString()
                .startsWith("database main: THE REHEARSAL FAILED: V2__fails.sql line 1")
                .contains("23505");
        assertThat(review.warnings()).containsAll(told.warnings());
        assertThat(review.rehearsals().get(0).kind()).isEqualTo("one-way");
    }

    @Test
    void saysOfACopyThatCannotBeMadeOnlyThat() throws Exception {
        release("1.0.0");
        try (Stream<Path> kept = Files.list(dock.home.resolve("backups"))) {
            for (Path dump :
                    kept.filter(one -> one.toString().endsWith(".dump")).toList()) {
                Files.writeString(dump, "ana@example.org");
            }
        }
        write("V2__more.sql", "ALTER TABLE orders ADD COLUMN due date");

        assertThat(review("1.1.0").rehearsals().get(0).skipped())
                .isEqualTo("no copy of the backup could be made; the worker's log says why");
    }

    @Test
    void judgesByTheTextWhereThePlanWantsNoRehearsal() throws Exception {
        release("1.0.0");
        write("V2__drop.sql", "ALTER TABLE orders DROP COLUMN note");
        guarded(", rehearse: never");
        assertThat(review("1.1.0").rehearsals()).singleElement().satisfies(rehearsal -> {
            assertThat(rehearsal.skipped()).isEqualTo("the plan says `rehearse: never`");
            assertThat(rehearsal.kind()).isEqualTo("one-way");
        });

        guarded(", rehearse: never, refuse: [one-way]");
        assertThatThrownBy(() -> review("1.2.0"))
                .hasStackTraceContaining(
                        "V2__drop.sql is one-way as far as its text tells, which the plan refuses: drops"
                                + " column orders.note");
    }

    @Test
    void findsBrokenReferenceFilesThoughTheirTableIsStillToBeMade() throws Exception {
        write("V1__orders.sql", "CREATE TABLE coats (id int PRIMARY KEY, name text)");
        rows("coats.csv", "id,name\n1,\"a\n2\"\n3,b,c\n3\n");

        assertThatThrownBy(() -> review("1.0.0"))
                .hasStackTraceContaining(
                        "database main: reference data: rows/coats.csv: line 4: the row has 3 values for 2"
                                + " columns; rows/coats.csv: line 5: the row has 1 values for 2 columns");

        rows("coats.csv", "id,nam\n1,a\n");
        assertThat(review("1.0.1").referenceData())
                .as("without a backup only the step itself sees the table")
                .singleElement()
                .asString()
                .contains("what changes is known only after the migrations");
    }

    @Test
    void triesReferenceFilesOnTheCopyAfterTheMigrations() throws Exception {
        guarded("");
        release("1.0.0");
        write("V2__coats.sql", "CREATE TABLE coats (id int PRIMARY KEY, name text)");
        rows("coats.csv", "id,nam\n1,a\n");
        assertThatThrownBy(() -> review("1.1.0"))
                .hasStackTraceContaining("database main: reference data, tried on the copy after the migrations:"
                        + " rows/coats.csv, for the table public.coats: the table has no column 'nam'");

        rows("coats.csv", "id,name\n1,a\n1,b\n");
        assertThatThrownBy(() -> review("1.1.1"))
                .hasStackTraceContaining("rows/coats.csv: two rows have the same key (\"id\")");

        rows("coats.csv", "id,name\n1,a\n2,b\n");
        assertThat(review("1.1.2").rehearsals().get(0).notes())
                .contains("reference data after the migrations, on the copy: public.coats +2 ~0 -0");
    }

    /** Reference data from this file, from here on. */
    private void rows(String file, String text) throws Exception {
        Files.writeString(Files.createDirectories(dock.source.resolve("rows")).resolve(file), text);
        dock.files("    databases:\n      main:\n        url: $DATABASE_URL\n        backup: {store: backups}\n"
                + "        migrate: {flyway: db}\n        reference-data: {files: rows, tables: [coats]}\n");
    }

    private void write(String file, String sql) throws Exception {
        Files.writeString(Files.createDirectories(dock.source.resolve("db")).resolve(file), sql);
    }

    private void guarded(String guards) throws Exception {
        dock.files("    databases:\n      main:\n        url: $DATABASE_URL\n        backup: {store: backups}\n"
                + "        migrate: {flyway: db" + guards + "}\n");
    }

    private Review review(String version) throws Exception {
        return Review.parse(dock.ready(version).review().review().text());
    }

    private void release(String version) throws Exception {
        OpenResult opened = dock.opened(version);
        dock.activities().backUp(dock.step(opened, 1));
        dock.activities().migrate(dock.step(opened, 2));
        dock.activities().deploy(dock.step(opened, 3));
        assertThat(dock.close(opened.grant(), "SUCCEEDED").outcome()).isEqualTo("SUCCEEDED");
    }
}
