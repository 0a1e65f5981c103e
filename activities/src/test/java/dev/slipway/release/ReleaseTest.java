package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.database.ThrowAwayCluster;
import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.Review;
import dev.slipway.trust.Kind;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Whole releases, with everything real but Temporal. */
class ReleaseTest {

    private static final Map<String, String> V1 = Map.of("V1__shop.sql", "create table product (id int primary key);");

    private static ThrowAwayCluster cluster;
    private Rig rig;

    @BeforeAll
    static void startPostgres() {
        cluster = ThrowAwayCluster.start();
    }

    @AfterAll
    static void stopPostgres() {
        cluster.close();
    }

    @BeforeEach
    void setUp(@TempDir Path home, TestInfo test) throws Exception {
        rig = new Rig(home, cluster, "t_" + Math.abs(test.getDisplayName().hashCode()));
        rig.files("2s", "", V1);
    }

    @AfterEach
    void tearDown() {
        rig.close();
    }

    @Test
    void aGoodReleaseGoesTheWholeWay() throws Exception {
        ReleaseWorkflow release = rig.startApproved("1.0.0");

        ReleaseReport report = Rig.ended(release);

        assertThat(report.outcome()).as(report.toString()).isEqualTo("SUCCEEDED");
        assertThat(rig.live()).isEqualTo("1.0.0");
        assertThat(rig.schemaVersion()).contains("1");
        try (Stream<Path> dumps = Files.list(rig.home.resolve("backups"))) {
            assertThat(dumps.map(path -> path.getFileName().toString()))
                    .filteredOn(name -> name.endsWith(".dump"))
                    .hasSize(1);
        }
        Entry closed = Entry.parse(report.closed().get(0).text());
        assertThat(closed.event().kind()).isEqualTo(Event.Kind.CLOSED);
        assertThat(closed.state().live().version()).isEqualTo("1.0.0");
        assertThat(closed.event().facts()).containsEntry("outcome", "SUCCEEDED");
        assertThat(rig.notifications.get())
                .as("waiting, started, deployed, succeeded")
                .isEqualTo(4);
        WorkflowStub.fromTyped(release).getResult(ReleaseReport.class);
        assertThat(rig.signalled("release:shop:production:1.0.0", "handOver"))
                .as("the close has told the queue already")
                .isZero();
        assertThat(rig.holder()).isEmpty();
    }

    @Test
    void rollsBackWhenTheErrorRateStaysHigh() throws Exception {
        Rig.ended(rig.startApproved("1.0.0"));
        rig.errorsPerHundred = 40;

        ReleaseReport report = Rig.ended(rig.startApproved("1.1.0"));

        assertThat(report.outcome()).as(report.toString()).isEqualTo("ROLLED_BACK");
        assertThat(report.headline()).contains("error-rate").contains("back on 1.0.0");
        assertThat(rig.live()).isEqualTo("1.0.0");
        assertThat(report.safe()).isTrue();
        Entry closed = Entry.parse(report.closed().get(0).text());
        assertThat(closed.state().markedBad("1.1.0")).isTrue();
        assertThat(closed.state().locked()).isPresent();
    }

    @Test
    void aFailedMigrationChangesNothing() throws Exception {
        Rig.ended(rig.startApproved("1.0.0"));
        rig.files(
                "2s",
                "",
                Map.of(
                        "V2__good.sql", "create table extra (id int);",
                        "V3__bad.sql", "alter table nowhere add column x int;"));

        ReleaseReport report = Rig.ended(rig.startApproved("1.2.0"));

        assertThat(report.outcome()).as(report.toString()).isEqualTo("FAILED");
        assertThat(report.changed()).isEmpty();
        assertThat(report.safe()).isTrue();
        assertThat(report.headline()).contains("V3__bad.sql");
        assertThat(rig.schemaVersion()).contains("1");
        assertThat(rig.live()).isEqualTo("1.0.0");
    }

    @Test
    void theRequesterCannotApprove() throws Exception {
        ReleaseWorkflow release = rig.startToApproval("1.0.0");
        var plan = rig.plan("1.0.0");
        var review = Review.parse(release.report().review().get(0).text()).hash();
        var own = rig.sign("ben", Kind.APPROVE, "1.0.0", plan.digest(), review, "", "CONFIRM", "mine");

        assertThatThrownBy(() -> release.approve(own))
                .isInstanceOf(WorkflowUpdateException.class)
                .hasStackTraceContaining("'ben' asked for this release");
        assertThat(release.report().outcome()).isEmpty();
    }

    @Test
    void aRejectionEndsTheReleaseWithItsReason() throws Exception {
        ReleaseWorkflow release = rig.startToApproval("1.0.0");
        var plan = rig.plan("1.0.0");

        release.reject(rig.sign("ana", Kind.REJECT, "1.0.0", plan.digest(), "", "", "", "not on a friday"));

        ReleaseReport report = Rig.ended(release);
        assertThat(report.outcome()).isEqualTo("REJECTED");
        assertThat(report.headline()).contains("not on a friday");
        assertThat(rig.live()).isEmpty();
    }

    @Test
    void aFileThatChangedAfterTheApprovalStopsTheRelease() throws Exception {
        ReleaseWorkflow release = rig.startToApproval("1.0.0");
        var approval = rig.approval(rig.plan("1.0.0"), release.report());
        Files.writeString(rig.source.resolve("switch"), "#!/bin/sh\necho evil > \"$LIVE\"\n");

        release.approve(approval);

        ReleaseReport report = Rig.ended(release);
        assertThat(report.outcome()).isEqualTo("FAILED");
        assertThat(report.headline()).contains("the plan is not the one");
        assertThat(rig.live()).isEmpty();
    }

    @Test
    void aMigrationThatWasAppliedSinceTheReviewIsReviewedAgain() throws Exception {
        ReleaseWorkflow release = rig.startToApproval("1.0.0");
        var reviewed = release.report().review().get(0);
        rig.applyMigrationsByHand();

        release.approve(rig.approval(rig.plan("1.0.0"), release.report()));

        ReleaseReport report = Rig.await(
                release,
                now -> !now.outcome().isEmpty()
                        || (!now.review().get(0).equals(reviewed)
                                && now.waiting().stream()
                                        .anyMatch(waiting -> waiting.what().startsWith("approval"))));
        assertThat(report.outcome()).isEmpty();
        assertThat(Review.parse(report.review().get(0).text()).migrations()).isEmpty();
        assertThat(rig.live()).isEmpty();
    }

    @Test
    void aRollbackByHandNeedsNothingOfASourceThatHasMovedOn() throws Exception {
        Rig.ended(rig.startApproved("1.0.0"));
        Path script = rig.source.resolve("switch");
        Files.writeString(script, Files.readString(script) + "# a newer one\n");
        Rig.ended(rig.startApproved("1.1.0"));
        Files.delete(script);

        ReleaseReport report = rig.rollback("1.0.0");

        assertThat(report.outcome()).as(report.toString()).isEqualTo("ROLLED_BACK");
        assertThat(rig.live()).isEqualTo("1.0.0");
        Entry closed = Entry.parse(report.closed().get(0).text());
        assertThat(closed.state().live().version()).isEqualTo("1.0.0");
        assertThat(closed.state().markedBad("1.1.0")).isTrue();
    }

    @Test
    void secondReleaseOfTheSamePlanHasNothingToDo() throws Exception {
        Rig.ended(rig.startApproved("1.0.0"));

        ReleaseReport report = Rig.ended(rig.startToApproval("1.0.0"));

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(report.headline()).contains("live already");
    }
}
