package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.ledger.Change;
import dev.slipway.ledger.RecordPlace;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Event;
import dev.slipway.record.Review;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.release.ReleaseActivities.PreflightResult;
import dev.slipway.served.ServedEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Production compared with staging: two workers, and neither has a secret of the other's. All that
 * production's has of staging is the record, to read.
 */
class SameSchemaTest {

    private static final String BY_STAGING = "as 1.1.0 left it there at ";

    private static final String STAGING = "  staging:\n    deploy: [{name: web, command: {deploy: [./switch, a],"
            + " current: [./switch, --current], roll-back: [./switch, b]}}]\n";

    @TempDir
    private Path folder;

    private static ThrowAwayCluster cluster;
    private static int databases;

    private Dock staging;
    private Dock production;

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
        databases++;
        staging = new Dock(Files.createDirectories(folder.resolve("staging")), "staging");
        staging.secret("DATABASE_URL", cluster.createDatabase("staging" + databases));
        staging.serve(Dock.NO_FLOOR);
        plan(staging, "");
        production = new Dock(Files.createDirectories(folder.resolve("production")));
        production.secret("DATABASE_URL", cluster.createDatabase("production" + databases));
        production.other(
                "staging",
                new ServedEnvironment.Other(
                        new RecordPlace.Directory(staging.home.resolve("store")),
                        staging.served().key().publicKey().line()));
        production.serve(Dock.NO_FLOOR);
        plan(production, "same-schema: {as: staging}");
        for (Dock dock : new Dock[] {staging, production}) {
            Files.createDirectories(dock.home.resolve("backups"));
            write(dock, "V1__orders.sql", "CREATE TABLE orders (id int PRIMARY KEY, note text DEFAULT 'a secret')");
            release(dock, "1.0.0");
        }
    }

    @AfterEach
    void close() {
        staging.close();
        production.close();
    }

    @Test
    void saysNothingWhereBothAreTheSame() throws Exception {
        assertThat(preflight(production, "1.1.0").notes()).isEmpty();
    }

    @Test
    void namesTheMigrationThatProductionLacks() throws Exception {
        write(staging, "V2__due.sql", "ALTER TABLE orders ADD COLUMN due date; CREATE INDEX by_due ON orders (due)");
        release(staging, "1.1.0");

        assertThat(preflight(production, "1.1.0").problems()).isEmpty();
        assertThat(preflight(production, "1.1.0").notes())
                .singleElement()
                .asString()
                .matches("database main: the schema"
                        + " is not that of staging, " + BY_STAGING
                        + "\\S+ \\d\\d:\\d\\d:\\d\\d UTC: V2__due.sql is applied in"
                        + " staging, and neither applied nor pending here: release a version that has it; column"
                        + " public.orders.due is only in staging, index public.by_due is only in staging: write a migration of"
                        + " what is right, or take back what was changed by hand");

        write(production, "V2__due.sql", "ALTER TABLE orders ADD COLUMN due date; CREATE INDEX by_due ON orders (due)");
        assertThat(preflight(production, "1.1.0").notes())
                .as("it is pending here")
                .isEmpty();
        release(production, "1.1.0");
        assertThat(preflight(production, "1.2.0").notes()).isEmpty();
    }

    @Test
    void namesWhatRanHereAndNeverThereAndWhatWasEdited() throws Exception {
        write(staging, "V2__due.sql", "ALTER TABLE orders ADD COLUMN due date");
        release(staging, "1.1.0");
        write(production, "V2__due.sql", "ALTER TABLE orders ADD COLUMN due timestamp");
        write(production, "V3__here.sql", "CREATE TABLE here (id int)");

        assertThat(preflight(production, "1.1.0").notes())
                .singleElement()
                .asString()
                .contains(
                        "V3__here.sql is pending here, and never ran in staging: release it there first; V2__due.sql has"
                                + " another text here than when it ran in staging: find out which one is right");

        release(production, "1.1.0");
        assertThat(preflight(production, "1.2.0").notes())
                .singleElement()
                .asString()
                .contains("V3__here.sql is applied here, and not in staging: release it there;")
                .contains("column public.orders.due is timestamp without time zone here, and date in staging")
                .contains("table public.here is only here");
    }

    @Test
    void seesWhatPendingMigrationsDoNotExplain() throws Exception {
        String due = "ALTER TABLE orders ADD COLUMN due date";
        cluster.execute("staging" + databases, "CREATE TABLE by_hand (id int)");
        write(staging, "V2__due.sql", due);
        release(staging, "1.1.0");
        release(production, "1.0.1");
        write(production, "V2__due.sql", due);

        Review review = review("1.1.0");

        assertThat(review.rehearsals().get(0).skipped()).isEmpty();
        assertThat(review.rehearsals().get(0).notes())
                .last()
                .asString()
                .startsWith("with the pending migrations the schema is not that of staging, " + BY_STAGING)
                .contains(": table public.by_hand is only in staging: ")
                .doesNotContain("orders");

        plan(production, "same-schema: {as: staging, otherwise: stop}");
        assertThatThrownBy(() -> review("1.2.0"))
                .hasStackTraceContaining(
                        "database main: with the pending migrations the schema is not that of staging");
    }

    @Test
    void saysWhatIsNotComparedWithoutARehearsal() throws Exception {
        write(staging, "V2__due.sql", "ALTER TABLE orders ADD COLUMN due date");
        release(staging, "1.1.0");
        write(production, "V2__due.sql", "ALTER TABLE orders ADD COLUMN due date");
        production.edit("slipway.yaml", "migrate: {flyway: db}", "migrate: {flyway: db, rehearse: never}");

        assertThat(review("1.1.0").rehearsals().get(0).notes())
                .singleElement()
                .asString()
                .startsWith("whether the schema is that of staging can't be judged: only a rehearsal shows it with the"
                        + " pending migrations, and the plan says `rehearse: never`; `slipway run preflight`");
    }

    @Test
    void stopsWhereThePlanSaysSo() throws Exception {
        write(staging, "V2__due.sql", "ALTER TABLE orders ADD COLUMN due date");
        release(staging, "1.1.0");
        plan(production, "same-schema: {as: staging, otherwise: stop}");

        assertThat(preflight(production, "1.1.0").problems())
                .singleElement()
                .asString()
                .startsWith("database main: the schema is not that of staging");
    }

    @Test
    void opensNothingWhereItHasToBeTheSameAndIsNotAnyMore() throws Exception {
        plan(production, "same-schema: {as: staging, otherwise: stop}");
        Dock.Ready reviewed = production.ready("1.1.0");
        write(staging, "V2__due.sql", "ALTER TABLE orders ADD COLUMN due date");
        release(staging, "1.1.0");

        reviewedAgain(reviewed, "database main: the schema is not that of staging");
        assertThat(production.state().openGrant()).isEmpty();

        write(production, "V2__due.sql", "ALTER TABLE orders ADD COLUMN due date");
        Dock.Ready pending = production.ready("1.1.1");
        cluster.execute("production" + databases, "CREATE TABLE by_hand (id int)");
        reviewedAgain(pending, "migrations, reference data or a schema have changed");
        cluster.execute("production" + databases, "DROP TABLE by_hand");
        release(staging, "1.1.1");
        assertThat(production.open(pending).opening())
                .as("nothing was changed by that release there")
                .isEqualTo(Opening.OPENED);
    }

    @Test
    void opensNothingWhereItCannotBeJudgedAnyMore() throws Exception {
        plan(production, "same-schema: {as: staging, otherwise: stop}");
        Dock.Ready reviewed = production.ready("1.1.0");
        Path entries = staging.entries();
        Files.move(entries, entries.resolveSibling("away"));

        reviewedAgain(reviewed, "database main: whether the schema is that of staging can't be judged");
    }

    @Test
    void saysThatWhatIsKeptCannotBeRead() throws Exception {
        String hash = staging.served().record().keep("1.0.0\ntaken yesterday\n");
        staging.served()
                .record()
                .change(now -> Optional.of(new Change(
                        new Event(Event.Kind.CLOSED, "shop/staging", "kept", Map.of()),
                        now.state().withSchema("main", hash))));

        assertThat(preflight(production, "1.1.0").notes())
                .singleElement()
                .asString()
                .contains(
                        "can't be judged: what the schema of staging was is kept in a way that this worker can't read");
    }

    private void reviewedAgain(Dock.Ready reviewed, String why) {
        OpenResult result = production.open(reviewed);
        assertThat(result.opening()).as(result.toString()).isEqualTo(Opening.BASE_CHANGED);
        assertThat(result.why()).anySatisfy(one -> assertThat(one).contains(why));
    }

    @Test
    void saysWhyItCannotBeJudged() throws Exception {
        Path entries = staging.entries();
        Files.move(entries, entries.resolveSibling("away"));
        assertThat(preflight(production, "1.1.0").notes())
                .singleElement()
                .asString()
                .startsWith(
                        "database main: whether the schema is that of staging can't be judged: the record of staging"
                                + " ");

        plan(production, "same-schema: {as: elsewhere, otherwise: stop}");
        production.edit("slipway.yaml", "  staging:", "  elsewhere:");
        assertThat(preflight(production, "1.1.0").problems())
                .containsExactly(
                        "database main: whether the schema is that of elsewhere can't be judged: this worker knows"
                                + " no record of elsewhere; it has to serve it, or its file has to name it in `others`");
    }

    @Test
    void keepsNoLiteralOfADefinition() {
        String kept = staging.served()
                .record()
                .kept(staging.state().schemas().get("main"))
                .orElseThrow();

        assertThat(kept).contains("column public.orders.note\ttext").doesNotContain("a secret");
    }

    private static void write(Dock dock, String file, String sql) throws Exception {
        Files.writeString(Files.createDirectories(dock.source.resolve("db")).resolve(file), sql);
    }

    private static void plan(Dock dock, String more) throws Exception {
        dock.files("    databases:\n      main:\n        url: $DATABASE_URL\n        backup: {store: backups}\n"
                + "        migrate: {flyway: db}\n"
                + (more.isEmpty() ? "" : "        " + more + "\n" + STAGING));
    }

    private static PreflightResult preflight(Dock dock, String version) throws Exception {
        ReleasePlan plan = dock.plan(version);
        return dock.preflight(plan, dock.request(plan));
    }

    private Review review(String version) throws Exception {
        return Review.parse(production.ready(version).review().review().text());
    }

    private static void release(Dock dock, String version) throws Exception {
        OpenResult opened = dock.opened(version);
        dock.activities().backUp(dock.step(opened, 1));
        dock.activities().migrate(dock.step(opened, 2));
        dock.activities().deploy(dock.step(opened, 3));
        assertThat(dock.close(opened.grant(), "SUCCEEDED").outcome()).isEqualTo("SUCCEEDED");
    }
}
