package dev.slipway.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.record.SignedText;
import dev.slipway.release.ReleaseActivities.PreflightResult;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PhasesTest {

    private final Rehearsal rehearsal = new Rehearsal();

    @AfterEach
    void close() {
        rehearsal.close();
    }

    @Test
    void goesThroughThePhasesInTheDesignsOrder() {
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().everything().plan());

        ReleaseReport report = release.approved().ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(report.headline()).isEqualTo("1.4.0 is live");
        assertThat(rehearsal.worker.calls())
                .as("people are told beside the release, not between its phases")
                .contains("notify waiting", "notify started", "notify deployed", "notify succeeded");
        assertThat(rehearsal.worker.calls().stream()
                        .filter(call -> !call.startsWith("readRecord") && !call.startsWith("notify")))
                .containsExactly(
                        "preflight",
                        "review",
                        "askForTurn",
                        "open",
                        "backUp main",
                        "migrate main",
                        "promoteReferenceData main",
                        "deploy api",
                        "deploy web",
                        "verify",
                        "watch",
                        "close SUCCEEDED");
        assertThat(report.journal()).extracting(JournalEntry::phase).isSorted();
        assertThat(report.journal())
                .extracting(JournalEntry::text)
                .as("where Temporal is all that is left")
                .anyMatch(text -> text.startsWith("undo by hand: "));
        assertThat(report.undo())
                .as("the record's own words count after the end")
                .isEmpty();
        assertThat(report.closed()).extracting(SignedText::text).containsExactly("closed SUCCEEDED\n");
    }

    /** What `status` and the UI's list read, also where no worker answers. */
    @Test
    void showsThePhaseThatItIsInWhileAStepIsAtWork() {
        List<String> shown = new CopyOnWriteArrayList<>();
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().everything().plan());
        for (String call :
                List.of("backUp main", "migrate main", "promoteReferenceData main", "deploy web", "verify")) {
            rehearsal.worker.when(
                    call,
                    () -> shown.add(
                            rehearsal.history(release.stub().getExecution().getWorkflowId()).getEvents().stream()
                                    .filter(event -> event.hasWorkflowPropertiesModifiedEventAttributes())
                                    .map(event -> event.getWorkflowPropertiesModifiedEventAttributes()
                                            .getUpsertedMemo()
                                            .getFieldsOrThrow(Status.MEMO))
                                    .map(memo -> Converter.dataConverter()
                                            .fromPayload(memo, Status.class, Status.class)
                                            .phase())
                                    .reduce((earlier, later) -> later)
                                    .orElse("")));
        }

        release.approved().ended();

        assertThat(shown).containsExactly("backup", "migrate", "reference data", "deploy", "verify");
    }

    @Test
    void costsNoMoreThanAHundredAndFiftyEventsWithEverythingOn() {
        Rehearsal.Release release =
                rehearsal.start(rehearsal.plan().everything().plan());

        release.approved().ended();

        assertThat(release.eventsAndTasks()).isLessThanOrEqualTo(150);
    }

    @Test
    void leavesOutWhatThePlanDoesNotSwitchOn() {
        rehearsal.start(rehearsal.plan().plan()).ended();

        assertThat(rehearsal.worker.deeds())
                .containsExactly("preflight", "review", "open", "deploy web", "close SUCCEEDED");
        assertThat(rehearsal.worker.calls()).noneMatch(call -> call.startsWith("notify"));
    }

    @Test
    void endsWithAllProblemsOfPreflightAndAsksForNothingElse() {
        rehearsal.worker.preflightSays(new PreflightResult(
                List.of("secret 'A' is not set", "no pg_dump"), List.of("a note"), List.of(), false, ""));

        ReleaseReport report =
                rehearsal.start(rehearsal.plan().everything().plan()).ended();

        assertThat(report.outcome()).isEqualTo("FAILED");
        assertThat(report.headline()).isEqualTo("2 problems: secret 'A' is not set; no pg_dump");
        assertThat(report.journal())
                .filteredOn(entry -> entry.level() == JournalEntry.Level.ERROR)
                .extracting(JournalEntry::text)
                .as("each once")
                .containsExactly("secret 'A' is not set", "no pg_dump");
        assertThat(report.safe()).isTrue();
        assertThat(report.journal()).extracting(JournalEntry::text).contains("a note", "no pg_dump");
        assertThat(rehearsal.worker.calls()).containsExactly("preflight");
    }

    @Test
    void warnsOfWhatTheRehearsalFound() {
        rehearsal.worker.reviewWarns("database main: THE REHEARSAL FAILED: V2");

        ReleaseReport report = rehearsal.start(rehearsal.plan().plan()).ended();

        assertThat(report.journal())
                .filteredOn(entry -> entry.phase() == Phase.REVIEW && entry.level() == JournalEntry.Level.WARN)
                .extracting(JournalEntry::text)
                .containsExactly("database main: THE REHEARSAL FAILED: V2");
    }

    @Test
    void doesNothingWhereThisVeryPlanIsLiveAlready() {
        SignedText closed = new SignedText("closed long ago\n", "sig");
        rehearsal.worker.preflightSays(new PreflightResult(List.of(), List.of(), List.of(closed), false, ""));

        ReleaseReport report =
                rehearsal.start(rehearsal.plan().everything().plan()).ended();

        assertThat(report.outcome()).isEqualTo("SUCCEEDED");
        assertThat(report.headline()).contains("was live already");
        assertThat(report.closed()).containsExactly(closed);
        assertThat(rehearsal.worker.calls()).containsExactly("preflight");
    }

    @Test
    void answersWithItsReportInEveryPhase() {
        List<String> seen = new CopyOnWriteArrayList<>();
        Rehearsal.Release[] release = new Rehearsal.Release[1];
        for (String call : List.of("preflight", "review", "open", "backUp main", "deploy api", "verify", "watch")) {
            rehearsal.worker.when(call, () -> {
                Rehearsal.await("the release's handle", () -> release[0] != null);
                seen.add(call + ": " + release[0].report().phase().words());
            });
        }

        release[0] = rehearsal.start(rehearsal.plan().everything().plan());
        release[0].approved().ended();

        assertThat(seen)
                .containsExactly(
                        "preflight: preflight",
                        "review: review",
                        "open: open",
                        "backUp main: backup",
                        "deploy api: deploy",
                        "verify: verify",
                        "watch: watch");
        assertThat(release[0].report().phase()).isEqualTo(Phase.DONE);
    }

    @Test
    void showsTheUndoForAPersonsHandsWhileItIsDeployed() {
        List<List<String>> seen = new CopyOnWriteArrayList<>();
        Rehearsal.Release[] release = new Rehearsal.Release[1];
        rehearsal.worker.when("watch", () -> seen.add(release[0].report().undo()));

        release[0] = rehearsal.start(rehearsal.plan().everything().plan());
        release[0].approved().ended();

        assertThat(seen).containsExactly(List.of("./switch 1.3.0 # web", "./switch 1.3.0 # api"));
    }
}
