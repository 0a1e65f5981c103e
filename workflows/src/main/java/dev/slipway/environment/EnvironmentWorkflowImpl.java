package dev.slipway.environment;

import dev.slipway.environment.EnvironmentActivities.HolderCheck;
import dev.slipway.environment.EnvironmentActivities.HolderRequest;
import dev.slipway.environment.EnvironmentActivities.RecordRequest;
import dev.slipway.environment.EnvironmentActivities.UnlockRequest;
import dev.slipway.environment.EnvironmentActivities.UnlockResult;
import dev.slipway.record.State;
import dev.slipway.release.FailureDetail;
import dev.slipway.release.Limits;
import dev.slipway.trust.SignedStatement;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.SignalExternalWorkflowException;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** See {@link EnvironmentWorkflow}. */
public final class EnvironmentWorkflowImpl implements EnvironmentWorkflow {

    /** The memo's key under which {@link View} stands, so that status needs no worker. */
    public static final String MEMO = "slipway";

    /** How often a holder is looked at while somebody waits for it: a dead one costs a minute, a live one one activity. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final String service;
    private final String environment;
    private final List<Holder> waiting;
    private Optional<Holder> holder;
    private Optional<Mirror> mirror;
    private boolean looked;
    private boolean changed;

    @WorkflowInit
    public EnvironmentWorkflowImpl(EnvironmentInput input) {
        service = input.service();
        environment = input.environment();
        waiting = new ArrayList<>(input.waiting());
        holder = input.holder().stream().findFirst();
        mirror = input.mirror().stream().findFirst();
    }

    @Override
    public void run(EnvironmentInput input) {
        if (mirror.isEmpty()) {
            copyRecord();
        }
        show();
        while (!dueToContinue()) {
            giveTurn();
            if (changed) {
                show();
            }
            if (holder.isPresent() && !waiting.isEmpty()) {
                boolean moved = looked && Workflow.await(LOOK, () -> changed || dueToContinue());
                if (!moved && holder.isPresent()) {
                    lookAtHolder();
                }
            } else {
                Workflow.await(() -> changed || dueToContinue());
            }
        }
        Workflow.await(Workflow::isEveryHandlerFinished);
        Workflow.continueAsNew(new EnvironmentInput(
                service,
                environment,
                holder.stream().toList(),
                waiting,
                mirror.stream().toList()));
    }

    private boolean dueToContinue() {
        return Workflow.getInfo().isContinueAsNewSuggested();
    }

    /** Strictly in the order of asking; a rollback goes first, and a lock lets nothing else pass. */
    private void giveTurn() {
        while (holder.isEmpty()) {
            Optional<Holder> next = waiting.stream()
                    .filter(Holder::rollback)
                    .findFirst()
                    .or(() -> lock().isEmpty() ? waiting.stream().findFirst() : Optional.empty());
            if (next.isEmpty()) {
                return;
            }
            waiting.removeIf(each -> each.same(next.get()));
            changed = true;
            looked = false;
            // before it is told: it may be done, and hand over, before this run hears that the signal has arrived
            holder = next;
            if (!signalled(next.get())) {
                holder = holder.filter(each -> !each.same(next.get()));
            }
        }
    }

    private boolean signalled(Holder next) {
        try {
            Workflow.newUntypedExternalWorkflowStub(io.temporal.api.common.v1.WorkflowExecution.newBuilder()
                            .setWorkflowId(next.workflow())
                            .setRunId(next.run())
                            .build())
                    .signal("turn", new TurnGranted(next));
            return true;
        } catch (SignalExternalWorkflowException | ApplicationFailure gone) {
            // it ended while it waited, so the turn goes to the next
            return false;
        }
    }

    private void lookAtHolder() {
        looked = true;
        Holder looking = holder.orElseThrow();
        HolderCheck check = activities("look whether " + looking.workflow() + " still runs")
                .checkHolder(new HolderRequest(service, environment, looking));
        if (!check.running() && holder.filter(looking::same).isPresent()) {
            holder = Optional.empty();
            check.mirror().forEach(this::take);
            changed = true;
        }
    }

    private void copyRecord() {
        take(activities("read the record of " + service + "/" + environment)
                .readRecord(new RecordRequest(service, environment)));
    }

    /** Never goes back: two copies may cross on their way. */
    private void take(Mirror copy) {
        if (mirror.map(Mirror::number).orElse(-1L) <= copy.number()) {
            mirror = Optional.of(copy);
            changed = true;
        }
    }

    @Override
    public Place ask(Holder asking) {
        if (asking == null || asking.workflow().isEmpty()) {
            throw ApplicationFailure.newNonRetryableFailure(
                    "a question for the turn names the workflow that asks", FailureDetail.REFUSED);
        }
        if (mirror.isEmpty()) {
            Workflow.await(() -> mirror.isPresent());
        }
        if (holder.filter(asking::same).isPresent()) {
            return new Place(0, "", true);
        }
        if (waiting.stream().noneMatch(asking::same)) {
            waiting.add(asking);
            changed = true;
        }
        int ahead = 0;
        while (!waiting.get(ahead).same(asking)) {
            ahead++;
        }
        if (lock().isPresent() && !asking.rollback()) {
            return new Place(
                    ahead,
                    "locked since " + lock().get().since() + ": " + lock().get().reason() + "; `slipway unlock "
                            + service + "/" + environment + "` ends it");
        }
        if (holder.isPresent()) {
            return new Place(ahead + 1, holder.get().workflow() + " has the turn, " + ahead + " wait before this one");
        }
        return new Place(ahead, ahead == 0 ? "" : ahead + " wait before this one");
    }

    @Override
    public void handOver(HandOver handOver) {
        if (handOver == null) {
            return;
        }
        handOver.mirror().forEach(this::take);
        waiting.removeIf(handOver.holder()::same);
        if (holder.filter(handOver.holder()::same).isPresent()) {
            holder = Optional.empty();
        }
        changed = true;
    }

    @Override
    public Unlocked unlock(SignedStatement unlock) {
        UnlockResult result = activities("unlock " + service + "/" + environment)
                .unlock(new UnlockRequest(service, environment, unlock));
        result.mirror().forEach(this::take);
        return new Unlocked(result.done(), result.text());
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
                holder.stream().toList(),
                List.copyOf(waiting),
                mirror.stream().toList());
    }

    private Optional<State.Lock> lock() {
        return mirror.flatMap(copy -> copy.lock().stream().findFirst());
    }

    private EnvironmentActivities activities(String summary) {
        return Workflow.newActivityStub(EnvironmentActivities.class, Limits.bookkeeping(environment, summary));
    }

    private void show() {
        changed = false;
        Workflow.upsertMemo(Map.of(MEMO, view()));
        StringBuilder text = new StringBuilder("## " + service + "/" + environment + "\n\n");
        mirror.ifPresent(copy -> text.append(
                        copy.live().isEmpty()
                                ? "nothing was released here yet"
                                : "**live** " + copy.live() + " since " + copy.liveSince())
                .append("\n\n"));
        mirror.filter(copy -> !copy.lastKnownGood().isEmpty()).ifPresent(copy -> text.append("**last known good** ")
                .append(copy.lastKnownGood())
                .append("\n\n"));
        lock().ifPresent(lock -> text.append("**locked** since ")
                .append(lock.since())
                .append(": ")
                .append(lock.reason())
                .append("\n\n`slipway unlock ")
                .append(service)
                .append('/')
                .append(environment)
                .append("`\n\n"));
        text.append("**turn** ")
                .append(holder.map(Holder::workflow).orElse("free"))
                .append("\n\n");
        waiting.forEach(each -> text.append("- waits: ").append(each.workflow()).append('\n'));
        Workflow.setCurrentDetails(text.toString());
    }
}
