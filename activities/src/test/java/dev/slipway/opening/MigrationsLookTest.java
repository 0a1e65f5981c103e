package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.ledger.Change;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.PreflightResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of migrations before anybody is asked to approve. */
class MigrationsLookTest {

    @TempDir
    private Path folder;

    private Dock dock;
    private static ThrowAwayCluster cluster;
    private Path migrations;

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
        dock.secret("DATABASE_URL", cluster.createDatabase("shop"));
        dock.serve(Dock.NO_FLOOR);
        migrations = Files.createDirectories(dock.source.resolve("prisma/migrations/20240101000000_first"));
        Files.writeString(migrations.resolve("migration.sql"), "CREATE TABLE orders (id int PRIMARY KEY);\n");
        dock.files("    databases:\n      main:\n        url: $DATABASE_URL\n"
                + "        migrate: {prisma: prisma/migrations}\n");
    }

    @AfterEach
    void close() {
        dock.close();
        cluster.execute("postgres", "DROP DATABASE shop WITH (FORCE)");
    }

    private PreflightResult preflight(String version) throws Exception {
        ReleasePlan plan = dock.plan(version);
        return dock.preflight(plan, dock.request(plan));
    }

    private void release(String version) throws Exception {
        OpenResult opened = dock.opened(version);
        dock.activities().migrate(dock.step(opened, 1));
        dock.activities().deploy(dock.step(opened, 2));
        dock.close(opened.grant(), "SUCCEEDED");
    }

    @Test
    void saysWhatWasChangedByHandSinceTheLastRelease() throws Exception {
        release("1.4.0");
        assertThat(preflight("1.5.0").notes()).isEmpty();

        cluster.execute("shop", "ALTER TABLE orders ADD COLUMN note text");

        assertThat(preflight("1.5.0").problems()).isEmpty();
        assertThat(preflight("1.5.0").notes())
                .containsExactly(
                        "database main: the schema is not as 1.4.0 left it: column public.orders.note is new, changed by hand;"
                                + " write a migration of it, or take it back");
    }

    @Test
    void saysNothingOfASchemaThatWasKeptInAnotherWay() throws Exception {
        release("1.4.0");
        keptAs(
                "1.4.0\ntaken 2026-01-01T00:00:00Z\nindex public.orders_pkey\tCREATE UNIQUE INDEX orders_pkey ON orders\n");
        assertThat(preflight("1.5.0").notes())
                .as("of a worker that kept definitions")
                .isEmpty();

        for (String line : List.of("taken yesterday", "server fifteen", "migration\t1")) {
            keptAs("1.4.0\n" + line + "\n");
            assertThat(preflight("1.5.0").notes()).as(line).isEmpty();
        }
    }

    private void keptAs(String text) {
        String hash = dock.served().record().keep(text);
        dock.served()
                .record()
                .change(now -> Optional.of(new Change(
                        new Event(Event.Kind.CLOSED, "shop/production", "kept", Map.of()),
                        now.state().withSchema("main", hash))));
    }

    @Test
    void saysWhatAReleaseBeforeLeftHalfWay() throws Exception {
        release("1.4.0");
        Path second = Files.createDirectories(dock.source.resolve("prisma/migrations/20240102000000_second"));
        Files.writeString(
                second.resolve("migration.sql"),
                "ALTER TABLE orders ADD COLUMN note text;\nCREATE INDEX CONCURRENTLY by_note ON orders (nothing);\n");
        OpenResult opened = dock.opened("1.5.0");
        assertThatThrownBy(() -> dock.activities().migrate(dock.step(opened, 1)))
                .hasStackTraceContaining("its statements 1 to 1 of 2 are applied");
        assertThat(dock.close(opened.grant(), "FAILED").changed())
                .containsExactly(
                        "the schema of main is at 20240101000000: 0 of 1 pending migrations applied, and a part"
                                + " of the next");

        assertThat(preflight("1.5.1").notes()).anySatisfy(note -> assertThat(note)
                .matches(
                        "database main: the schema is not as 1.4.0 left it: the migrations of 1.5.0 did not come to their end"
                                + " at \\S+ \\d\\d:\\d\\d:\\d\\d UTC \\(column public.orders.note is new\\); release again, and they go"
                                + " on where they stopped, or restore the backup of before it"));

        Files.writeString(second.resolve("migration.sql"), "\\i another.sql\n");
        assertThat(preflight("1.5.2").problems()).isNotEmpty();
        assertThat(preflight("1.5.2").notes())
                .as("does not say that it goes on beside what keeps it from that")
                .noneMatch(note -> note.contains("they go on where they stopped"))
                .anyMatch(
                        note -> note.endsWith("mend what preflight names as a problem and release again, or restore the"
                                + " backup of before it"));
    }

    private void migration(String folder, String text) throws Exception {
        Files.writeString(
                Files.createDirectories(dock.source.resolve("prisma/migrations/" + folder))
                        .resolve("migration.sql"),
                text);
    }

    /** The record of an attempt whose worker was cut off, before it could say anything. */
    private void cutOff(OpenResult opened) {
        dock.served().record().change(now -> {
            Grant grant = now.state().openGrant().orElseThrow();
            Step begun = grant.step(1).orElseThrow().begun(dock.clock.instant(), dock.clock.instant(), "");
            return Optional.of(new Change(
                    new Event(Event.Kind.BEGAN, "shop/production", "attempt 1", Map.of("request", opened.grant())),
                    now.state().withGrant(grant.with(begun))));
        });
    }

    private List<String> changedAfterFailing(OpenResult opened) throws Exception {
        assertThatThrownBy(() -> dock.activities().migrate(dock.step(opened, 1)))
                .hasStackTraceContaining("null");
        return dock.close(opened.grant(), "FAILED").changed();
    }

    @Test
    void anAttemptAfterOneThatWasCutOffSeesThatBothChangedNothing() throws Exception {
        release("1.4.0");
        cluster.execute("shop", "INSERT INTO orders VALUES (1)");
        migration("20240102000000_second", "ALTER TABLE orders ADD COLUMN note text NOT NULL;\n");
        OpenResult opened = dock.opened("1.5.0");
        cutOff(opened);

        assertThat(changedAfterFailing(opened)).isEmpty();
    }

    @Test
    void anAttemptAfterOneThatWasCutOffSeesWhatThatApplied() throws Exception {
        release("1.4.0");
        cluster.execute("shop", "INSERT INTO orders VALUES (1)");
        migration("20240102000000_second", "CREATE TABLE notes (id int);\n");
        migration("20240103000000_third", "ALTER TABLE orders ADD COLUMN note text NOT NULL;\n");
        OpenResult opened = dock.opened("1.5.0");
        cutOff(opened);

        assertThat(changedAfterFailing(opened))
                .containsExactly("the schema of main is at 20240102000000: 1 of 2 pending migrations applied");
    }

    @Test
    void theAttemptThatFoundNothingToDoTellsWhatTheOneBeforeItApplied() throws Exception {
        release("1.4.0");
        migration("20240102000000_second", "CREATE TABLE notes (id int);\n");
        OpenResult opened = dock.opened("1.5.0");
        dock.activities().migrate(dock.step(opened, 1));
        asIfUnsaid();

        dock.activities().migrate(dock.step(opened, 1));

        assertThat(dock.close(opened.grant(), "FAILED").changed())
                .containsExactly("the schema of main is at 20240102000000");
    }

    /** Flyway writes a file that is no transaction into its history when it is over, so its history alone proves nothing. */
    @Test
    void nobodyKnowsWhatAnAttemptThatWasCutOffDidOutsideOfATransaction() throws Exception {
        Path flyway = Files.createDirectories(dock.source.resolve("db"));
        Files.writeString(flyway.resolve("V1__orders.sql"), "CREATE TABLE orders (id int PRIMARY KEY);\n");
        dock.files("    databases:\n      main:\n        url: $DATABASE_URL\n        migrate: {flyway: db}\n");
        release("1.4.0");
        cluster.execute("shop", "INSERT INTO orders VALUES (1)");
        Files.writeString(flyway.resolve("V2__note.sql"), "ALTER TABLE orders ADD COLUMN note text NOT NULL;\n");
        OpenResult first = dock.opened("1.5.0");
        cutOff(first);
        assertThat(changedAfterFailing(first)).as("each file is a transaction").isEmpty();

        Files.writeString(flyway.resolve("V3__by_id.sql"), "CREATE INDEX CONCURRENTLY by_id ON orders (id);\n");
        OpenResult second = dock.opened("1.5.1");
        cutOff(second);
        assertThat(changedAfterFailing(second)).containsExactly("the schema of main may be half migrated");
    }

    /** The record as it is where the worker died after the deed and before it could say so. */
    private void asIfUnsaid() {
        dock.served().record().change(now -> {
            Grant grant = now.state().openGrant().orElseThrow();
            Step begun =
                    Step.planned(1, StepKind.MIGRATE, "main").begun(dock.clock.instant(), dock.clock.instant(), "");
            return Optional.of(new Change(
                    new Event(Event.Kind.BEGAN, "shop/production", "attempt 1", Map.of()),
                    now.state().withGrant(grant.with(begun))));
        });
    }

    @Test
    void saysThatABackupWasRestored() throws Exception {
        release("1.4.0");
        cluster.execute("shop", "ALTER TABLE orders ADD COLUMN note text");
        State.Ended restored = new State.Ended(
                "",
                "",
                "a".repeat(64),
                "restore:shop:production",
                "SUCCEEDED",
                "",
                List.of("the database main holds a backup that was taken before 1.4.0"),
                true,
                "ana",
                Instant.EPOCH,
                dock.clock.instant().plusSeconds(60));
        dock.served()
                .record()
                .change(now -> Optional.of(new Change(
                        new Event(Event.Kind.CLOSED, "shop/production", "restored", Map.of()),
                        now.state().withEnded(restored))));

        assertThat(preflight("1.5.0").notes())
                .singleElement()
                .asString()
                .startsWith("database main: the schema is not as 1.4.0 left it: a backup was restored into it at 2")
                .endsWith("(column public.orders.note is new); what is pending now is applied on top of that");
    }

    @Test
    void saysEveryProblemOfTheMigrationsBeforeAnybodyIsAsked() throws Exception {
        release("1.4.0");
        Files.writeString(migrations.resolve("migration.sql"), "CREATE TABLE orders (id bigint PRIMARY KEY);\n");
        Path second = Files.createDirectories(dock.source.resolve("prisma/migrations/20240102000000_second"));
        Files.writeString(second.resolve("migration.sql"), "\\i other.sql\n");

        assertThat(preflight("1.5.0").problems())
                .hasSize(2)
                .anyMatch(one -> one.startsWith("database main: 20240101000000_first/migration.sql was edited"))
                .anyMatch(one -> one.startsWith(
                        "database main: 20240102000000_second/migration.sql line 1: `\\i` is a command of psql"));
    }
}
