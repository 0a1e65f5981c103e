package dev.slipway.restore;

import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.backup.BackUpStep;
import dev.slipway.database.backup.PgDump;
import dev.slipway.database.backup.PgRestore;
import dev.slipway.database.backup.ScratchCopies;
import dev.slipway.database.restore.Drill;
import dev.slipway.database.restore.RestoreStep;
import dev.slipway.database.restore.SwitchStep;
import dev.slipway.opening.DrillJudge;
import dev.slipway.opening.RestoreJudge;
import dev.slipway.process.CommandRunner;
import dev.slipway.record.StepKind;
import dev.slipway.release.Answer;
import dev.slipway.release.ReleaseActivities.GrantRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.StepRequest;
import dev.slipway.release.ReleaseActivities.StepResult;
import dev.slipway.served.ServedEnvironments;
import dev.slipway.steps.ActivityPulse;
import dev.slipway.steps.Effect;
import dev.slipway.steps.StepObserver;
import dev.slipway.steps.Steps;
import java.time.Clock;

/** See {@link RestoreActivities}. Each method finds the environment and hands the work on. */
public final class RestoreActivitiesImpl implements RestoreActivities {

    private final ServedEnvironments environments;
    private final RestoreJudge judge = new RestoreJudge();
    private final DrillJudge drills;
    private final Steps steps;
    private final RestoreStep restore;
    private final BackUpStep backUp;
    private final SwitchStep switching;

    /** @param observer is told of every step */
    public RestoreActivitiesImpl(ServedEnvironments environments, StepObserver observer) {
        this.environments = environments;
        CommandRunner runner = new CommandRunner();
        PostgresBinaries binaries = PostgresBinaries.find();
        PgDump dumps = new PgDump(binaries, runner, Clock.systemUTC());
        this.steps = new Steps(observer);
        this.restore = new RestoreStep(dumps, new PgRestore(binaries, runner));
        this.backUp = new BackUpStep(dumps);
        this.switching = new SwitchStep(runner);
        this.drills = new DrillJudge(new Drill(dumps, new ScratchCopies(binaries, runner)));
    }

    @Override
    public OpenResult openRestore(OpenRestoreRequest request) {
        return Answer.of(environments, request.service(), request.environment(), served -> judge.open(served, request));
    }

    @Override
    public StepResult restore(StepRequest request) {
        return step(request, StepKind.RESTORE, restore);
    }

    @Override
    public Compared compared(GrantRequest request) {
        return Answer.of(
                environments, request.service(), request.environment(), served -> judge.compared(served, request));
    }

    @Override
    public ConfirmResult confirm(ConfirmRequest request) {
        return Answer.of(
                environments, request.service(), request.environment(), served -> judge.confirm(served, request));
    }

    @Override
    public ConfirmResult refuse(RefuseRequest request) {
        return Answer.of(
                environments, request.service(), request.environment(), served -> judge.refuse(served, request));
    }

    @Override
    public StepResult backUpPresent(StepRequest request) {
        return step(request, StepKind.BACKUP, backUp);
    }

    @Override
    public StepResult switchOver(StepRequest request) {
        return Answer.of(environments, request.service(), request.environment(), served -> {
            served.record()
                    .head()
                    .state()
                    .openGrant()
                    .filter(grant -> grant.id().equals(request.grant()))
                    .ifPresent(SwitchStep::requireConfirmed);
            return steps.perform(served, request, StepKind.SWITCH, switching, ActivityPulse.current());
        });
    }

    @Override
    public DrillResult drill(DrillRequest request) {
        return Answer.of(
                environments,
                request.service(),
                request.environment(),
                served -> drills.run(served, request, ActivityPulse.current()));
    }

    private StepResult step(StepRequest request, StepKind kind, Effect effect) {
        return Answer.ofStep(environments, steps, request, kind, effect);
    }
}
