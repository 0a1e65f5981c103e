package dev.slipway.environment;

import dev.slipway.environment.EnvironmentWorkflow.HandOver;
import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.release.ReleaseName;
import dev.slipway.served.Served;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowNotFoundException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Those who have, or had, the turn of an environment: whether they still run, and what becomes of it where they do not. */
final class Holders {

    private final WorkflowClient client;

    Holders(WorkflowClient client) {
        this.client = client;
    }

    /** Gives the turn back for one that is gone. Said twice it changes nothing. */
    void putOut(Served served, Holder gone) {
        Head head = lockWhatWasLeftOpen(served, gone);
        client.newWorkflowStub(
                        EnvironmentWorkflow.class,
                        ReleaseName.environmentWorkflowId(
                                served.settings().service(), served.settings().environment()))
                .handOver(new HandOver(gone, List.of(head.mirror())));
    }

    boolean running(Holder holder) {
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

    /** Another run of the same release has a grant of its own. */
    private static boolean isOf(Grant grant, Holder holder) {
        boolean sameRun = grant.run().isEmpty() || grant.run().equals(holder.run());
        return sameRun && grant.workflow().equals(holder.workflow());
    }

    /** A holder that is gone with an open grant left something half done: nobody goes on before a person has looked. */
    static Head lockWhatWasLeftOpen(Served served, Holder gone) {
        return served.record().change(now -> {
            Optional<Grant> grant = now.state().openGrant().filter(open -> isOf(open, gone));
            if (grant.isEmpty() || now.state().locked().isPresent()) {
                return Optional.empty();
            }
            Instant time = served.record().now();
            String step = grant.get()
                    .lastBegun()
                    .map(last -> "its last step was '" + last.title() + "' (" + last.state() + ")")
                    .orElse("no step had begun");
            String reason = gone.workflow() + " is gone and left its grant open; " + step;
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
}
