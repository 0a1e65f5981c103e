package dev.slipway.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.Review;
import dev.slipway.record.StepKind;
import dev.slipway.release.Dock;
import dev.slipway.release.ReleaseActivities.CloseResult;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.release.ReleaseActivities.PlannedStep;
import dev.slipway.release.ReleaseActivities.PreflightResult;
import dev.slipway.release.ReleaseActivities.ReviewResult;
import dev.slipway.release.ReleaseActivities.StepResult;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Lane;
import dev.slipway.trust.SignedStatement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One phase alone, as the worker judges it. */
class RunTest {

    private static ThrowAwayCluster cluster;

    @TempDir
    Path home;

    private Dock dock;
    private ReleasePlan plan;

    @BeforeAll
    static void start() {
        cluster = ThrowAwayCluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void shop() throws Exception {
        dock = new Dock(home);
        Files.createDirectories(home.resolve("backups"));
        dock.secret("DATABASE_URL", cluster.createDatabase("run" + Math.abs(home.hashCode())));
        dock.serve(Dock.NO_FLOOR);
        dock.files("    databases:\n      main:\n        url: $DATABASE_URL\n        backup: {store: backups}\n"
                + "        migrate: {flyway: db/migration}\n");
        Files.createDirectories(dock.source.resolve("db/migration"));
        Files.writeString(dock.source.resolve("db/migration/V1__first.sql"), "CREATE TABLE first (id int);");
        plan = dock.plan("1.4.0");
    }

    private SignedStatement run(String phase) throws Exception {
        Dock.Draft draft = dock.draft(Kind.RUN, "ben").of(plan);
        draft.steps = phase;
        return draft.signed();
    }

    private ReviewResult reviewed(SignedStatement request) {
        PreflightResult preflight = dock.preflight(plan, request);
        assertThat(preflight.problems()).isEmpty();
        return dock.review(plan, request);
    }

    private SignedStatement approval(ReviewResult review, String steps) throws Exception {
        Dock.Draft draft = dock.approval("ana", plan, review.hash());
        draft.steps = steps;
        return draft.signed();
    }

    @Test
    void backsUpWithAnApprovalAndMakesNothingLive() throws Exception {
        SignedStatement request = run("backup");
        ReviewResult review = reviewed(request);
        assertThat(Review.parse(review.review().text()).migrations()).isEmpty();
        assertThat(dock.open(plan, request, review.review(), List.of()).opening())
                .isEqualTo(Opening.REFUSED);

        OpenResult opened = dock.open(plan, request, review.review(), List.of(approval(review, "backup")));

        assertThat(opened.steps()).extracting(PlannedStep::kind).containsExactly(StepKind.BACKUP);
        dock.activities().backUp(dock.step(opened, 1));
        CloseResult closed = dock.close(request.id(), "SUCCEEDED");
        assertThat(closed.outcome()).isEqualTo("SUCCEEDED");
        assertThat(dock.state().backups()).hasSize(1);
        assertThat(dock.state().live().version()).isEmpty();
        assertThat(dock.state().succeeded()).isEmpty();
        assertThat(dock.state().history().get(0).phase()).isEqualTo("backup");
        assertThat(dock.live()).isEmpty();
    }

    @Test
    void runsNoCommandOfAGateForAPhaseThatNobodyApproved() throws Exception {
        Path ran = home.resolve("gate-ran");
        dock.files("    gates: [{command: [touch, '" + ran + "'], name: ready}]\n"
                + "    databases:\n      main:\n        url: $DATABASE_URL\n        backup: {store: backups}\n");
        plan = dock.plan("1.4.0");
        SignedStatement request = run("backup");
        ReviewResult review = reviewed(request);

        assertThat(dock.open(plan, request, review.review(), List.of()).opening())
                .isEqualTo(Opening.REFUSED);
        assertThat(ran).doesNotExist();

        assertThat(dock.open(plan, request, review.review(), List.of(approval(review, "backup")))
                        .opening())
                .isEqualTo(Opening.OPENED);
        assertThat(ran).exists();
    }

    @Test
    void migratesOnlyWithAnApprovalForThisVeryPhase() throws Exception {
        SignedStatement request = run("migrate");
        ReviewResult review = reviewed(request);
        assertThat(Review.parse(review.review().text()).phase()).isEqualTo("migrate");
        assertThat(Review.parse(review.review().text()).targets()).isEmpty();
        assertThat(dock.open(plan, request, review.review(), List.of()).opening())
                .isEqualTo(Opening.REFUSED);
        assertThat(dock.open(plan, request, review.review(), List.of(approval(review, "all")))
                        .why())
                .anyMatch(why -> why.contains("for other steps than the request"));

        OpenResult opened = dock.open(plan, request, review.review(), List.of(approval(review, "migrate")));

        assertThat(opened.steps()).extracting(PlannedStep::kind).containsExactly(StepKind.BACKUP, StepKind.MIGRATE);
        dock.activities().backUp(dock.step(opened, 1));
        StepResult migrated = dock.activities().migrate(dock.step(opened, 2));
        assertThat(migrated.summary()).contains("migrated main");
        assertThat(migrated.undo())
                .startsWith("slipway restore shop/production --database main --backup shop-production-main-1.4.0-")
                .contains(" --reason WHY   # only if the old version can't run on the new schema");
        CloseResult closed = dock.close(request.id(), "SUCCEEDED");
        assertThat(closed.changed()).anyMatch(what -> what.contains("the schema of main"));
        assertThat(dock.state().live().version()).isEmpty();
        assertThat(dock.state().locked()).isEmpty();
        // the release of the same version is none again
        assertThat(dock.preflight(plan, dock.request(plan)).problems()).isEmpty();
    }

    @Test
    void namesTheNextStepWhereAPhaseFailsHalfWay() throws Exception {
        Files.writeString(dock.source.resolve("db/migration/V1__first.sql"), "CREATE TABLE first (id nothing);");
        plan = dock.plan("1.4.0");
        SignedStatement request = run("migrate");
        ReviewResult review = reviewed(request);
        OpenResult opened = dock.open(plan, request, review.review(), List.of(approval(review, "migrate")));
        dock.activities().backUp(dock.step(opened, 1));
        assertThatThrownBy(() -> dock.activities().migrate(dock.step(opened, 2)))
                .isNotNull();

        CloseResult closed = dock.close(request.id(), "FAILED");

        assertThat(closed.changed()).isEmpty();
        assertThat(closed.left())
                .isEqualTo("nothing was changed; when that is mended: `slipway run migrate shop/production --version"
                        + " 1.4.0`");
        assertThat(dock.served().record().head().entry().event().text()).endsWith("; " + closed.left());
    }

    @Test
    void saysNothingMoreOfAPhaseThatSomebodyEnded() throws Exception {
        SignedStatement request = run("backup");
        ReviewResult review = reviewed(request);
        dock.open(plan, request, review.review(), List.of(approval(review, "backup")));

        CloseResult closed = dock.close(request.id(), "CANCELLED");

        assertThat(closed.outcome()).isEqualTo("CANCELLED");
        assertThat(closed.left()).isEmpty();
    }

    @Test
    void takesNoReleaseForARunAndNoRunForARelease() throws Exception {
        Dock.Ready ready = dock.ready(plan);
        SignedStatement request = run("migrate");
        dock.preflight(plan, request);
        assertThat(dock.open(plan, request, ready.review().review(), List.of(ready.approval()))
                        .opening())
                .isEqualTo(Opening.REFUSED);
        Dock.Draft part = dock.draft(Kind.REQUEST, "ben").of(plan);
        part.steps = "migrate";
        assertThat(dock.preflight(plan, part.signed()).problems())
                .anyMatch(why -> why.contains("not for a whole release, but for 'migrate'"));
        Dock.Draft hotfix = dock.draft(Kind.RUN, "ben").of(plan);
        hotfix.steps = "backup";
        hotfix.lane = Lane.HOTFIX;
        assertThat(dock.preflight(plan, hotfix.signed()).problems()).isNotEmpty();
    }

    @Test
    void runsNoPhaseThatThePlanDoesNotHave() throws Exception {
        assertThat(dock.preflight(plan, run("reference-data")).problems())
                .containsExactly("the plan of 'production' has no reference-data, so there is nothing to run; add it to"
                        + " slipway.yaml, or run another phase");
        assertThat(dock.preflight(plan, run("deploy")).problems())
                .anyMatch(why -> why.contains("'deploy' is no phase that can be run alone"));
        assertThat(dock.preflight(plan, run("all")).problems()).isNotEmpty();
    }

    @Test
    void preflightAloneEndsInTheRecordAndOpensNothing() throws Exception {
        SignedStatement request = run("preflight");
        PreflightResult result = dock.preflight(plan, request);

        assertThat(result.problems()).isEmpty();
        Entry entry = Entry.parse(result.nothingToDo().get(0).text());
        assertThat(entry.event().kind()).isEqualTo(Event.Kind.CLOSED);
        assertThat(entry.event().facts()).containsEntry("request", request.id()).containsEntry("outcome", "SUCCEEDED");
        assertThat(dock.state().succeeded()).isEmpty();
        assertThat(entry.event().text())
                .isEqualTo("preflight alone: nothing stands in the way; pending migrations were read, not tried");
        assertThat(result.untried()).isTrue();
        PreflightResult again = dock.preflight(plan, request);
        assertThat(again.nothingToDo()).isEqualTo(result.nothingToDo());
        assertThat(again.untried()).isTrue();
        assertThat(dock.open(plan, request, dock.ready(plan).review().review(), List.of())
                        .opening())
                .isEqualTo(Opening.REFUSED);
        SignedStatement another = run("preflight");
        dock.secret("DATABASE_URL", cluster.url("nowhere"));
        dock.serve(Dock.NO_FLOOR);
        assertThat(dock.preflight(plan, another).problems()).anyMatch(why -> why.contains("database main"));
    }
}
