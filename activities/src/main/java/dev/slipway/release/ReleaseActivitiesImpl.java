package dev.slipway.release;

import dev.slipway.database.Connections;
import dev.slipway.database.PostgresBinaries;
import dev.slipway.database.backup.BackUpStep;
import dev.slipway.database.backup.PgDump;
import dev.slipway.database.backup.ScratchCopies;
import dev.slipway.database.migrations.MigrateStep;
import dev.slipway.database.migrations.MigrationTools;
import dev.slipway.database.preflight.Preflight;
import dev.slipway.database.reference.ReferenceData;
import dev.slipway.database.reference.ReferenceDataStep;
import dev.slipway.deploy.DeployStep;
import dev.slipway.deploy.Deployers;
import dev.slipway.deploy.RollBackStep;
import dev.slipway.deploy.Surveying;
import dev.slipway.environment.Turns;
import dev.slipway.gates.Gates;
import dev.slipway.http.HttpClients;
import dev.slipway.notifying.Notifying;
import dev.slipway.opening.Closing;
import dev.slipway.opening.GrantWords;
import dev.slipway.opening.OpeningJudge;
import dev.slipway.opening.Preflighting;
import dev.slipway.opening.Reviewing;
import dev.slipway.opening.RollbackJudge;
import dev.slipway.opening.RolledBackChecks;
import dev.slipway.opening.WaitingAtGates;
import dev.slipway.process.CommandRunner;
import dev.slipway.record.StepKind;
import dev.slipway.served.Served;
import dev.slipway.served.ServedEnvironments;
import dev.slipway.steps.ActivityPulse;
import dev.slipway.steps.Effect;
import dev.slipway.steps.StepObserver;
import dev.slipway.steps.Steps;
import dev.slipway.watching.HttpCheck;
import dev.slipway.watching.MetricSources;
import dev.slipway.watching.PlanChecks;
import dev.slipway.watching.VerifyStep;
import dev.slipway.watching.Watching;
import java.time.Clock;
import java.util.function.BooleanSupplier;
import okhttp3.OkHttpClient;

/** See {@link ReleaseActivities}. Each method finds the environment, hands the work on, and classifies what went wrong. */
public final class ReleaseActivitiesImpl implements ReleaseActivities {

    private final ServedEnvironments environments;
    private final Turns turns;
    private final BooleanSupplier searchAttributes;
    private final Preflighting preflighting;
    private final Reviewing reviewing;
    private final OpeningJudge opening;
    private final RollbackJudge rollbackOpening = new RollbackJudge();
    private final Gates gates;
    private final WaitingAtGates waitingAtGates;
    private final GrantWords grantWords = new GrantWords();
    private final Surveying surveying;
    private final Closing closing;
    private final Steps steps;
    private final BackUpStep backUp;
    private final MigrateStep migrate;
    private final ReferenceDataStep referenceData;
    private final DeployStep deploy;
    private final RollBackStep rollBack;
    private final MetricSources sources;
    private final Watching watching;
    private final OkHttpClient client;
    private final Notifying notifying;

    /**
     * @param turns where a close gives the turn back
     * @param observer is told of every step
     * @param searchAttributes whether the namespace knows ours
     */
    public ReleaseActivitiesImpl(
            ServedEnvironments environments, Turns turns, StepObserver observer, BooleanSupplier searchAttributes) {
        this.environments = environments;
        this.turns = turns;
        this.searchAttributes = searchAttributes;
        CommandRunner runner = new CommandRunner();
        PostgresBinaries binaries = PostgresBinaries.find();
        MigrationTools tools = new MigrationTools(runner);
        ReferenceData promotion = new ReferenceData();
        this.client = HttpClients.standard();
        Deployers deployers = new Deployers(runner, client);
        this.sources = new MetricSources(client, runner, Clock.systemUTC());
        Connections connections = Connections.standard();
        this.gates = new Gates(client, runner);
        this.notifying = new Notifying(client);
        Preflight preflight = new Preflight(connections, binaries);
        this.preflighting = new Preflighting(connections, preflight, tools, sources, gates, notifying, deployers);
        this.reviewing =
                new Reviewing(tools, promotion, gates, connections, preflight, new ScratchCopies(binaries, runner));
        this.opening = new OpeningJudge(tools, promotion, deployers, gates);
        this.waitingAtGates = new WaitingAtGates(gates);
        this.surveying = new Surveying(deployers);
        this.closing = new Closing(observer);
        this.steps = new Steps(observer);
        this.watching = new Watching(sources, steps);
        this.backUp = new BackUpStep(new PgDump(binaries, runner, Clock.systemUTC()));
        this.migrate = new MigrateStep(tools, runner);
        this.referenceData = new ReferenceDataStep(promotion);
        this.deploy = new DeployStep(deployers);
        this.rollBack = new RollBackStep(deployers);
    }

    @Override
    public PreflightResult preflight(PreflightRequest request) {
        return Answer.of(
                environments,
                request.plan().service(),
                request.plan().environment(),
                served -> preflighting.look(
                        served,
                        request.plan(),
                        request.request(),
                        searchAttributes.getAsBoolean(),
                        ActivityPulse.current()));
    }

    @Override
    public GatesResult judgeGates(GatesRequest request) {
        return Answer.of(
                environments,
                request.service(),
                request.environment(),
                served -> waitingAtGates.look(served, request, ActivityPulse.current()));
    }

    @Override
    public ReviewResult review(ReviewRequest request) {
        return Answer.of(
                environments,
                request.service(),
                request.environment(),
                served -> reviewing.review(served, request, ActivityPulse.current()));
    }

    @Override
    public OpenResult open(OpenRequest request) {
        return Answer.of(
                environments,
                request.service(),
                request.environment(),
                served -> opening.open(served, request, ActivityPulse.current()));
    }

    @Override
    public OpenResult openRollback(OpenRollbackRequest request) {
        return Answer.of(
                environments,
                request.service(),
                request.environment(),
                served -> rollbackOpening.open(served, request));
    }

    @Override
    public StepResult backUp(StepRequest request) {
        return step(request, StepKind.BACKUP, backUp);
    }

    @Override
    public StepResult migrate(StepRequest request) {
        return step(request, StepKind.MIGRATE, migrate);
    }

    @Override
    public StepResult promoteReferenceData(StepRequest request) {
        return step(request, StepKind.REFERENCE_DATA, referenceData);
    }

    @Override
    public StepResult deploy(StepRequest request) {
        return step(request, StepKind.DEPLOY, deploy);
    }

    @Override
    public StepResult verify(StepRequest request) {
        return Answer.of(
                environments,
                request.service(),
                request.environment(),
                served -> steps.perform(
                        served, request, StepKind.VERIFY, new VerifyStep(checks(served)), ActivityPulse.current()));
    }

    private StepResult step(StepRequest request, StepKind kind, Effect effect) {
        return Answer.ofStep(environments, steps, request, kind, effect);
    }

    @Override
    public BaselineResult measureBaseline(GrantRequest request) {
        return Answer.of(
                environments,
                request.service(),
                request.environment(),
                served -> watching.measureBefore(served, request.grant(), ActivityPulse.current()));
    }

    @Override
    public WatchResult watch(WatchRequest request) {
        return Answer.of(
                environments,
                request.service(),
                request.environment(),
                served -> watching.begin(served, request, ActivityPulse.current()));
    }

    @Override
    public StepResult rollBack(StepRequest request) {
        return Answer.of(environments, request.service(), request.environment(), served -> {
            boolean ofItsOwn = served.record().head().state().openGrant().stream()
                    .flatMap(grant -> grant.step(request.step()).stream())
                    .anyMatch(step -> step.kind() == StepKind.ROLL_BACK);
            return ofItsOwn
                    ? steps.perform(served, request, StepKind.ROLL_BACK, rollBack, ActivityPulse.current())
                    : steps.undo(served, request, rollBack, ActivityPulse.current());
        });
    }

    @Override
    public StepResult verifyRolledBack(GrantRequest request) {
        return Answer.of(
                environments, request.service(), request.environment(), served -> new RolledBackChecks(checks(served))
                        .pass(served, request.grant(), ActivityPulse.current()));
    }

    private PlanChecks checks(Served served) {
        return new PlanChecks(new HttpCheck(client, served.secrets()::redact));
    }

    @Override
    public FailedStep lookAtFailure(StepRequest request) {
        return Answer.of(
                environments, request.service(), request.environment(), served -> grantWords.look(served, request));
    }

    @Override
    public Survey survey(GrantRequest request) {
        return Answer.of(
                environments,
                request.service(),
                request.environment(),
                served -> surveying.look(served, request.grant(), ActivityPulse.current()));
    }

    @Override
    public CloseResult close(CloseRequest request) {
        return Answer.of(environments, request.service(), request.environment(), served -> {
            CloseResult closed = closing.close(served, request);
            boolean told = closed.mirror().stream()
                    .anyMatch(mirror -> turns.handOver(request.service(), request.environment(), mirror));
            return closed.handedOver(told);
        });
    }

    @Override
    public NotifyResult notifyPeople(NotifyRequest request) {
        return Answer.of(
                environments,
                request.service(),
                request.environment(),
                served -> notifying.tell(served, request, ActivityPulse.current()));
    }
}
