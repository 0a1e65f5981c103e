package dev.slipway.release;

import dev.slipway.environment.EnvironmentActivities;
import dev.slipway.environment.EnvironmentActivities.TurnRequest;
import dev.slipway.environment.EnvironmentWorkflow.HandOver;
import dev.slipway.environment.EnvironmentWorkflow.Place;
import dev.slipway.environment.Holder;
import dev.slipway.environment.Mirror;
import dev.slipway.environment.TurnGranted;
import dev.slipway.release.ReleaseActivities.CloseResult;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.ExternalWorkflowStub;
import io.temporal.workflow.SignalExternalWorkflowException;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The right to change an environment, which one workflow has at a time. It opens nothing by itself. */
public final class Turn {

    private final String service;
    private final String environment;
    private Holder me;
    private boolean asked;
    private boolean mine;
    private boolean outdated;

    /** Of somebody who goes back. */
    public static Turn back(String service, String environment, String version) {
        return new Turn(service, environment, version, true, false, false);
    }

    /**
     * Of a release.
     *
     * @param passesFreeze whether its plan lets it pass a freeze
     */
    static Turn forward(String service, String environment, String version, boolean hotfix, boolean passesFreeze) {
        return new Turn(service, environment, version, false, hotfix, passesFreeze);
    }

    private Turn(
            String service,
            String environment,
            String version,
            boolean rollback,
            boolean hotfix,
            boolean passesFreeze) {
        this.service = service;
        this.environment = environment;
        WorkflowInfo info = Workflow.getInfo();
        this.me = new Holder(
                info.getWorkflowId(),
                info.getRunId(),
                version,
                rollback,
                Instant.ofEpochMilli(info.getRunStartedTimestampMillis()),
                hotfix,
                passesFreeze);
    }

    /**
     * The same, for a release that was approved for one state of the record and no other.
     *
     * @param base that state, empty where nobody knows
     */
    Place ask(String base) {
        me = me.reviewed(base, 0);
        outdated = false;
        return ask();
    }

    /** Enters the queue, or is told its place in it. */
    public Place ask() {
        EnvironmentActivities environments = Workflow.newActivityStub(
                EnvironmentActivities.class,
                Limits.bookkeeping(environment, "ask " + service + "/" + environment + " for the turn"));
        asked = true;
        Place place = environments.askForTurn(new TurnRequest(service, environment, me));
        asked = true;
        if (place.yours()) {
            mine = true;
            outdated = false;
        } else if (outdated) {
            // told so while it asked again: nobody knows which came first, so it leaves the queue for certain
            handOver(List.of());
        }
        return place;
    }

    /** Waits for the turn, and asks again from time to time: the queue, or its answer, may have been lost. */
    public void await(Supplier<Boolean> noLonger) {
        Duration patience = DurableTime.SHORTEST_PATIENCE;
        while (!DurableTime.awaitUntil(patience, "asks again for the turn", () -> mine || outdated || noLonger.get())) {
            patience = DurableTime.longer(patience);
            ask();
        }
    }

    /**
     * The signal is addressed to one run, so it is enough that it answers this one's question: by the time of the start,
     * not by the run's id, which is another one wherever a history is replayed from a file.
     */
    public void granted(TurnGranted granted) {
        if (!asked || granted == null || !granted.holder().asked().equals(me.asked())) {
            return;
        }
        if (!granted.outdated()) {
            mine = true;
        } else if (!mine && granted.holder().base().equals(me.base())) {
            // said twice it is not about what it has asked for since
            asked = false;
            outdated = true;
        }
    }

    /** Whether the turn came to it, and there is nothing that it could do with it: it is out of the queue. */
    boolean outdated() {
        return outdated;
    }

    public boolean mine() {
        return mine;
    }

    public boolean asked() {
        return asked;
    }

    /** Gives it to the next at the end of all, unless the worker that closed the grant has told the queue already. */
    public void end(Optional<CloseResult> closed) {
        if (closed.filter(CloseResult::handedOver).isPresent()) {
            asked = false;
            mine = false;
        } else {
            handOver(closed.map(CloseResult::mirror).orElse(List.of()));
        }
    }

    /** Gives the turn, or the place in the queue, to the next, with the record as this one left it. */
    public void handOver(List<Mirror> mirror) {
        if (!asked && mirror.isEmpty()) {
            return;
        }
        asked = false;
        mine = false;
        ExternalWorkflowStub queue =
                Workflow.newUntypedExternalWorkflowStub(ReleaseName.environmentWorkflowId(service, environment));
        try {
            queue.signal("handOver", new HandOver(me, mirror));
        } catch (SignalExternalWorkflowException | ApplicationFailure gone) {
            // the queue looks at its holder before it makes anybody wait, so a lost hand-over is found there
            Workflow.getLogger(Turn.class).warn("the queue of {}/{} is gone", service, environment);
        }
    }
}
