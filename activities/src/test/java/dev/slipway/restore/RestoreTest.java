package dev.slipway.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.SmallPooler;
import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.database.backup.KeptBackups;
import dev.slipway.database.backup.PgRestore;
import dev.slipway.database.restore.SwitchStep;
import dev.slipway.evidence.EvidenceActivities.Backups;
import dev.slipway.evidence.EvidenceActivities.LeftDatabase;
import dev.slipway.evidence.EvidenceActivities.RecordedBackup;
import dev.slipway.ledger.Change;
import dev.slipway.ledger.S3Server;
import dev.slipway.process.CommandRunner;
import dev.slipway.process.Pulse;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.Policy;
import dev.slipway.record.Step;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.CloseResult;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.release.ReleaseActivities.StepResult;
import dev.slipway.release.ReleaseName;
import dev.slipway.restore.RestoreActivities.ConfirmResult;
import dev.slipway.restore.RestoreActivities.DrillResult;
import dev.slipway.served.Served;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import dev.slipway.steps.StepObserver;
import dev.slipway.trust.SignedStatement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreTest {

    private static final AtomicInteger SHOPS = new AtomicInteger();
    private static ThrowAwayCluster cluster;

    @TempDir
    Path home;

    @BeforeAll
    static void start() {
        cluster = ThrowAwayCluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private Restoring shop(String restore) throws Exception {
        return new Restoring(cluster, home, "shop" + SHOPS.incrementAndGet(), restore);
    }

    @Test
    void copiesRowsBackOntoAPopulatedDatabaseAndSaysBeforeWhatIsLost() throws Exception {
        try (Restoring shop = shop("{switch: copy}")) {
            String before = shop.rows(shop.name);
            shop.released("1.0.0");
            shop.sql(shop.name, Restoring.SINCE);
            OpenResult opened = shop.opened("ana", Restoring.usual());
            StepResult restored = shop.restored(opened);
            assertThat(restored.summary()).contains("before 1.0.0", "the present database is as it was");
            Comparison comparison = shop.comparison(opened);
            assertThat(comparison.lost())
                    .satisfiesExactlyInAnyOrder(
                            customers -> assertThat(customers)
                                    .contains(
                                            "public.customers",
                                            "1 row added",
                                            "LOST",
                                            "1 row changed",
                                            "1 row deleted"),
                            orders -> assertThat(orders)
                                    .contains("public.orders", "1 row added", "1 row changed", "1 row deleted"),
                            notes -> assertThat(notes).contains("public.notes", "3 rows now", "2 rows in the backup"));
            assertThat(shop.rows(shop.name)).isNotEqualTo(before);
            assertThat(shop.confirm(opened, shop.yes("ben", opened).signed()).enough())
                    .isTrue();
            shop.dock.restores().backUpPresent(shop.dock.step(opened, 2));
            StepResult switched = shop.dock.restores().switchOver(shop.dock.step(opened, 3));
            assertThat(switched.undo())
                    .startsWith(
                            "slipway restore shop/production --database main --backup shop-production-main-restore-")
                    .endsWith(" --reason WHY   # what was there before this restore");
            assertThat(shop.rows(shop.name)).isEqualTo(before);
            assertThat(shop.ask(shop.name, "SELECT tgenabled FROM pg_trigger WHERE tgname = 'touching'"))
                    .isEqualTo("O");
            CloseResult closed = shop.close(opened, "SUCCEEDED");
            assertThat(closed.outcome()).isEqualTo("SUCCEEDED");
            assertThat(closed.changed())
                    .containsExactly("the database main holds a backup that was taken before 1.0.0");
            assertThat(shop.dock.state().live().version()).isEqualTo("1.0.0");
            assertThat(shop.dock.state().locked()).isEmpty();
            assertThat(shop.dock.state().openGrant()).isEmpty();
        }
    }

    @Test
    void leavesWhatTellsOfTheSchemaWhereRowsAloneGoBack() throws Exception {
        try (Restoring shop = shop("{switch: copy}")) {
            shop.sql(
                    shop.name,
                    "CREATE TABLE _prisma_migrations (id text PRIMARY KEY); INSERT INTO _prisma_migrations"
                            + " VALUES ('first')");
            shop.released("1.0.0");
            shop.sql(
                    shop.name,
                    "INSERT INTO _prisma_migrations VALUES ('second'); UPDATE customers SET name = 'nobody' WHERE id = 3");
            OpenResult opened = shop.confirmed(Restoring.usual());
            assertThat(shop.comparison(opened).tables())
                    .extracting(Comparison.Table::name)
                    .containsExactly("public.customers");
            shop.dock.restores().backUpPresent(shop.dock.step(opened, 2));
            shop.dock.restores().switchOver(shop.dock.step(opened, 3));

            assertThat(shop.ask(shop.name, "SELECT count(*) FROM _prisma_migrations"))
                    .isEqualTo("2");
            assertThat(shop.ask(shop.name, "SELECT name FROM customers WHERE id = 3"))
                    .isEqualTo("customer 3");
        }
    }

    @Test
    void copiesOnlyTheTablesThatWereChosen() throws Exception {
        try (Restoring shop = shop("{switch: copy}")) {
            shop.released("1.0.0");
            OpenResult unknown = shop.opened("ana", new Wish("main", "", "", List.of("nothing"), false));
            assertThatThrownBy(() -> shop.restored(unknown)).hasStackTraceContaining("the backup has no table nothing");
            assertThat(shop.databases()).containsExactly(shop.name);
            shop.close(unknown, "FAILED");
            shop.sql(shop.name, Restoring.SINCE);
            OpenResult opened = shop.confirmed(new Wish("main", "", "", List.of("notes"), false));
            assertThat(shop.comparison(opened).tables())
                    .extracting(Comparison.Table::name)
                    .containsExactly("public.notes");
            shop.dock.restores().backUpPresent(shop.dock.step(opened, 2));
            shop.dock.restores().switchOver(shop.dock.step(opened, 3));
            assertThat(shop.ask(shop.name, "SELECT count(*) FROM notes")).isEqualTo("2");
            assertThat(shop.ask(shop.name, "SELECT count(*) FROM customers WHERE id = 21"))
                    .isEqualTo("1");
        }
    }

    @Test
    void refusesAPoolerThatWouldLoseItsSession() throws Exception {
        try (Restoring shop = shop("{switch: copy}");
                SmallPooler pooler = new SmallPooler(SmallPooler.Mode.TRANSACTION, cluster.port())) {
            shop.released("1.0.0");
            shop.dock.secret("DATABASE_URL", pooler.url(shop.name).display());
            OpenResult opened = shop.opened("ana", Restoring.usual());

            assertThatThrownBy(() -> shop.restored(opened)).hasStackTraceContaining("is a pooler in transaction mode");

            assertThat(shop.databases()).containsExactly(shop.name);
        }
    }

    @Test
    void asksForNoYesWhereTheRowsDoNotFitAnyMore() throws Exception {
        try (Restoring shop = shop("{switch: copy}")) {
            shop.released("1.0.0");
            for (String[] change : List.of(
                    new String[] {
                        "ALTER TABLE notes RENAME COLUMN what TO words",
                        "public.notes has no what any more, which the backup has; leave the table out with --tables",
                        "ALTER TABLE notes RENAME COLUMN words TO what"
                    },
                    new String[] {
                        "ALTER TABLE notes RENAME TO papers",
                        "public.notes is not there any more, and rows are copied into tables that are there only",
                        "ALTER TABLE papers RENAME TO notes"
                    },
                    new String[] {
                        "DELETE FROM orders WHERE id = 1; ALTER TABLE orders ADD COLUMN price int NOT NULL DEFAULT 1;"
                                + " ALTER TABLE orders ALTER COLUMN price DROP DEFAULT",
                        "public.orders needs a value for price, which the backup does not have; give it a default",
                        "ALTER TABLE orders ALTER COLUMN price SET DEFAULT 1"
                    })) {
                shop.sql(shop.name, change[0]);
                OpenResult opened = shop.opened("ana", Restoring.usual());
                assertThatThrownBy(() -> shop.restored(opened))
                        .hasStackTraceContaining(
                                "restore main: the rows of the backup cannot be copied back: " + change[1]);
                assertThatThrownBy(() -> shop.comparison(opened))
                        .hasStackTraceContaining("nothing was restored and compared yet");
                assertThat(shop.databases()).containsExactly(shop.name);
                CloseResult closed = shop.close(opened, "FAILED");
                assertThat(closed.changed()).isEmpty();
                assertThat(closed.safe()).isTrue();
                shop.sql(shop.name, change[2]);
            }
            assertThat(shop.confirmed(Restoring.usual()).opening()).isEqualTo(Opening.OPENED);
        }
    }

    @Test
    void takesNoRowsOfOtherTablesAlong() throws Exception {
        try (Restoring shop = shop("{switch: copy}")) {
            shop.released("1.0.0");
            shop.sql(shop.name, Restoring.SINCE);
            String now = shop.rows(shop.name);
            Wish customers = new Wish("main", "", "", List.of("customers"), false);
            OpenResult opened = shop.confirmed(customers);
            // after the comparison, which would have said it
            shop.sql(
                    shop.name,
                    "ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey;"
                            + " ALTER TABLE orders ADD FOREIGN KEY (customer) REFERENCES customers ON DELETE CASCADE");
            shop.dock.restores().backUpPresent(shop.dock.step(opened, 2));
            assertThatThrownBy(() -> shop.dock.restores().switchOver(shop.dock.step(opened, 3)))
                    .hasStackTraceContaining("which is not among the tables that are copied back");
            assertThat(shop.rows(shop.name)).isEqualTo(now);
            CloseResult closed = shop.close(opened, "FAILED");
            assertThat(closed.outcome()).isEqualTo("FAILED");
            assertThat(closed.changed()).isEmpty();
            assertThat(shop.dock.state().locked()).isEmpty();
            OpenResult again = shop.opened("ana", customers);
            assertThatThrownBy(() -> shop.restored(again))
                    .hasStackTraceContaining("cannot be copied back: rows of public.customers would be taken out, and"
                            + " with them rows of public.orders, which is not among the tables");
        }
    }

    @Test
    void changesNoValuesOfOtherTablesEither() throws Exception {
        try (Restoring shop = shop("{switch: copy}")) {
            shop.sql(
                    shop.name,
                    "CREATE TABLE letters (name text REFERENCES customers (name) ON UPDATE CASCADE);"
                            + " INSERT INTO letters VALUES ('customer 3'); ALTER TABLE orders ADD FOREIGN KEY (customer)"
                            + " REFERENCES customers ON UPDATE CASCADE");
            shop.released("1.0.0");
            OpenResult opened = shop.confirmed(new Wish("main", "", "", List.of("customers"), false));
            // after the comparison, which would have said it
            shop.sql(shop.name, "UPDATE customers SET name = 'nobody' WHERE id = 3");
            shop.dock.restores().backUpPresent(shop.dock.step(opened, 2));
            assertThatThrownBy(() -> shop.dock.restores().switchOver(shop.dock.step(opened, 3)))
                    .hasStackTraceContaining("values of public.letters, which is not among the tables");
            assertThat(shop.ask(shop.name, "SELECT name FROM letters")).isEqualTo("nobody");
            shop.close(opened, "FAILED");
            OpenResult compared = shop.opened("ana", new Wish("main", "", "", List.of("customers"), false));
            assertThatThrownBy(() -> shop.restored(compared))
                    .hasStackTraceContaining(
                            "cannot be copied back: rows of public.customers would be set to what they");
            shop.close(compared, "FAILED");
            // a key that other tables follow is never written over
            shop.sql(shop.name, "DROP TABLE letters");
            OpenResult again = shop.confirmed(new Wish("main", "", "1.0.0", List.of("customers"), false));
            shop.dock.restores().backUpPresent(shop.dock.step(again, 2));
            shop.dock.restores().switchOver(shop.dock.step(again, 3));
            assertThat(shop.ask(shop.name, "SELECT name FROM customers WHERE id = 3"))
                    .isEqualTo("customer 3");
        }
    }

    @Test
    void givesNoNumberTwiceThatCameBack() throws Exception {
        try (Restoring shop = shop("{switch: copy}")) {
            shop.released("1.0.0");
            shop.sql(shop.name, "TRUNCATE orders RESTART IDENTITY");
            OpenResult opened = shop.confirmed(Restoring.usual());
            shop.dock.restores().backUpPresent(shop.dock.step(opened, 2));
            shop.dock.restores().switchOver(shop.dock.step(opened, 3));
            assertThat(shop.ask(shop.name, "INSERT INTO orders (customer, what) VALUES (1, 'tea') RETURNING id"))
                    .isEqualTo("21");
        }
    }

    @Test
    void commitsNothingAfterItsTime() throws Exception {
        for (String way : List.of("copy", "rename")) {
            Path folder = Files.createDirectories(home.resolve(way));
            try (Restoring shop =
                    new Restoring(cluster, folder, "shop" + SHOPS.incrementAndGet(), "{switch: " + way + "}")) {
                shop.released("1.0.0");
                shop.sql(shop.name, Restoring.SINCE);
                String now = shop.rows(shop.name);
                OpenResult opened = shop.confirmed(Restoring.usual());
                Served served = shop.dock.served();
                Grant grant = shop.dock.state().openGrant().orElseThrow();
                Instant time = served.record().now();
                Step over = grant.step(way.equals("copy") ? 3 : 2).orElseThrow().begun(time, time, "");
                StepContext context = new StepContext(
                        served, grant, over, served.plan(grant.plan()).orElseThrow());
                assertThatThrownBy(() -> new SwitchStep(new CommandRunner()).act(context, Pulse.unheard()))
                        .isInstanceOf(StepFailed.class)
                        .hasMessageContaining("its time was over");
                assertThat(shop.rows(shop.name)).isEqualTo(now);
                assertThat(shop.databases()).anyMatch(name -> name.contains("_restored_"));
            }
        }
    }

    @Test
    void copiesBackOnceEvenWhenNobodyHeardThatItWasDone() throws Exception {
        try (Restoring shop = shop("{switch: copy}")) {
            shop.released("1.0.0");
            shop.sql(shop.name, Restoring.SINCE);
            OpenResult opened = shop.confirmed(Restoring.usual());
            shop.dock.restores().backUpPresent(shop.dock.step(opened, 2));
            // its worker is gone between the commit and the entry of the record
            shop.dock.serveAgain(new StepObserver() {
                @Override
                public void acted(String release, String step) {
                    throw new IllegalStateException("the power is gone");
                }
            });
            assertThatThrownBy(() -> shop.dock.restores().switchOver(shop.dock.step(opened, 3)))
                    .hasStackTraceContaining("the power is gone");
            assertThat(shop.dock
                            .state()
                            .openGrant()
                            .orElseThrow()
                            .step(3)
                            .orElseThrow()
                            .state())
                    .isEqualTo(Step.StepState.BEGAN);
            shop.dock.serveAgain(StepObserver.nobody());
            shop.sql(shop.name, "INSERT INTO customers VALUES (99, 'came after the restore')");
            StepResult again = shop.dock.restores().switchOver(shop.dock.step(opened, 3));
            assertThat(again.summary()).contains("by an earlier attempt");
            assertThat(shop.ask(shop.name, "SELECT count(*) FROM customers WHERE id = 99"))
                    .isEqualTo("1");
            assertThat(shop.ask(shop.name, "SELECT count(*) FROM customers WHERE id = 21"))
                    .isEqualTo("0");
        }
    }

    @Test
    void renamesBothWhilePeopleAreConnectedAndKeepsWhatBelongsToTheName() throws Exception {
        try (Restoring shop = shop("{switch: rename}")) {
            String before = shop.rows(shop.name);
            String app = "app_" + shop.name;
            shop.sql(
                    "postgres",
                    "CREATE ROLE " + app + " LOGIN; REVOKE CONNECT ON DATABASE " + shop.name
                            + " FROM PUBLIC; GRANT CONNECT ON DATABASE " + shop.name + " TO " + app
                            + "; ALTER DATABASE "
                            + shop.name + " SET search_path TO public, \"$user\"; ALTER DATABASE " + shop.name
                            + " SET statement_timeout TO '7s'; ALTER ROLE " + app + " IN DATABASE " + shop.name
                            + " SET work_mem TO '5MB'; ALTER DATABASE " + shop.name + " CONNECTION LIMIT 40");
            shop.sql(shop.name, "GRANT SELECT ON notes TO " + app);
            shop.released("1.0.0");
            shop.sql(shop.name, Restoring.SINCE);
            String now = shop.rows(shop.name);
            OpenResult opened = shop.confirmed(Restoring.usual());
            AtomicBoolean over = new AtomicBoolean();
            Thread pool = new Thread(() -> {
                while (!over.get()) {
                    try (Connection connection = DriverManager.getConnection(shop.jdbc(shop.name), "postgres", "");
                            Statement statement = connection.createStatement()) {
                        while (!over.get()) {
                            statement.execute("SELECT pg_sleep(0.01)");
                        }
                    } catch (SQLException ended) {
                        // a pool connects again
                    }
                }
            });
            pool.start();
            StepResult switched;
            try {
                switched = shop.dock.restores().switchOver(shop.dock.step(opened, 2));
            } finally {
                over.set(true);
                pool.join();
            }
            String kept = switched.facts().get("kept");
            assertThat(shop.databases()).containsExactlyInAnyOrder(shop.name, kept);
            assertThat(shop.rows(shop.name)).isEqualTo(before);
            assertThat(shop.rows(kept)).isEqualTo(now);
            assertThat(shop.ask(shop.name, "SHOW search_path")).isEqualTo("public, \"$user\"");
            assertThat(shop.ask(shop.name, "SHOW statement_timeout")).isEqualTo("7s");
            assertThat(shop.ask(
                            "postgres",
                            "SELECT datconnlimit || ' ' || has_database_privilege('" + app
                                    + "', datname, 'CONNECT')::text || ' ' || (SELECT count(*) FROM aclexplode(datacl) a WHERE"
                                    + " a.grantee = 0 AND a.privilege_type = 'CONNECT') FROM pg_database WHERE datname = '"
                                    + shop.name + "'"))
                    .isEqualTo("40 true 0");
            assertThat(shop.ask(shop.name, "SELECT has_table_privilege('" + app + "', 'notes', 'SELECT')"))
                    .isEqualTo("t");
            assertThat(shop.ask(
                            "postgres",
                            "SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid ="
                                    + " s.setdatabase WHERE d.datname = '" + shop.name + "' AND setrole <> 0"))
                    .isEqualTo("1");
            // the undo is what a person can paste
            assertThat(switched.undo())
                    .startsWith(
                            "psql \"$DATABASE_URL\" -v ON_ERROR_STOP=1 -c '\\connect postgres' -c 'ALTER DATABASE \""
                                    + shop.name + "\" RENAME");
            StepResult again = shop.dock.restores().switchOver(shop.dock.step(opened, 2));
            assertThat(again.summary()).isEqualTo(switched.summary());
            assertThat(switched.lines())
                    .containsExactly("'" + kept
                            + "' still holds what was there before; `dropdb --maintenance-db=\"$DATABASE_URL\" " + kept
                            + "` when nobody needs it");
            // under the name that it was restored under there is nothing to drop any more
            assertThat(shop.close(opened, "SUCCEEDED").undo()).containsExactly(switched.undo());
            ProcessBuilder pasting = new ProcessBuilder("sh", "-c", switched.undo()).inheritIO();
            pasting.environment().put("DATABASE_URL", cluster.url(shop.name));
            assertThat(pasting.start().waitFor()).isZero();
            assertThat(shop.rows(shop.name)).isEqualTo(now);
        }
    }

    private static String hint(StepResult restored, String what) {
        return restored.lines().stream()
                .filter(line -> line.startsWith(what))
                .map(line -> line.substring(what.length()))
                .findFirst()
                .orElseThrow();
    }

    /** What somebody reads who pastes it into a shell that knows nothing of the database. */
    private String pasted(String command) throws Exception {
        Path output = home.resolve("pasted.log");
        ProcessBuilder pasting = new ProcessBuilder("sh", "-c", command).redirectOutput(output.toFile());
        pasting.redirectError(ProcessBuilder.Redirect.INHERIT);
        pasting.environment().keySet().removeIf(name -> name.startsWith("PG") || name.endsWith("DATABASE_URL"));
        assertThat(pasting.start().waitFor()).as(command).isZero();
        return Files.readString(output).strip();
    }

    @Test
    void leavesWhatWasRestoredBesideWhereThePlanNamesNoWay() throws Exception {
        try (Restoring shop = shop("{reason: optional}")) {
            String before = shop.rows(shop.name);
            shop.released("1.0.0");
            shop.sql(shop.name, Restoring.SINCE);
            String now = shop.rows(shop.name);
            OpenResult opened = shop.opened("ana", Restoring.usual());
            assertThat(opened.steps()).hasSize(1);
            StepResult restored = shop.restored(opened);
            assertThat(shop.rows(restored.facts().get("restored"))).isEqualTo(before);
            assertThat(shop.rows(shop.name)).isEqualTo(now);
            assertThat(restored.lines())
                    .anyMatch(line -> line.startsWith("to throw it away: dropdb --maintenance-db=\"$DATABASE_URL\" "));
            String name = restored.facts().get("restored");
            assertThat(pasted(hint(restored, "to look at it: ") + " -Atc 'SELECT current_database()'"))
                    .isEqualTo(name);
            shop.sql(shop.name, "TRUNCATE notes");
            pasted(hint(restored, "to copy a table back: ").replace("TABLE", "public.notes"));
            assertThat(shop.ask(shop.name, "SELECT count(*) FROM notes"))
                    .isEqualTo(shop.ask(name, "SELECT count(*) FROM notes"))
                    .isNotEqualTo("0");
            Backups left = shop.left();
            assertThat(left.unasked()).isEmpty();
            assertThat(left.left()).singleElement().satisfies(one -> {
                assertThat(one.name()).isEqualTo(name);
                assertThat(one.open()).as("its restore is under way").isTrue();
                assertThat(one.bytes()).isPositive();
                assertThat(one.half()).isFalse();
            });
            CloseResult closed = shop.close(opened, "SUCCEEDED");
            assertThat(closed.outcome()).isEqualTo("SUCCEEDED");
            assertThat(closed.changed()).isEmpty();
            try (Connection used = DriverManager.getConnection(shop.jdbc(name), "postgres", "")) {
                LeftDatabase one = shop.left().left().get(0);
                assertThat(one.open()).isFalse();
                assertThat(one.sessions()).isEqualTo(1);
                assertThat(one.drop()).isEqualTo("dropdb --maintenance-db=\"$DATABASE_URL\" " + name);
            }
            OpenResult again = shop.opened("ana", Restoring.usual());
            shop.restored(again);
            assertThat(shop.comparison(again).notes())
                    .contains("of earlier restores there are still: " + name
                            + "; `slipway backups shop/production` has the commands that drop what nobody needs");
        }
    }

    @Test
    void tellsWhatWasLeftFromDatabasesOfOtherNames() throws Exception {
        String name = "a_database_with_a_name_that_leaves_no_room_for_another_word_x" + SHOPS.incrementAndGet();
        try (Restoring shop = new Restoring(cluster, home, name, "{}")) {
            shop.released("1.0.0");
            String ours = PgRestore.nameFor(name, "0123456789abcdef");
            String another = name.substring(0, 20) + "_restored_0123456789ab";
            shop.sql("postgres", "CREATE DATABASE " + ours);
            shop.sql("postgres", "CREATE DATABASE " + another);
            shop.sql("postgres", "COMMENT ON DATABASE " + ours + " IS '" + PgRestore.HALF + "'");

            assertThat(shop.left().left()).singleElement().satisfies(one -> {
                assertThat(one.name()).isEqualTo(ours);
                assertThat(one.half()).isTrue();
            });
            shop.dock.secret("DATABASE_URL", "postgresql://127.0.0.1:1/shop");
            assertThat(shop.left().unasked())
                    .singleElement()
                    .asString()
                    .startsWith("main: postgresql://")
                    .contains("127.0.0.1:1/shop: no connection");
        }
    }

    @Test
    void switchesByACommandThatIsToldTheNameOfWhatWasRestored() throws Exception {
        try (Restoring shop = shop("{switch: command, command: [./switch-database, '${restored}']}")) {
            Path told = home.resolve("told");
            Path script = shop.dock.source.resolve("switch-database");
            Files.writeString(script, "#!/usr/bin/env bash\necho \"$1 ${DATABASE_URL:+knows}\" > " + told + "\n");
            script.toFile().setExecutable(true);
            shop.released("1.0.0");
            OpenResult opened = shop.confirmed(Restoring.usual());
            shop.dock.restores().backUpPresent(shop.dock.step(opened, 2));
            shop.dock.restores().switchOver(shop.dock.step(opened, 3));
            assertThat(told).hasContent(shop.comparison(opened).restored() + " knows\n");
        }
    }

    @Test
    void findsTheBackupOfTheFailedRunAndOfTheLastSucceededOne() throws Exception {
        try (Restoring shop = shop("{by: [ana]}")) {
            shop.released("1.0.0");
            shop.sql(shop.name, "INSERT INTO notes VALUES ('between')");
            shop.failed("1.1.0");
            shop.sql(shop.name, "INSERT INTO notes VALUES ('after')");
            OpenResult succeeded = shop.opened("ana", Restoring.usual());
            assertThat(shop.ask(shop.restored(succeeded).facts().get("restored"), "SELECT count(*) FROM notes"))
                    .isEqualTo("2");
            shop.close(succeeded, "SUCCEEDED");
            OpenResult failed = shop.opened("ana", new Wish("", "", "1.1.0", List.of(), false));
            assertThat(shop.ask(shop.restored(failed).facts().get("restored"), "SELECT count(*) FROM notes"))
                    .isEqualTo("3");
            assertThat(shop.comparison(failed).version()).isEqualTo("1.1.0");
            shop.close(failed, "SUCCEEDED");
            String name = Path.of(shop.dock.state().backups().get(0).dump())
                    .getFileName()
                    .toString();
            assertThat(shop.open(shop.wish("ana", new Wish("", name, "", List.of(), false)))
                            .opening())
                    .isEqualTo(Opening.OPENED);
        }
    }

    @Test
    void goesByNoPlanThatWasOnlyAskedFor() throws Exception {
        try (Restoring shop = shop("{by: [ana]}")) {
            shop.failed("1.0.0");
            shop.dock.files(
                    "    databases:\n      main:\n        url: $DATABASE_URL\n        backup: {store: backups}\n"
                            + "        restore: {by: [ben]}\n");
            Dock.Ready refused = shop.dock.ready("1.0.0");
            shop.dock.close(refused.request().id(), "REJECTED");
            Wish wish = new Wish("", "", "1.0.0", List.of(), false);

            assertThat(shop.open(shop.wish("ben", wish)).why())
                    .anyMatch(why -> why.contains("'ben' is not among those who may restore: [ana]"));
            assertThat(shop.open(shop.wish("ana", wish)).opening()).isEqualTo(Opening.OPENED);
        }
    }

    @Test
    void takesABackupOfAPhaseAloneForTheOneBeforeNoRelease() throws Exception {
        try (Restoring shop = shop("{switch: copy}")) {
            shop.released("1.0.0");
            String before = shop.dock.state().backups().get(0).dump();
            shop.sql(shop.name, "INSERT INTO notes VALUES ('later')");
            shop.ranBackup("1.0.0");
            String byRun = shop.dock.state().backups().get(0).dump();
            assertThat(byRun).isNotEqualTo(before);
            assertThat(new KeptBackups(shop.dock.served().settings()).of(shop.dock.state()))
                    .extracting(RecordedBackup::version)
                    .containsExactly("", "1.0.0");
            for (Wish wish : List.of(Restoring.usual(), new Wish("", "", "1.0.0", List.of(), false))) {
                OpenResult opened = shop.opened("ana", wish);
                shop.restored(opened);
                assertThat(shop.comparison(opened).backup()).isEqualTo(before);
                shop.close(opened, "SUCCEEDED");
            }
            OpenResult named = shop.opened("ana", new Wish("", byRun, "", List.of(), false));
            assertThat(shop.restored(named).summary()).contains("(by run)");
            assertThat(shop.comparison(named).backup()).isEqualTo(byRun);
            shop.close(named, "SUCCEEDED");
            assertThat(shop.drill("ben", new Wish("", "", "", List.of(), true)).met())
                    .isTrue();
            assertThat(shop.dock.served().record().head().entry().event().facts())
                    .containsEntry("dump", byRun);
        }
    }

    @Test
    void opensNothingForWhoMayNotAndNothingTwice() throws Exception {
        try (Restoring shop = shop("{by: [ana]}")) {
            shop.released("1.0.0");
            assertThat(shop.open(shop.wish("ben", Restoring.usual())).why())
                    .anyMatch(why -> why.contains("'ben' is not among those who may restore: [ana]"));
            assertThat(shop.open(shop.wish("mallory", Restoring.usual())).opening())
                    .isEqualTo(Opening.REFUSED);
            SignedStatement wish = shop.wish("ana", Restoring.usual());
            OpenResult opened = shop.open(wish);
            assertThat(opened.opening()).isEqualTo(Opening.OPENED);
            assertThat(shop.open(wish).grant()).isEqualTo(opened.grant());
            shop.close(opened, "CANCELLED");
            assertThat(shop.open(wish).why()).anyMatch(why -> why.contains("used up already"));
            assertThat(shop.open(shop.wish("ana", new Wish("", "nothing", "", List.of(), false)))
                            .why())
                    .anyMatch(why -> why.contains("no backup 'nothing'; there are shop-production-main-1.0.0-"));
        }
    }

    @Test
    void switchesNothingWithoutTheWordTheReasonAndTheVeryComparison() throws Exception {
        try (Restoring shop = shop("{switch: copy, by: [ana]}")) {
            shop.released("1.0.0");
            shop.sql(shop.name, Restoring.SINCE);
            String now = shop.rows(shop.name);
            OpenResult opened = shop.opened("ana", Restoring.usual());
            assertThatThrownBy(() -> shop.confirm(opened, shop.wish("ana", Restoring.usual())))
                    .hasStackTraceContaining("nothing was restored and compared yet");
            shop.restored(opened);
            Dock.Draft unsure = shop.yes("ana", opened);
            unsure.confirm = "confirm";
            unsure.reason = "";
            assertThat(shop.confirm(opened, unsure.signed()).problems())
                    .anyMatch(why -> why.contains("the word 'CONFIRM', exactly so"))
                    .anyMatch(why -> why.contains("a reason"));
            Dock.Draft another = shop.yes("ana", opened);
            another.about = "0".repeat(64);
            assertThat(shop.confirm(opened, another.signed()).problems()).isNotEmpty();
            assertThat(shop.confirm(opened, shop.yes("ben", opened).signed()).problems())
                    .isNotEmpty();
            // who wished for it has not said yes to what would be lost
            assertThat(shop.confirm(opened, shop.wish("ana", Restoring.usual())).problems())
                    .isNotEmpty();
            assertThatThrownBy(() -> shop.dock.restores().switchOver(shop.dock.step(opened, 3)))
                    .hasStackTraceContaining("nobody has confirmed this restore yet");
            Dock.Draft late = shop.yes("ana", opened);
            late.lasts = Duration.ofHours(4);
            SignedStatement tooLate = late.signed();
            shop.dock.clock.passes(Duration.ofMinutes(61));
            assertThat(shop.confirm(opened, tooLate).problems()).anyMatch(why -> why.contains("too old"));
            assertThat(shop.rows(shop.name)).isEqualTo(now);
            CloseResult closed = shop.close(opened, "EXPIRED");
            assertThat(closed.outcome()).isEqualTo("EXPIRED");
            String left = shop.ask(
                    "postgres",
                    "SELECT datname FROM pg_database WHERE datname LIKE '" + shop.name + "\\_restored\\_%'");
            assertThat(closed.left())
                    .isEqualTo(
                            "what was restored is left beside the present database; when nobody needs it: `dropdb --maintenance-db=\"$DATABASE_URL\" "
                                    + left + "`");
            assertThat(shop.dock.served().record().head().entry().event().text())
                    .endsWith("; " + closed.left());
            assertThat(closed.undo())
                    .containsExactly("dropdb --maintenance-db=\"$DATABASE_URL\" " + left
                            + "   # when nobody needs what was restored any more");
        }
    }

    @Test
    void switchesNothingByAYesOfHoursAgo() throws Exception {
        for (String way : List.of("copy", "rename", "command")) {
            Path folder = Files.createDirectories(home.resolve(way));
            String restore = way.equals("command")
                    ? "{switch: command, command: [./switch, '${restored}']}"
                    : "{switch: " + way + "}";
            try (Restoring shop = new Restoring(cluster, folder, "shop" + SHOPS.incrementAndGet(), restore)) {
                shop.released("1.0.0");
                shop.sql(shop.name, Restoring.SINCE);
                String now = shop.rows(shop.name);
                OpenResult opened = shop.confirmed(Restoring.usual());
                int number = way.equals("rename") ? 2 : 3;
                if (number == 3) {
                    shop.dock.restores().backUpPresent(shop.dock.step(opened, 2));
                }
                shop.dock.clock.passes(
                        shop.dock.plan("1.0.0").timeouts().get("backup").plusMinutes(16));
                assertThatThrownBy(() -> shop.dock.restores().switchOver(shop.dock.step(opened, number)))
                        .hasStackTraceContaining("this attempt has switched nothing; ask for the restore again");
                assertThat(shop.rows(shop.name)).isEqualTo(now);
                assertThat(shop.close(opened, "FAILED").changed()).isEmpty();
            }
        }
    }

    @Test
    void endsByASignedNoOfWhoMayAndByNobodyElses() throws Exception {
        try (Restoring shop = shop("{switch: copy, by: [ana]}")) {
            shop.released("1.0.0");
            OpenResult opened = shop.opened("ana", Restoring.usual());
            shop.restored(opened);
            assertThat(shop.refuse(opened, shop.no("mallory", opened).signed()).problems())
                    .isNotEmpty();
            Dock.Draft another = shop.no("ben", opened);
            another.about = "0".repeat(64);
            assertThat(shop.refuse(opened, another.signed()).problems()).isNotEmpty();
            Dock.Draft release = shop.no("ben", opened);
            release.version = "1.0.0";
            assertThat(shop.refuse(opened, release.signed()).problems())
                    .containsExactly(
                            "the statement is about '1.0.0', not '" + ReleaseName.restore(opened.grant()) + "'");
            SignedStatement no = shop.no("ben", opened).signed();

            ConfirmResult refused = shop.refuse(opened, no);

            assertThat(refused.enough()).as(refused.toString()).isTrue();
            assertThat(refused.text()).startsWith("rejected by ben: ");
            assertThat(refused.receipt()).hasSize(1);
            assertThat(shop.refuse(opened, no)).isEqualTo(refused);
            assertThat(shop.confirm(opened, shop.yes("ana", opened).signed()).problems())
                    .anyMatch(why -> why.contains("this restore was rejected by ben"));
            assertThatThrownBy(() -> shop.dock.restores().switchOver(shop.dock.step(opened, 3)))
                    .hasStackTraceContaining("nobody has confirmed this restore yet");
            assertThat(shop.close(opened, "REJECTED").outcome()).isEqualTo("REJECTED");

            OpenResult confirmed = shop.confirmed("ana", new Wish("", "", "1.0.0", List.of(), false));
            assertThat(shop.refuse(confirmed, shop.no("ana", confirmed).signed())
                            .problems())
                    .anyMatch(why -> why.contains("the restore was confirmed already"));
            assertThat(shop.close(confirmed, "REJECTED").outcome()).isEqualTo("FAILED");
        }
    }

    @Test
    void countsNoYesAfterANoHoweverMuchIsWrittenMeanwhile() throws Exception {
        try (Restoring shop = shop("{switch: copy, by: [ana]}")) {
            shop.released("1.0.0");
            OpenResult opened = shop.opened("ana", Restoring.usual());
            shop.restored(opened);
            SignedStatement no = shop.no("ben", opened).signed();
            assertThat(shop.refuse(opened, no).enough()).isTrue();
            for (int entry = 0; entry < 501; entry++) {
                shop.dock
                        .served()
                        .record()
                        .change(now -> Optional.of(new Change(
                                new Event(Event.Kind.CLOSED, "shop/production", "of something else", Map.of()),
                                now.state())));
            }

            ConfirmResult confirmed =
                    shop.confirm(opened, shop.yes("ana", opened).signed());

            assertThat(confirmed.enough()).isFalse();
            assertThat(confirmed.problems()).singleElement().asString().startsWith("this restore was rejected; ");
            assertThat(shop.refuse(opened, no).enough()).isTrue();
        }
    }

    @Test
    void doesNotCountTheYesOfWhoAsked() throws Exception {
        try (Restoring shop = shop("{switch: copy}")) {
            shop.released("1.0.0");
            OpenResult opened = shop.opened("ana", Restoring.usual());
            shop.restored(opened);
            assertThat(shop.compared(opened).who()).contains("ben").doesNotContain("ana");
            SignedStatement ana = shop.yes("ana", opened).signed();
            ConfirmResult own = shop.confirm(opened, ana);
            assertThat(own.enough()).isFalse();
            assertThat(own.problems())
                    .anyMatch(
                            why -> why.contains("'ana' asked for this restore, so somebody else has to say yes to it"));
            assertThat(shop.confirm(opened, ana, shop.yes("ben", opened).signed())
                            .enough())
                    .isTrue();
        }
    }

    @Test
    void countsTheYesOfWhoAskedWhereThePlanNamesThem() throws Exception {
        try (Restoring shop = shop("{switch: copy, by: [ana]}")) {
            shop.released("1.0.0");
            OpenResult opened = shop.opened("ana", Restoring.usual());
            shop.restored(opened);
            assertThat(shop.compared(opened).who()).containsExactly("ana");
            assertThat(shop.confirm(opened, shop.yes("ana", opened).signed()).enough())
                    .isTrue();
        }
    }

    @Test
    void asksForAsManyPeopleAsARelease() throws Exception {
        try (Restoring shop = shop("{switch: copy}")) {
            shop.released("1.0.0");
            shop.dock.serve(Policy.floor(2, false, true));
            OpenResult opened = shop.opened("ana", Restoring.usual());
            shop.restored(opened);
            SignedStatement ben = shop.yes("ben", opened).signed();
            ConfirmResult alone = shop.confirm(opened, ben, ben);
            assertThat(alone.enough()).isFalse();
            assertThat(alone.text()).contains("1 of the 2 approvals that this worker's floor asks for");
            assertThat(shop.confirm(opened, ben, shop.yes("cleo", opened).signed())
                            .enough())
                    .isTrue();
            assertThat(shop.dock.served().record().head().entry().event().kind())
                    .isEqualTo(Event.Kind.CONFIRMED);
        }
    }

    @Test
    void restoresNoBackupThatIsDamagedAndLeavesNothing() throws Exception {
        try (Restoring shop = shop("{switch: rename}")) {
            shop.released("1.0.0");
            Path dump = Path.of(shop.dock.state().backups().get(0).dump());
            Files.write(dump, new byte[] {0}, StandardOpenOption.APPEND);
            OpenResult opened = shop.opened("ana", Restoring.usual());
            assertThatThrownBy(() -> shop.restored(opened))
                    .hasStackTraceContaining(
                            "it is damaged; take another: `slipway backups shop/production` lists them,"
                                    + " `slipway restore shop/production --backup NAME` brings one back");
            assertThat(shop.databases()).containsExactly(shop.name);
            CloseResult closed = shop.close(opened, "FAILED");
            assertThat(closed.safe()).isTrue();
            assertThat(closed.left()).isEmpty();
            Files.delete(dump);
            OpenResult missing = shop.opened("ana", Restoring.usual());
            assertThatThrownBy(() -> shop.restored(missing))
                    .hasStackTraceContaining("; take another: `slipway backups");
        }
    }

    @Test
    void needsALoginThatMayMakeDatabases() throws Exception {
        try (Restoring shop = shop("{switch: rename}")) {
            shop.released("1.0.0");
            String role = "small_" + shop.name;
            shop.sql("postgres", "CREATE ROLE " + role + " LOGIN PASSWORD 'x'");
            Files.writeString(
                    home.resolve("DATABASE_URL.secret"), cluster.url(shop.name).replace("postgres@", role + "@"));
            OpenResult opened = shop.opened("ana", Restoring.usual());
            assertThatThrownBy(() -> shop.restored(opened)).hasStackTraceContaining("may make no databases");
        }
    }

    @Test
    void copiesBackAndRenamesAsTheOwnerWhoIsNoSuperuser() throws Exception {
        for (String way : List.of("copy", "rename")) {
            Path folder = Files.createDirectories(home.resolve(way));
            try (Restoring shop =
                    new Restoring(cluster, folder, "shop" + SHOPS.incrementAndGet(), "{switch: " + way + "}")) {
                String owner = "owner_" + shop.name;
                shop.sql(
                        "postgres",
                        "CREATE ROLE " + owner + " LOGIN CREATEDB; ALTER DATABASE " + shop.name + " OWNER TO " + owner);
                shop.sql(
                        shop.name,
                        "ALTER SCHEMA public OWNER TO " + owner + "; ALTER TABLE customers OWNER TO " + owner
                                + "; ALTER TABLE orders OWNER TO " + owner + "; ALTER TABLE notes OWNER TO " + owner
                                + "; ALTER FUNCTION touch OWNER TO " + owner);
                Files.writeString(
                        folder.resolve("DATABASE_URL.secret"),
                        cluster.url(shop.name).replace("postgres@", owner + "@"));
                String before = shop.rows(shop.name);
                shop.released("1.0.0");
                shop.sql(shop.name, Restoring.SINCE);
                OpenResult opened = shop.confirmed(Restoring.usual());
                if (way.equals("copy")) {
                    shop.dock.restores().backUpPresent(shop.dock.step(opened, 2));
                }
                shop.dock.restores().switchOver(shop.dock.step(opened, way.equals("copy") ? 3 : 2));
                assertThat(shop.rows(shop.name)).isEqualTo(before);
            }
        }
    }

    @Test
    void copiesBackAsTheRoleOfThePlanAlsoByALoginThatInheritsNothing() throws Exception {
        for (String inherits : List.of("INHERIT", "NOINHERIT")) {
            String name = "shop" + SHOPS.incrementAndGet();
            String owner = "owner_" + name;
            Path folder = Files.createDirectories(home.resolve(inherits));
            try (Restoring shop = new Restoring(
                    cluster,
                    folder,
                    name,
                    "{switch: copy}\n        role: " + owner + "\n        backup-url: $DUMP_URL")) {
                shop.sql(
                        "postgres",
                        "CREATE ROLE " + owner + "; CREATE ROLE login_" + name + " LOGIN CREATEDB " + inherits
                                + " IN ROLE " + owner + "; CREATE ROLE dumps_" + name
                                + " LOGIN IN ROLE pg_read_all_data");
                shop.sql(
                        name,
                        "ALTER TABLE customers OWNER TO " + owner + "; ALTER TABLE orders OWNER TO " + owner
                                + "; ALTER TABLE notes OWNER TO " + owner);
                shop.dock.secret("DATABASE_URL", cluster.url(name).replace("postgres@", "login_" + name + "@"));
                shop.dock.secret("DUMP_URL", cluster.url(name).replace("postgres@", "dumps_" + name + "@"));
                String before = shop.rows(name);
                shop.released("1.0.0");
                shop.sql(name, Restoring.SINCE);
                OpenResult opened = shop.confirmed(Restoring.usual());
                shop.dock.restores().backUpPresent(shop.dock.step(opened, 2));
                shop.sql(
                        name,
                        "CREATE FUNCTION who() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN IF current_user <> '"
                                + owner
                                + "' THEN RAISE EXCEPTION 'not as %', current_user; END IF; END$$; CREATE EVENT TRIGGER who"
                                + " ON ddl_command_start WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION who()");
                shop.dock.restores().switchOver(shop.dock.step(opened, 3));
                assertThat(shop.rows(name)).isEqualTo(before);
            }
        }
    }

    @Test
    void restoresNothingByALoginThatCouldNotRenameWhatIsThere() throws Exception {
        try (Restoring shop = shop("{switch: rename}")) {
            shop.released("1.0.0");
            String owner = "owner_" + shop.name;
            shop.sql(
                    "postgres",
                    "CREATE ROLE " + owner + "; ALTER DATABASE " + shop.name + " OWNER TO " + owner
                            + "; CREATE ROLE login_" + shop.name + " LOGIN CREATEDB NOINHERIT IN ROLE " + owner);
            shop.dock.secret("DATABASE_URL", cluster.url(shop.name).replace("postgres@", "login_" + shop.name + "@"));
            OpenResult opened = shop.opened("ana", Restoring.usual());

            assertThatThrownBy(() -> shop.restored(opened))
                    .hasStackTraceContaining("nothing was restored with the login 'login_" + shop.name
                            + "': the database belongs to '" + owner
                            + "', whose rights it does not have by itself, so it could not rename it");
            assertThat(shop.databases()).containsExactly(shop.name);
        }
    }

    @Test
    void comparesTheRowsWithTheManifestsDigests() throws Exception {
        String name = "shop" + SHOPS.incrementAndGet();
        try (Restoring shop = new Restoring(cluster, home, name, "{}")) {
            shop.dock.files("    databases:\n      main:\n        url: $DATABASE_URL\n        backup: {store: backups,"
                    + " verify: restore}\n        restore: {switch: copy}\n");
            shop.released("1.0.0");
            Path manifest = Path.of(shop.dock.state().backups().get(0).dump() + ".json");
            String text = Files.readString(manifest);
            String other = text.replaceFirst(
                    "(\"public.customers\"\\s*,\\s*\"rows\"\\s*:\\s*20\\s*,\\s*\"digest\"\\s*:\\s*\")[-0-9]+", "$17");
            assertThat(other).isNotEqualTo(text);
            assertThat(shop.drill("ana", new Wish("", "", "", List.of(), true)).met())
                    .isTrue();
            Files.writeString(manifest, other);

            OpenResult opened = shop.opened("ana", Restoring.usual());
            String said =
                    "public.customers has other rows than those that the manifest's digest is of, though as many (20)";
            assertThatThrownBy(() -> shop.restored(opened)).hasStackTraceContaining(said);
            assertThat(shop.databases()).containsExactly(name);
            shop.close(opened, "FAILED");
            DrillResult drilled = shop.drill("ana", new Wish("", "", "", List.of(), true));
            assertThat(drilled.met()).isFalse();
            assertThat(drilled.summary()).contains("could NOT be restored: " + said);
        }
    }

    @Test
    void restoresFromABucketWhatNoFileOfThisHostHolds() throws Exception {
        try (S3Server server = S3Server.start(Files.createDirectories(home.resolve("s3")));
                Restoring shop = new Restoring(
                        cluster, home, "shop" + SHOPS.incrementAndGet(), "{switch: copy}", server.place("kept"))) {
            String before = shop.rows(shop.name);
            shop.released("1.0.0");
            assertThat(shop.dock.state().backups().get(0).dump()).startsWith("s3://");
            shop.sql(shop.name, Restoring.SINCE);
            OpenResult opened = shop.confirmed(Restoring.usual());
            shop.dock.restores().backUpPresent(shop.dock.step(opened, 2));
            shop.dock.restores().switchOver(shop.dock.step(opened, 3));
            assertThat(shop.rows(shop.name)).isEqualTo(before);
            assertThat(shop.drill("ana", new Wish("", "", "1.0.0", List.of(), true))
                            .met())
                    .isTrue();
        }
    }

    @Test
    void drillsInAClusterOfItsOwnAndMeasures() throws Exception {
        try (Restoring shop = shop("{rto: 1h, rpo: 24h}")) {
            shop.released("1.0.0");
            DrillResult drilled = shop.drill("ben", new Wish("", "", "", List.of(), true));
            assertThat(drilled.met()).isTrue();
            assertThat(drilled.summary()).contains("it holds what its manifest says");
            assertThat(drilled.lines())
                    .anyMatch(line -> line.startsWith("RTO ") && line.contains("(the plan asks for 1h)"))
                    .anyMatch(line -> line.startsWith("RPO ") && line.contains("(the plan asks for 24h)"));
            Event event = shop.dock.served().record().head().entry().event();
            assertThat(event.kind()).isEqualTo(Event.Kind.DRILLED);
            assertThat(event.facts()).containsEntry("met", "true").containsKeys("seconds", "bytes", "age-seconds");
            assertThat(shop.databases()).containsExactly(shop.name);
            shop.dock.clock.passes(Duration.ofHours(30));
            DrillResult later = shop.drill("ben", new Wish("", "", "", List.of(), true));
            assertThat(later.met()).isFalse();
            assertThat(later.summary())
                    .containsPattern(" in [0-9.]+ s, but the backup is .+ old, which is more than rpo 24h$");
        }
    }

    @Test
    void saysInTheRecordThatABackupCouldNotBeRestored() throws Exception {
        try (Restoring shop = shop("{}")) {
            shop.released("1.0.0");
            Path dump = Path.of(shop.dock.state().backups().get(0).dump());
            Files.write(dump, new byte[] {0}, StandardOpenOption.APPEND);
            DrillResult drilled = shop.drill("ana", new Wish("", "", "", List.of(), true));
            assertThat(drilled.met()).isFalse();
            assertThat(shop.dock.served().record().head().entry().event().text())
                    .contains("could NOT be restored", "; try another: `slipway backups shop/production` lists them");
            assertThatThrownBy(() -> shop.drill("mallory", new Wish("", "", "", List.of(), true)))
                    .isNotNull();
        }
    }
}
