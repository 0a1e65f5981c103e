package dev.slipway.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.database.reference.ReferenceData;
import dev.slipway.database.reference.ReferenceDataStep;
import dev.slipway.ledger.Change;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.process.Pulse;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.Review;
import dev.slipway.record.State;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.served.Served;
import dev.slipway.steps.StepContext;
import dev.slipway.steps.StepFailed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What approvers see: what will change, and nothing that is secret. */
class ReviewingTest {

    @TempDir
    private Path folder;

    private Dock dock;

    @BeforeEach
    void open() throws Exception {
        dock = new Dock(folder);
    }

    @AfterEach
    void close() {
        dock.close();
    }

    private static Review review(Dock.Ready ready) {
        return Review.parse(ready.review().review().text());
    }

    @Test
    void namesOfConfigurationSayWhatIsNewChangedAndRemoved() throws Exception {
        dock.files();
        dock.edit("slipway.yaml", "config: {", "config: {PORT: '8080', GONE: 'hunter2', SAME: 'x', ");
        ReleasePlan first = dock.plan("1.0.0");
        assertThat(review(dock.ready(first)).config())
                .as("nothing is live, so nothing is compared")
                .containsExactly("web: GONE", "web: LIVE", "web: PORT", "web: SAME");
        dock.served()
                .record()
                .change(head -> Optional.of(new Change(
                        new Event(Event.Kind.CLOSED, "", "", Map.of()),
                        head.state().withLive(new State.Live("1.0.0", first.digest(), "", Instant.now(), Map.of())))));

        dock.edit("slipway.yaml", "PORT: '8080', GONE: 'hunter2', ", "PORT: '9090', ADDED: 'hunter3', ");
        assertThat(review(dock.ready("1.1.0")).config())
                .containsExactly(
                        "web: ADDED (new)", "web: LIVE", "web: PORT (changed)", "web: SAME", "web: GONE (removed)");
    }

    private static final String TABLE = "CREATE TABLE categories (id int PRIMARY KEY, name text)";

    private void withReferenceData(ThrowAwayCluster cluster) throws Exception {
        dock.secret("DATABASE_URL", cluster.createDatabase("production"));
        dock.secret("STAGING_URL", cluster.createDatabase("staging"));
        dock.serve(Dock.NO_FLOOR);
        Path migrations = Files.createDirectories(dock.source.resolve("db"));
        Files.writeString(migrations.resolve("V1__categories.sql"), TABLE);
        dock.files("    databases:\n      main:\n        url: $DATABASE_URL\n        migrate: {flyway: db}\n"
                + "        reference-data: {from: $STAGING_URL, tables: [categories]}\n");
        cluster.execute("staging", TABLE);
        cluster.execute("staging", "INSERT INTO categories VALUES (1, 'books'), (2, 'music')");
    }

    @Test
    void referenceDataIsNotBroughtAfterItsTime() throws Exception {
        try (ThrowAwayCluster cluster = ThrowAwayCluster.start()) {
            withReferenceData(cluster);
            dock.edit("slipway.yaml", "        migrate: {flyway: db}\n", "");
            cluster.execute("production", TABLE);
            dock.opened("1.0.0");
            Served served = dock.served();
            Grant grant = dock.state().openGrant().orElseThrow();
            Instant time = served.record().now();
            StepContext context = new StepContext(
                    served,
                    grant,
                    grant.step(1).orElseThrow().begun(time, time, ""),
                    served.plan(grant.plan()).orElseThrow());
            try (Connection other = DriverManager.getConnection(
                            "jdbc:" + cluster.url("production").replace("postgres@", ""), "postgres", "");
                    Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("LOCK TABLE categories IN SHARE MODE");
                assertThatThrownBy(() -> new ReferenceDataStep(new ReferenceData()).act(context, Pulse.unheard()))
                        .isInstanceOf(StepFailed.class)
                        .hasMessageContaining("its time was over");
                try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM categories")) {
                    rows.next();
                    assertThat(rows.getInt(1)).isZero();
                }
            }
        }
    }

    @Test
    void referenceDataIsShownRowByRowCountAndBound() throws Exception {
        try (ThrowAwayCluster cluster = ThrowAwayCluster.start()) {
            withReferenceData(cluster);
            assertThat(review(dock.ready("1.0.0")).referenceData())
                    .as("the table comes with the migration")
                    .singleElement()
                    .asString()
                    .startsWith("main from $STAGING_URL: categories; what changes is known only after the migrations")
                    .contains("there is no table \"categories\"")
                    .as("the address is a secret's value here")
                    .doesNotContain("127.0.0.1");

            dock.edit("slipway.yaml", "        migrate: {flyway: db}\n", "");
            cluster.execute("production", TABLE);
            cluster.execute("production", "INSERT INTO categories VALUES (2, 'musik'), (3, 'games')");
            Dock.Ready ready = dock.ready("1.0.1");
            assertThat(review(ready).referenceData())
                    .containsExactly(
                            "main from $STAGING_URL: public.categories +1 ~1 -0",
                            "  public.categories + id=1",
                            "  public.categories ~ id=2: name ‹5 characters› → ‹5 characters›");

            cluster.execute("staging", "UPDATE categories SET name = 'sounds' WHERE id = 2");
            assertThat(dock.open(ready).opening())
                    .as("one changed row, the same counts: not what was approved")
                    .isEqualTo(Opening.BASE_CHANGED);
            cluster.execute("staging", "UPDATE categories SET name = 'music' WHERE id = 2");
            ReleaseActivities.OpenResult opened = dock.open(ready);
            assertThat(opened.opening()).isEqualTo(Opening.OPENED);

            cluster.execute("staging", "INSERT INTO categories VALUES (4, 'late')");
            assertThatThrownBy(() -> dock.activities().promoteReferenceData(dock.step(opened, 1)))
                    .as("a row that came after the approval")
                    .rootCause()
                    .hasMessageContaining("nothing was changed: the rows that would change are not those that were"
                            + " approved (public.categories +2 ~1 -0 now); ask for the release again");
        }
    }
}
