package dev.slipway.environment;

import dev.slipway.deciding.Deciding;
import dev.slipway.deploy.Deployers;
import dev.slipway.environment.EnvironmentWorkflow.Place;
import dev.slipway.http.HttpClients;
import dev.slipway.ledger.Change;
import dev.slipway.ledger.EnvironmentRecord;
import dev.slipway.ledger.Head;
import dev.slipway.notifying.Announcing;
import dev.slipway.notifying.Notifying;
import dev.slipway.process.CommandRunner;
import dev.slipway.record.Entry;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.release.Answer;
import dev.slipway.release.Queues;
import dev.slipway.release.ReleaseName;
import dev.slipway.served.Served;
import dev.slipway.served.ServedEnvironments;
import dev.slipway.steps.ActivityPulse;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WithStartWorkflowOperation;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** See {@link EnvironmentActivities}. */
public final class EnvironmentActivitiesImpl implements EnvironmentActivities {

    private final ServedEnvironments environments;
    private final WorkflowClient client;
    private final Deciding deciding = new Deciding(new Deployers(new CommandRunner(), HttpClients.standard()));
    private final Announcing announcing = new Announcing(new Notifying(HttpClients.standard()));

    public EnvironmentActivitiesImpl(ServedEnvironments environments, WorkflowClient client) {
        this.environments = environments;
        this.client = client;
    }

    @Override
    public Place askForTurn(TurnRequest request) {
        return Answer.of(environments, request.service(), request.environment(), served -> {
            EnvironmentWorkflow queue = client.newWorkflowStub(
                    EnvironmentWorkflow.class,
                    WorkflowOptions.newBuilder()
                            .setWorkflowId(ReleaseName.environmentWorkflowId(request.service(), request.environment()))
                            .setTaskQueue(Queues.WORKFLOWS)
                            // a worker that dies inside one of its tasks holds up everybody who waits
                            .setWorkflowTaskTimeout(Duration.ofSeconds(5))
                            .setWorkflowIdConflictPolicy(
                                    WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                            .setStaticSummary("queue of " + served.name())
                            .build());
            boolean lockedNow = lockAbandoned(served);
            Place place = WorkflowClient.executeUpdateWithStart(
                    queue::ask,
                    request.holder(),
                    UpdateOptions.<Place>newBuilder().build(),
                    new WithStartWorkflowOperation<>(
                            queue::run, EnvironmentInput.of(request.service(), request.environment())));
            if (lockedNow) {
                client.newWorkflowStub(
                                EnvironmentWorkflow.class,
                                ReleaseName.environmentWorkflowId(request.service(), request.environment()))
                        .refresh();
            }
            return place;
        });
    }

    /**
     * Locks where a grant is open and the run that it was given to is gone, whoever lost it: a queue that was terminated
     * too, or a Temporal that was restored from nothing.
     *
     * @return whether it was locked just now
     */
    private boolean lockAbandoned(Served served) {
        Optional<Grant> open = served.record().head().state().openGrant();
        if (open.isEmpty() || served.record().head().state().locked().isPresent() || running(open.get())) {
            return false;
        }
        return lockWhatWasLeftOpen(served, open.get().workflow())
                .state()
                .locked()
                .isPresent();
    }

    private boolean running(Grant grant) {
        return running(new Holder(grant.workflow(), grant.run(), grant.version(), false, grant.opened()));
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
            EnvironmentRecord.Found found = served.record().look();
            State state = found.head().map(Head::state).orElse(State.empty());
            return new Inspection(
                    found.number(), found.hash(), state.base(), state.live().version(), found.trouble());
        });
    }

    @Override
    public HolderCheck checkHolder(HolderRequest request) {
        return Answer.of(environments, request.service(), request.environment(), served -> {
            if (running(request.holder())) {
                return new HolderCheck(true, List.of());
            }
            Head head = lockWhatWasLeftOpen(served, request.holder().workflow());
            return new HolderCheck(false, List.of(head.mirror()));
        });
    }

    private boolean running(Holder holder) {
        try {
            WorkflowExecutionStatus status = client.newUntypedWorkflowStub(
                            holder.workflow(),
                            holder.run().isEmpty() ? Optional.empty() : Optional.of(holder.run()),
                            Optional.empty())
                    .describe()
                    .getStatus();
            return status == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
        } catch (WorkflowNotFoundException gone) {
            return false;
        }
    }

    /** A holder that is gone with an open grant left something half done: nobody goes on before a person has looked. */
    private static Head lockWhatWasLeftOpen(Served served, String workflow) {
        return served.record().change(now -> {
            Optional<Grant> grant =
                    now.state().openGrant().filter(open -> open.workflow().equals(workflow));
            if (grant.isEmpty() || now.state().locked().isPresent()) {
                return Optional.empty();
            }
            Instant time = served.record().now();
            String step = grant.get()
                    .lastBegun()
                    .map(last -> "its last step was '" + last.title() + "' (" + last.state() + ")")
                    .orElse("no step had begun");
            String reason = workflow + " is gone and left its grant open; " + step;
            return Optional.of(new Change(
                    new Event(
                            Event.Kind.LOCKED,
                            served.name() + "@" + grant.get().version(),
                            reason,
                            Map.of("request", grant.get().id())),
                    now.state()
                            .withLock(new State.Lock(
                                    now.hash(),
                                    reason,
                                    time,
                                    served.name() + "@" + grant.get().version()))));
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
