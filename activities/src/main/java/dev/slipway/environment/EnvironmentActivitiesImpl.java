package dev.slipway.environment;

import dev.slipway.deciding.Deciding;
import dev.slipway.deploy.Deployers;
import dev.slipway.environment.EnvironmentWorkflow.Place;
import dev.slipway.http.HttpClients;
import dev.slipway.ledger.Adoption;
import dev.slipway.ledger.Head;
import dev.slipway.notifying.Announcing;
import dev.slipway.notifying.Notifying;
import dev.slipway.process.CommandRunner;
import dev.slipway.record.Entry;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.release.Answer;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseName;
import dev.slipway.served.Served;
import dev.slipway.served.ServedEnvironments;
import dev.slipway.steps.ActivityPulse;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WithStartWorkflowOperation;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.util.Optional;

/** See {@link EnvironmentActivities}. */
public final class EnvironmentActivitiesImpl implements EnvironmentActivities {

    private final ServedEnvironments environments;
    private final WorkflowClient client;
    private final Holders holders;
    private final Deciding deciding = new Deciding(new Deployers(new CommandRunner(), HttpClients.standard()));
    private final Announcing announcing = new Announcing(new Notifying(HttpClients.standard()));

    public EnvironmentActivitiesImpl(ServedEnvironments environments, WorkflowClient client) {
        this.environments = environments;
        this.client = client;
        this.holders = new Holders(client);
    }

    @Override
    public Place askForTurn(TurnRequest request) {
        return Answer.of(environments, request.service(), request.environment(), served -> {
            boolean lockedNow = lockAbandoned(served);
            long newest = served.record().head().entry().number();
            Place place = asked(request, newest);
            Optional<Holder> gone = place.holder().stream()
                    .filter(holder -> !place.yours() && !holders.running(holder))
                    .findFirst();
            if (gone.isPresent()) {
                holders.putOut(served, gone.get());
                return asked(request, newest);
            }
            if (lockedNow) {
                client.newWorkflowStub(
                                EnvironmentWorkflow.class,
                                ReleaseName.environmentWorkflowId(request.service(), request.environment()))
                        .refresh();
            }
            return place;
        });
    }

    /** @param newest entry of the record */
    private Place asked(TurnRequest request, long newest) {
        EnvironmentWorkflow queue = client.newWorkflowStub(
                EnvironmentWorkflow.class,
                WorkflowOptions.newBuilder()
                        .setWorkflowId(ReleaseName.environmentWorkflowId(request.service(), request.environment()))
                        .setTaskQueue(Queues.WORKFLOWS)
                        // a worker that dies inside one of its tasks holds up everybody who waits
                        .setWorkflowTaskTimeout(Duration.ofSeconds(5))
                        .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                        .setStaticSummary("queue of " + request.service() + "/" + request.environment())
                        .build());
        return WorkflowClient.executeUpdateWithStart(
                queue::ask,
                request.holder().reviewed(request.holder().base(), newest),
                UpdateOptions.<Place>newBuilder().build(),
                new WithStartWorkflowOperation<>(
                        queue::run, EnvironmentInput.of(request.service(), request.environment())));
    }

    /**
     * Locks where a grant is open and the run that it was given to is gone, whoever lost it: a queue that was terminated
     * too, or a Temporal that was restored from nothing.
     *
     * @return whether it was locked just now
     */
    private boolean lockAbandoned(Served served) {
        Optional<Grant> open = served.record().head().state().openGrant();
        if (open.isEmpty()
                || served.record().head().state().locked().isPresent()
                || holders.running(holder(open.get()))) {
            return false;
        }
        return Holders.lockWhatWasLeftOpen(served, holder(open.get()))
                .state()
                .locked()
                .isPresent();
    }

    private static Holder holder(Grant grant) {
        return new Holder(grant.workflow(), grant.run(), grant.version(), false, grant.opened());
    }

    @Override
    public Mirror readRecord(RecordRequest request) {
        return Answer.of(environments, request.service(), request.environment(), served -> served.record()
                .head()
                .mirror());
    }

    @Override
    public Inspection inspect(RecordRequest request) {
        return Answer.of(environments, request.service(), request.environment(), served -> {
            Adoption.Found found = served.record().adoption().look();
            State state = found.head().map(Head::state).orElse(State.empty());
            return new Inspection(
                    found.number(), found.hash(), state.base(), state.live().version(), found.trouble());
        });
    }

    @Override
    public DecideResult decide(DecideRequest request) {
        return Answer.of(environments, request.service(), request.environment(), served -> {
            DecideResult result = deciding.decide(served, request, ActivityPulse.current());
            if (result.done()) {
                result.receipt().forEach(receipt -> announcing.tell(served, Entry.parse(receipt.text())));
            }
            return result;
        });
    }
}
