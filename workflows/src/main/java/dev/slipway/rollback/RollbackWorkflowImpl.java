package dev.slipway.rollback;

import dev.slipway.environment.TurnGranted;
import dev.slipway.record.StepKind;
import dev.slipway.release.ByHand;
import dev.slipway.release.Journal;
import dev.slipway.release.Limits;
import dev.slipway.release.Outcome;
import dev.slipway.release.Phase;
import dev.slipway.release.ReleaseActivities;
import dev.slipway.release.ReleaseActivities.CloseRequest;
import dev.slipway.release.ReleaseActivities.CloseResult;
import dev.slipway.release.ReleaseActivities.GrantRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.OpenRollbackRequest;
import dev.slipway.release.ReleaseActivities.PlannedStep;
import dev.slipway.release.ReleaseActivities.StepRequest;
import dev.slipway.release.ReleaseActivities.StepResult;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.ReleaseStopped;
import dev.slipway.release.RollbackBudget;
import dev.slipway.release.Turn;
import dev.slipway.trust.Statement;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** See {@link RollbackWorkflow}. */
public final class RollbackWorkflowImpl implements RollbackWorkflow {

    /** The worker stops the checks at the plan's own timeout; the plan is not at hand here. */
    private static final Duration VERIFICATION = Duration.ofMinutes(30);

    private final RollbackInput input;
    private final Turn turn;
    private final Journal journal = new Journal();
    private final ByHand byHand;
    private final Instant started;
    private Phase phase = Phase.TURN;
    private String headline = "";
    private Optional<OpenResult> grant = Optional.empty();
    private Optional<CloseResult> closed = Optional.empty();
    private Optional<Outcome> outcome = Optional.empty();
    private Instant ended = Instant.EPOCH;
    private RollbackBudget budget = new RollbackBudget(Duration.ZERO);

    @WorkflowInit
    public RollbackWorkflowImpl(RollbackInput input) {
        this.input = input;
        this.turn = Turn.back(input.service(), input.environment(), version());
        this.byHand = new ByHand(input.service(), input.environment(), input.rollback(), journal);
        this.started = now();
    }

    @Override
    public ReleaseReport run(RollbackInput start) {
        try {
            turn();
            open();
            budget = new RollbackBudget(grant.orElseThrow().within());
            budget.begins(this::takesTooLong);
            rollBack();
            verify();
            String back = "back on " + grant.orElseThrow().version();
            ends(Outcome.ROLLED_BACK, why() + "; " + back);
            journal.info(Phase.ROLLBACK, back + " (" + budget.ends() + ")");
        } catch (ReleaseStopped stopped) {
            journal.error(stopped.phase(), stopped.getMessage(), stopped.lines());
            ends(stopped.outcome(), stopped.getMessage());
        } catch (ActivityFailure failure) {
            if (ReleaseStopped.isCancellation(failure)) {
                cancelled();
            } else {
                ReleaseStopped stopped = ReleaseStopped.by(phase, phase.words(), failure);
                journal.error(phase, stopped.getMessage(), stopped.lines());
                survey();
                ends(grant.isPresent() ? Outcome.ROLLBACK_FAILED : Outcome.FAILED, stopped.getMessage());
            }
        } catch (CanceledFailure cancelled) {
            cancelled();
        }
        Workflow.newDetachedCancellationScope(() -> {
                    close();
                    turn.end(closed);
                    notifyPeople();
                    keepEvidence();
                    ended = now();
                })
                .run();
        return finish();
    }

    private void turn() {
        phase = Phase.TURN;
        byHand.take(turn);
    }

    private void open() {
        phase = Phase.OPEN;
        OpenResult result = byHand.opened(this::judged, waiting -> headline = waiting);
        grant = Optional.of(result);
        journal.info(
                phase,
                (result.previousVersion().equals(result.version()) ? "goes on" : "from " + result.previousVersion())
                        + " back to " + result.version());
    }

    private OpenResult judged() {
        return activities(Limits.opening(
                        input.environment(), "open the rollback of " + input.service() + "/" + input.environment()))
                .openRollback(new OpenRollbackRequest(
                        input.service(),
                        input.environment(),
                        input.rollback(),
                        Workflow.getInfo().getWorkflowId(),
                        Workflow.getInfo().getRunId()));
    }

    private void rollBack() {
        phase = Phase.ROLLBACK;
        for (PlannedStep step : grant.orElseThrow().steps()) {
            if (step.kind() == StepKind.ROLL_BACK) {
                StepResult result = activities(Limits.step(input.environment(), step.timeout(), step.title()))
                        .rollBack(new StepRequest(
                                input.service(),
                                input.environment(),
                                grant.orElseThrow().grant(),
                                step.number()));
                journal.info(phase, result.summary(), result.lines());
            }
        }
    }

    private void verify() {
        phase = Phase.VERIFY;
        StepResult result = activities(Limits.undo(input.environment(), VERIFICATION, "verify what was gone back to"))
                .verifyRolledBack(new GrantRequest(
                        input.service(),
                        input.environment(),
                        grant.orElseThrow().grant()));
        journal.info(phase, result.summary());
    }

    private void takesTooLong(String sentence) {
        journal.warn(Phase.ROLLBACK, sentence);
        tell("budget-passed");
    }

    /** What serves where, now that nobody knows: for whoever has to mend it by hand. */
    private void survey() {
        if (grant.isEmpty()) {
            return;
        }
        budget.ends();
        try {
            activities(Limits.survey(input.environment(), "ask every target what serves there now"))
                    .survey(new GrantRequest(
                            input.service(), input.environment(), grant.get().grant()))
                    .targets()
                    .forEach(target -> journal.warn(Phase.ROLLBACK, target));
        } catch (ActivityFailure failure) {
            journal.warn(
                    phase,
                    ReleaseStopped.by(phase, "what serves where", failure).getMessage());
        }
    }

    private String why() {
        return input.rollback()
                .statement()
                .map(statement ->
                        "by " + statement.by() + (statement.reason().isBlank() ? "" : ": " + statement.reason()))
                .orElse("by nobody known");
    }

    /** What is half gone back is nothing to leave so: somebody has to look. */
    private void cancelled() {
        ends(grant.isPresent() ? Outcome.ROLLBACK_FAILED : Outcome.CANCELLED, "cancelled in phase " + phase.words());
        journal.warn(phase, headline);
    }

    private void ends(Outcome how, String sentence) {
        outcome = Optional.of(how);
        headline = sentence;
    }

    private void close() {
        if (grant.isEmpty()) {
            return;
        }
        try {
            closed(closeInTheRecord());
        } catch (ActivityFailure failure) {
            ReleaseStopped why = ReleaseStopped.by(phase, "close", failure);
            journal.error(phase, why.getMessage(), why.lines());
            ends(Outcome.ROLLBACK_FAILED, headline + "; " + why.getMessage());
        }
        phase = Phase.DONE;
    }

    private void closed(CloseResult result) {
        closed = Optional.of(result);
        outcome = Optional.of(Outcome.valueOf(result.outcome()));
    }

    private CloseResult closeInTheRecord() {
        return activities(Limits.bookkeeping(input.environment(), "close the rollback in the record"))
                .close(new CloseRequest(
                        input.service(),
                        input.environment(),
                        grant.orElseThrow().version(),
                        "",
                        input.rollback().id(),
                        Workflow.getInfo().getWorkflowId(),
                        outcome.orElseThrow().name(),
                        headline,
                        List.of(input.rollback())));
    }

    private void notifyPeople() {
        if (grant.isPresent()) {
            tell(outcome.orElseThrow().event());
        }
    }

    private void tell(String event) {
        byHand.tell(phase, grant.orElseThrow().version(), event);
    }

    private void keepEvidence() {
        if (grant.isPresent()) {
            byHand.keepEvidence(phase, report());
        }
    }

    private ReleaseReport finish() {
        Outcome how = outcome.orElseThrow();
        return ByHand.finish(how, Outcome.ROLLED_BACK, report(), how == Outcome.ROLLBACK_FAILED);
    }

    @Override
    public void turn(TurnGranted granted) {
        turn.granted(granted);
    }

    @Override
    public ReleaseReport report() {
        return new ReleaseReport(
                input.service(),
                input.environment(),
                version(),
                "",
                input.rollback().id(),
                input.rollback().statement().map(Statement::by).orElse(""),
                "",
                ended.isAfter(Instant.EPOCH) ? outcome.map(Outcome::name).orElse("") : "",
                phase,
                headline,
                List.of(),
                closed.map(CloseResult::changed).orElse(List.of()),
                closed.map(CloseResult::safe).orElse(grant.isEmpty()),
                closed.map(CloseResult::undo).orElse(List.of()),
                journal.entries(),
                closed.map(CloseResult::closed).orElse(List.of()),
                List.of(),
                grant.map(OpenResult::entry).orElse(""),
                grant.map(OpenResult::base).orElse(""),
                started,
                ended,
                "",
                List.of(),
                List.of());
    }

    private String version() {
        return grant.map(OpenResult::version)
                .orElseGet(() ->
                        input.rollback().statement().map(Statement::version).orElse(""));
    }

    private static ReleaseActivities activities(ActivityOptions options) {
        return Workflow.newActivityStub(ReleaseActivities.class, options);
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }
}
