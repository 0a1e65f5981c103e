package dev.slipway.environment;

import dev.slipway.environment.EnvironmentActivities.DecideRequest;
import dev.slipway.environment.EnvironmentActivities.DecideResult;
import dev.slipway.environment.EnvironmentActivities.RecordRequest;
import dev.slipway.plan.Times;
import dev.slipway.record.State;
import dev.slipway.release.DurableTime;
import dev.slipway.release.FailureDetail;
import dev.slipway.release.Limits;
import dev.slipway.release.Refusals;
import dev.slipway.trust.Kind;
import dev.slipway.trust.SignedStatement;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.SignalExternalWorkflowException;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** See {@link EnvironmentWorkflow}. */
public final class EnvironmentWorkflowImpl implements EnvironmentWorkflow {

    /** The memo's key under which {@link View} stands, so that status needs no worker. */
    public static final String MEMO = "slipway";

    private final String service;
    private final String environment;
    private final Queue queue;
    private final Proposals proposals;
    private Optional<Mirror> mirror;
    private String trouble = "";
    private Duration patience = DurableTime.SHORTEST_PATIENCE;
    private boolean changed;

    @WorkflowInit
    public EnvironmentWorkflowImpl(EnvironmentInput input) {
        service = input.service();
        environment = input.environment();
        queue = new Queue(input.holder().stream().findFirst(), input.waiting());
        proposals = new Proposals(input.proposals());
        mirror = input.mirror().stream().findFirst();
    }

    @Override
    public void run(EnvironmentInput input) {
        if (mirror.isEmpty()) {
            copyRecord();
        }
        show();
        while (!dueToContinue()) {
            if (mirror.isPresent()) {
                giveTurn();
            }
            if (changed) {
                show();
            }
            if (mirror.isPresent()) {
                awaitChange();
            } else {
                awaitRecord();
            }
        }
        Workflow.await(Workflow::isEveryHandlerFinished);
        Workflow.continueAsNew(new EnvironmentInput(
                service,
                environment,
                queue.holder().stream().toList(),
                queue.waiting(),
                mirror.stream().toList(),
                proposals.all()));
    }

    private boolean dueToContinue() {
        return Workflow.getInfo().isContinueAsNewSuggested();
    }

    /** Nobody gets the turn while the record can't be read: a person has to bring it back, or to adopt what is there. */
    private void awaitRecord() {
        boolean moved = DurableTime.awaitUntil(
                patience, "looks again whether the record can be read", () -> changed || dueToContinue());
        if (!moved) {
            patience = DurableTime.longer(patience);
            copyRecord();
        }
    }

    private void awaitChange() {
        if (queue.holder().isEmpty() && !queue.waiting().isEmpty() && freeze().isPresent()) {
            DurableTime.awaitUntil(
                    Duration.between(DurableTime.now(), freeze().get().until()),
                    "freeze ends " + Times.text(freeze().get().until()),
                    () -> changed || dueToContinue());
            changed = true;
        } else {
            Workflow.await(() -> changed || dueToContinue());
        }
    }

    private void giveTurn() {
        outdated().forEach(out -> signalled(new TurnGranted(out, true)));
        Optional<Holder> next = queue.next(bar());
        while (next.isPresent()) {
            changed = true;
            // before it is told: it may be done, and hand over, before this run hears that the signal has arrived
            if (!signalled(new TurnGranted(next.get()))) {
                queue.handOver(next.get());
            }
            next = queue.next(bar());
        }
    }

    /** Who would find that nothing opens for them, and hand the turn back. */
    private List<Holder> outdated() {
        List<Holder> out = mirror.map(copy -> queue.takeOut(bar(), holder -> holder.isVoid(copy)))
                .orElse(List.of());
        changed |= !out.isEmpty();
        return out;
    }

    private Queue.Bar bar() {
        return mirror.map(copy -> Queue.Bar.of(copy, DurableTime.now())).orElse(Queue.Bar.NONE);
    }

    private boolean signalled(TurnGranted granted) {
        Holder next = granted.holder();
        try {
            Workflow.newUntypedExternalWorkflowStub(WorkflowExecution.newBuilder()
                            .setWorkflowId(next.workflow())
                            .setRunId(next.run())
                            .build())
                    .signal("turn", granted);
            return true;
        } catch (SignalExternalWorkflowException | ApplicationFailure gone) {
            // it ended while it waited, so the turn goes to the next
            return false;
        }
    }

    private void copyRecord() {
        try {
            take(activities("read the record of " + service + "/" + environment)
                    .readRecord(new RecordRequest(service, environment)));
            trouble = "";
        } catch (ActivityFailure failure) {
            trouble = said(failure);
            changed = true;
        }
    }

    private static String said(ActivityFailure failure) {
        return failure.getCause() instanceof ApplicationFailure application
                ? application.getOriginalMessage()
                : "the record can't be read: " + failure.getMessage();
    }

    /** Never goes back: two copies may cross on their way. */
    private void take(Mirror copy) {
        if (mirror.map(Mirror::number).orElse(-1L) <= copy.number()) {
            mirror = Optional.of(copy);
            proposals.forgetWhatIsOver(copy, DurableTime.now());
            changed = true;
        }
    }

    @Override
    public Place ask(Holder asking) {
        if (asking == null || asking.workflow().isEmpty()) {
            throw ApplicationFailure.newNonRetryableFailure(
                    "a question for the turn names the workflow that asks", FailureDetail.REFUSED);
        }
        Workflow.await(() -> mirror.isPresent() || !trouble.isEmpty());
        if (queue.isHeldBy(asking)) {
            return new Place(0, "", true);
        }
        changed |= queue.ask(asking);
        if (mirror.isPresent() && queue.takes(asking, bar())) {
            // told in the answer: a signal would be three tasks more
            changed = true;
            return new Place(0, "", true);
        }
        TurnReason reason = TurnReason.of(view(), asking, DurableTime.now());
        return new Place(
                queue.ahead(asking),
                reason.why(),
                false,
                reason.command(),
                mirror.isPresent() ? queue.holder().stream().toList() : List.of());
    }

    @Override
    public void handOver(HandOver handOver) {
        if (handOver == null) {
            return;
        }
        handOver.mirror().forEach(this::take);
        queue.handOver(handOver.holder());
        changed = true;
    }

    @Override
    public Next passOn(HandOver handOver) {
        handOver(handOver);
        // whoever asked tells them: a signal from here would be five events more
        List<Holder> outdated = outdated();
        return new Next(mirror.flatMap(copy -> queue.next(bar())).stream().toList(), outdated);
    }

    private Decided decide(Kind kind, SignedStatement sent) {
        SignedStatement signed = sent == null ? new SignedStatement("", "") : sent;
        boolean meant =
                signed.statement().filter(statement -> statement.kind() == kind).isPresent();
        if (!meant) {
            return new Decided(false, "this is no signed statement of kind " + kind.word(), List.of());
        }
        DecideResult result;
        try {
            result = activities(kind.word() + " " + name())
                    .decide(new DecideRequest(service, environment, proposals.with(signed)));
        } catch (ActivityFailure failure) {
            // thrown from a handler of a signal it would end the queue
            return new Decided(
                    false,
                    failure.getCause() instanceof ApplicationFailure said
                            ? said.getOriginalMessage()
                            : "the worker did not answer in time",
                    List.of());
        }
        result.mirror().forEach(this::adopted);
        if (result.done()) {
            proposals.forget(signed);
        } else if (result.more() > 0) {
            proposals.keep(result.counting());
            changed = true;
        }
        return new Decided(result.done(), result.text(), result.receipt());
    }

    /** After an adoption the record may well be an older one than the copy. */
    private void adopted(Mirror copy) {
        if (!trouble.isEmpty()) {
            trouble = "";
            mirror = Optional.empty();
        }
        take(copy);
    }

    private void bySignal(Kind kind, SignedStatement signed) {
        Decided decided = decide(kind, signed);
        if (!decided.done()) {
            Refusals.count(kind.word(), "signal", name(), List.of(decided.text()));
        }
    }

    @Override
    public Decided unlock(SignedStatement signed) {
        return decide(Kind.UNLOCK, signed);
    }

    @Override
    public void unlockBySignal(SignedStatement signed) {
        bySignal(Kind.UNLOCK, signed);
    }

    @Override
    public Decided freeze(SignedStatement signed) {
        return decide(Kind.FREEZE, signed);
    }

    @Override
    public void freezeBySignal(SignedStatement signed) {
        bySignal(Kind.FREEZE, signed);
    }

    @Override
    public Decided unfreeze(SignedStatement signed) {
        return decide(Kind.UNFREEZE, signed);
    }

    @Override
    public void unfreezeBySignal(SignedStatement signed) {
        bySignal(Kind.UNFREEZE, signed);
    }

    @Override
    public Decided suspend(SignedStatement signed) {
        return decide(Kind.SUSPEND, signed);
    }

    @Override
    public void suspendBySignal(SignedStatement signed) {
        bySignal(Kind.SUSPEND, signed);
    }

    @Override
    public Decided policy(SignedStatement signed) {
        return decide(Kind.POLICY, signed);
    }

    @Override
    public void policyBySignal(SignedStatement signed) {
        bySignal(Kind.POLICY, signed);
    }

    @Override
    public Decided adopt(SignedStatement signed) {
        return decide(Kind.ADOPT, signed);
    }

    @Override
    public void adoptBySignal(SignedStatement signed) {
        bySignal(Kind.ADOPT, signed);
    }

    @Override
    public Decided reconcile(SignedStatement signed) {
        return decide(Kind.RECONCILE, signed);
    }

    @Override
    public void reconcileBySignal(SignedStatement signed) {
        bySignal(Kind.RECONCILE, signed);
    }

    @Override
    public EnvironmentActivities.Inspection inspect() {
        return activities("look at the record of " + name() + " as it lies there")
                .inspect(new RecordRequest(service, environment));
    }

    @Override
    public View refresh() {
        copyRecord();
        return view();
    }

    @Override
    public View view() {
        return new View(
                service,
                environment,
                queue.holder().stream().toList(),
                queue.waiting(),
                mirror.stream().toList(),
                trouble,
                proposals.all());
    }

    private String name() {
        return service + "/" + environment;
    }

    private Optional<State.Freeze> freeze() {
        return mirror.flatMap(copy -> copy.frozen(DurableTime.now()));
    }

    private EnvironmentActivities activities(String summary) {
        return Workflow.newActivityStub(EnvironmentActivities.class, Limits.bookkeeping(environment, summary));
    }

    private void show() {
        changed = false;
        View view = view();
        Workflow.upsertMemo(Map.of(MEMO, view));
        Workflow.setCurrentDetails(EnvironmentDetails.of(view));
    }
}
