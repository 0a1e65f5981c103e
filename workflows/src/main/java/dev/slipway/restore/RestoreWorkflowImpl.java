package dev.slipway.restore;

import dev.slipway.environment.TurnGranted;
import dev.slipway.plan.Times;
import dev.slipway.record.SignedText;
import dev.slipway.record.State;
import dev.slipway.record.StepKind;
import dev.slipway.release.ByHand;
import dev.slipway.release.Decision;
import dev.slipway.release.DurableTime;
import dev.slipway.release.FailureDetail;
import dev.slipway.release.Journal;
import dev.slipway.release.Limits;
import dev.slipway.release.Outcome;
import dev.slipway.release.Phase;
import dev.slipway.release.ReleaseActivities;
import dev.slipway.release.ReleaseActivities.CloseRequest;
import dev.slipway.release.ReleaseActivities.CloseResult;
import dev.slipway.release.ReleaseActivities.GrantRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.PlannedStep;
import dev.slipway.release.ReleaseActivities.StepRequest;
import dev.slipway.release.ReleaseActivities.StepResult;
import dev.slipway.release.ReleaseName;
import dev.slipway.release.ReleaseReport;
import dev.slipway.release.ReleaseStopped;
import dev.slipway.release.Turn;
import dev.slipway.release.Waiting;
import dev.slipway.restore.RestoreActivities.Compared;
import dev.slipway.restore.RestoreActivities.ConfirmRequest;
import dev.slipway.restore.RestoreActivities.ConfirmResult;
import dev.slipway.restore.RestoreActivities.DrillRequest;
import dev.slipway.restore.RestoreActivities.DrillResult;
import dev.slipway.restore.RestoreActivities.OpenRestoreRequest;
import dev.slipway.restore.RestoreActivities.RefuseRequest;
import dev.slipway.trust.SignedStatement;
import dev.slipway.trust.Statement;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** See {@link RestoreWorkflow}. */
public final class RestoreWorkflowImpl implements RestoreWorkflow {

    /** The worker stops a drill at the plan's own timeout, an hour where it says nothing; the plan is not at hand here. */
    private static final Duration DRILL = Duration.ofHours(25);

    private final RestoreInput input;
    private final Turn turn;
    private final Journal journal = new Journal();
    private final ByHand byHand;
    private final Instant started;
    private final List<SignedStatement> yes = new ArrayList<>();
    private Phase phase = Phase.TURN;
    private String headline = "";
    private boolean confirmed;
    private Optional<OpenResult> grant = Optional.empty();
    private Optional<Compared> compared = Optional.empty();
    private boolean waits;
    private Optional<SignedStatement> no = Optional.empty();
    private CancellationScope work = CancellationScope.current();
    private Optional<DrillResult> drilled = Optional.empty();
    private Optional<CloseResult> closed = Optional.empty();
    private Optional<Outcome> outcome = Optional.empty();
    private Instant ended = Instant.EPOCH;

    @WorkflowInit
    public RestoreWorkflowImpl(RestoreInput input) {
        this.input = input;
        this.turn = Turn.back(input.service(), input.environment(), "restore");
        this.byHand = new ByHand(input.service(), input.environment(), input.restore(), journal);
        this.started = now();
    }

    private void phases() {
        if (isDrill()) {
            drill();
            return;
        }
        turn();
        open();
        restore();
        if (step(StepKind.SWITCH).isPresent()) {
            confirmation();
            backUpPresent();
            switchOver();
        }
        ends(Outcome.SUCCEEDED, headline);
    }

    @Override
    public ReleaseReport run(RestoreInput start) {
        work = Workflow.newCancellationScope(this::phases);
        try {
            work.run();
        } catch (ReleaseStopped stopped) {
            journal.error(stopped.phase(), stopped.getMessage(), stopped.lines());
            ends(stopped.outcome(), stopped.getMessage());
        } catch (ActivityFailure failure) {
            if (ReleaseStopped.isCancellation(failure, work)) {
                cancelled();
            } else {
                ReleaseStopped stopped = ReleaseStopped.by(phase, phase.words(), failure);
                journal.error(phase, stopped.getMessage(), stopped.lines());
                ends(Outcome.FAILED, stopped.getMessage());
            }
        } catch (CanceledFailure cancelled) {
            cancelled();
        }
        waits = false;
        Workflow.newDetachedCancellationScope(() -> {
                    close();
                    turn.end(closed);
                    notifyPeople();
                    keepEvidence();
                    ended = now();
                    Workflow.await(Workflow::isEveryHandlerFinished);
                })
                .run();
        return finish();
    }

    private boolean isDrill() {
        return input.restore()
                .statement()
                .map(statement -> statement.details().path("drill").asBoolean())
                .orElse(false);
    }

    private void drill() {
        phase = Phase.RESTORE;
        DrillResult result = restores(Limits.step(input.environment(), DRILL, "restore a backup to see that it can be"))
                .drill(new DrillRequest(
                        input.service(),
                        input.environment(),
                        input.restore(),
                        Workflow.getInfo().getWorkflowId(),
                        Workflow.getInfo().getRunId()));
        drilled = Optional.of(result);
        journal.info(phase, result.summary(), result.lines());
        ends(result.met() ? Outcome.SUCCEEDED : Outcome.FAILED, result.summary());
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
                phase, "restores a backup taken " + State.KeptBackup.when(result.previousVersion()) + ", " + why());
    }

    private OpenResult judged() {
        return restores(Limits.opening(
                        input.environment(), "open the restore of " + input.service() + "/" + input.environment()))
                .openRestore(new OpenRestoreRequest(
                        input.service(),
                        input.environment(),
                        input.restore(),
                        Workflow.getInfo().getWorkflowId(),
                        Workflow.getInfo().getRunId()));
    }

    private void restore() {
        phase = Phase.RESTORE;
        PlannedStep step = step(StepKind.RESTORE).orElseThrow();
        StepResult result = restores(options(step)).restore(request(step));
        journal.info(phase, result.summary(), result.lines());
        headline = result.summary();
        compared = Optional.of(restores(Limits.bookkeeping(input.environment(), "sign what would be lost"))
                .compared(new GrantRequest(
                        input.service(),
                        input.environment(),
                        grant.orElseThrow().grant())));
    }

    private void confirmation() {
        phase = Phase.APPROVAL;
        Compared shown = compared.orElseThrow();
        headline = "waits for a yes to what would be lost";
        journal.info(phase, headline + ": " + shown.command());
        waits = true;
        boolean inTime = DurableTime.awaitUntil(
                DurableTime.until(shown.until()), "waits for a yes to the restore", () -> confirmed);
        waits = false;
        if (!inTime) {
            throw new ReleaseStopped(
                    Outcome.EXPIRED,
                    phase,
                    "nobody said yes until " + Times.text(shown.until()) + "; the present database is as it was",
                    List.of());
        }
        headline = "";
    }

    @Override
    public Decision confirm(SignedStatement said) {
        if (!waits || said == null) {
            throw refused(
                    confirmed ? "it was confirmed already" : "there is no comparison to say yes to yet, or any more");
        }
        // before it is judged, so that one that comes meanwhile is judged together with it
        boolean first = yes.stream().noneMatch(each -> each.id().equals(said.id()));
        if (first) {
            yes.add(said);
        }
        ConfirmResult result;
        try {
            result = judged(said);
        } catch (RuntimeException notTaken) {
            if (first) {
                yes.remove(said);
            }
            throw notTaken;
        }
        journal.info(Phase.APPROVAL, result.text());
        confirmed |= result.enough();
        return new Decision(result.text(), said.id(), result.receipt());
    }

    @Override
    public Decision reject(SignedStatement said) {
        if (grant.isEmpty() || outcome.isPresent() || said == null) {
            throw refused("there is no restore open to say no to, yet or any more");
        }
        ConfirmResult result = restores(
                        Limits.bookkeeping(input.environment(), "put the no to the restore into the record"))
                .refuse(new RefuseRequest(
                        input.service(),
                        input.environment(),
                        grant.orElseThrow().grant(),
                        said));
        if (!result.enough()) {
            throw refused(String.join("; ", result.problems()));
        }
        if (outcome.isPresent()) {
            throw refused("the restore was over before; `slipway history` shows how it ended");
        }
        journal.info(Phase.APPROVAL, result.text());
        no = Optional.of(said);
        headline = result.text();
        work.cancel(headline);
        return new Decision(result.text(), said.id(), result.receipt());
    }

    /** @throws ApplicationFailure where it does not count */
    private ConfirmResult judged(SignedStatement said) {
        // the last one is the one that is answered
        List<SignedStatement> all = new ArrayList<>(yes);
        all.remove(said);
        all.add(said);
        ConfirmResult result = restores(Limits.bookkeeping(input.environment(), "judge a yes to the restore"))
                .confirm(new ConfirmRequest(
                        input.service(),
                        input.environment(),
                        grant.orElseThrow().grant(),
                        all));
        if (!result.problems().isEmpty()) {
            throw refused(String.join("; ", result.problems()));
        }
        return result;
    }

    /** For the caller alone: any other exception would hold the whole workflow up. */
    private static ApplicationFailure refused(String why) {
        return ApplicationFailure.newNonRetryableFailure(why, FailureDetail.REFUSED);
    }

    private void backUpPresent() {
        phase = Phase.BACKUP;
        step(StepKind.BACKUP).ifPresent(step -> {
            StepResult result = restores(options(step)).backUpPresent(request(step));
            journal.info(phase, result.summary(), result.lines());
        });
    }

    private void switchOver() {
        phase = Phase.RESTORE;
        PlannedStep step = step(StepKind.SWITCH).orElseThrow();
        StepResult result = restores(options(step)).switchOver(request(step));
        journal.info(phase, result.summary(), result.lines());
        if (!result.undo().isEmpty()) {
            journal.info(phase, "to undo it by hand: " + result.undo());
        }
        headline = result.summary();
    }

    private Optional<PlannedStep> step(StepKind kind) {
        return grant.orElseThrow().steps().stream()
                .filter(step -> step.kind() == kind)
                .findFirst();
    }

    private ActivityOptions options(PlannedStep step) {
        return Limits.step(input.environment(), step.timeout(), step.title());
    }

    private StepRequest request(PlannedStep step) {
        return new StepRequest(
                input.service(), input.environment(), grant.orElseThrow().grant(), step.number());
    }

    private String why() {
        return input.restore()
                .statement()
                .map(statement ->
                        "by " + statement.by() + (statement.reason().isBlank() ? "" : ": " + statement.reason()))
                .orElse("by nobody known");
    }

    /** The record says whether something was switched. */
    private void cancelled() {
        if (no.isPresent()) {
            ends(Outcome.REJECTED, headline);
            return;
        }
        ends(Outcome.CANCELLED, "cancelled in phase " + phase.words());
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
            CloseResult result = releases(Limits.bookkeeping(input.environment(), "close the restore in the record"))
                    .close(new CloseRequest(
                            input.service(),
                            input.environment(),
                            version(),
                            "",
                            input.restore().id(),
                            Workflow.getInfo().getWorkflowId(),
                            outcome.orElseThrow().name(),
                            headline,
                            Stream.concat(yes.stream(), no.stream()).toList()));
            closed = Optional.of(result);
            outcome = Optional.of(Outcome.valueOf(result.outcome()));
            headline += result.left().isEmpty() ? "" : "; " + result.left();
        } catch (ActivityFailure failure) {
            ReleaseStopped why = ReleaseStopped.by(phase, "close", failure);
            journal.error(phase, why.getMessage(), why.lines());
            ends(Outcome.FAILED, headline + "; " + why.getMessage());
        }
        phase = Phase.DONE;
    }

    private void notifyPeople() {
        if (grant.isPresent()) {
            byHand.tell(phase, version(), outcome.orElseThrow().event());
        }
    }

    private void keepEvidence() {
        if (grant.isPresent() || drilled.isPresent()) {
            byHand.keepEvidence(phase, report());
        }
    }

    private ReleaseReport finish() {
        ReleaseReport report = report();
        return ByHand.finish(
                outcome.orElseThrow(),
                Outcome.SUCCEEDED,
                report,
                !report.changed().isEmpty());
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
                input.restore().id(),
                input.restore().statement().map(Statement::by).orElse(""),
                "",
                ended.isAfter(Instant.EPOCH) ? outcome.map(Outcome::name).orElse("") : "",
                phase,
                headline,
                waiting(),
                closed.map(CloseResult::changed).orElse(List.of()),
                closed.map(CloseResult::safe).orElse(grant.isEmpty()),
                closed.map(CloseResult::undo).orElse(List.of()),
                journal.entries(),
                closed.map(CloseResult::closed)
                        .or(() -> drilled.map(DrillResult::closed))
                        .orElse(List.of()),
                compared.map(Compared::comparison).map(List::of).orElse(List.<SignedText>of()),
                grant.map(OpenResult::entry).orElse(""),
                grant.map(OpenResult::base).orElse(""),
                started,
                ended,
                "",
                List.copyOf(yes),
                List.of());
    }

    private List<Waiting> waiting() {
        return waits
                ? compared.map(shown -> List.of(
                                new Waiting("a yes to the restore", shown.who(), shown.command(), shown.until())))
                        .orElse(List.of())
                : List.of();
    }

    private String version() {
        return grant.map(OpenResult::version)
                .or(() -> drilled.map(DrillResult::name))
                .orElseGet(() -> isDrill()
                        ? "drill"
                        : ReleaseName.restore(input.restore().id()));
    }

    private static ReleaseActivities releases(ActivityOptions options) {
        return Workflow.newActivityStub(ReleaseActivities.class, options);
    }

    private static RestoreActivities restores(ActivityOptions options) {
        return Workflow.newActivityStub(RestoreActivities.class, options);
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }
}
