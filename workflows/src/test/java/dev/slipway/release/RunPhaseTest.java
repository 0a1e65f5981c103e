package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.release.ReleaseActivities.PreflightResult;
import dev.slipway.trust.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One phase of a plan alone, by the rules of a release. */
class RunPhaseTest {

    private final Rehearsal rehearsal = new Rehearsal();
    private final ReleasePlan plan = rehearsal.plan().everything().plan();

    @AfterEach
    void close() {
        rehearsal.close();
    }

    private Rehearsal.Release run(String phase) {
        return rehearsal.start(
                plan, new Draft(Kind.RUN, plan, rehearsal.now()).steps(phase).by(rehearsal.ben));
    }

    @ParameterizedTest
    @CsvSource({"backup, backUp main", "verify, verify"})
    void changesNothingAndStillWaitsForAnApproval(String phase, String deed) {
        Rehearsal.Release run = run(phase);
        run.awaitsWaitingFor("approval");
        assertThat(rehearsal.worker.deeds()).containsExactly("preflight", "review");

        run.approved();

        assertThat(run.ended().outcome()).isEqualTo("SUCCEEDED");
        assertThat(rehearsal.worker.deeds()).containsExactly("preflight", "review", "open", deed, "close SUCCEEDED");
    }

    @Test
    void migratesAfterABackupAndAnApproval() {
        Rehearsal.Release run = run("migrate");
        run.awaitsWaitingFor("approval");
        assertThat(rehearsal.worker.deeds()).containsExactly("preflight", "review");

        run.approved();

        assertThat(run.ended().outcome()).isEqualTo("SUCCEEDED");
        assertThat(rehearsal.worker.deeds())
                .containsExactly("preflight", "review", "open", "backUp main", "migrate main", "close SUCCEEDED");
    }

    @Test
    void failsAsAReleaseDoesAndGoesBackToNothing() {
        rehearsal.worker.fails("promoteReferenceData main", "a table is missing");
        Rehearsal.Release run = run("reference-data").approved();

        ReleaseReport report = run.ended();

        assertThat(report.outcome()).isEqualTo("FAILED");
        assertThat(report.headline()).isEqualTo("a table is missing");
        assertThat(rehearsal.worker.deeds()).endsWith("promoteReferenceData main", "close FAILED");
    }

    @Test
    void saysThatALookAtMigrationsIsNoTryOfThem() {
        rehearsal.worker.preflightSays(new PreflightResult(List.of(), List.of(), List.of(), false, "", Map.of(), true));

        ReleaseReport report = run("preflight").ended();

        assertThat(report.headline())
                .isEqualTo("nothing stands in the way of 1.4.0; pending migrations were read, not tried");
        assertThat(report.journal()).extracting(JournalEntry::text).contains(report.headline());
    }

    @Test
    void looksOnlyAndTakesNoTurn() {
        ReleaseReport report = run("preflight").ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(report.closed().get(0).text()).isEqualTo("looked\n");
        assertThat(rehearsal.worker.calls()).doesNotContain("askForTurn", "open");
        assertThat(rehearsal.worker.deeds()).containsExactly("preflight");
    }
}
