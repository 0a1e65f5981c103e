package dev.slipway.release;

import dev.slipway.environment.EnvironmentActivities;
import dev.slipway.environment.EnvironmentInput;
import dev.slipway.environment.EnvironmentWorkflow;
import dev.slipway.environment.EnvironmentWorkflow.Place;
import dev.slipway.environment.Holder;
import dev.slipway.environment.Mirror;
import dev.slipway.environment.TurnGranted;
import dev.slipway.evidence.EvidenceActivities;
import dev.slipway.record.SignedText;
import dev.slipway.trust.Kind;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WithStartWorkflowOperation;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a fake worker does for the workflow of an environment, and for who asks about it. */
final class FakeEnvironments implements EnvironmentActivities, EvidenceActivities {

    private final FakeCalls calls;
    private final FakeRecord record;
    private volatile Optional<WorkflowClient> client = Optional.empty();
    private volatile Optional<String> unlockRefused = Optional.empty();
    private volatile boolean outdatesWhoWaits;
    private volatile boolean outdatesWhoAsksAgain;
    private final Set<String> askedBefore = ConcurrentHashMap.newKeySet();

    FakeEnvironments(FakeCalls calls, FakeRecord record) {
        this.calls = calls;
        this.record = record;
    }

    void client(WorkflowClient of) {
        client = Optional.of(of);
    }

    void outdateWhoWaits() {
        outdatesWhoWaits = true;
    }

    void outdateWhoAsksAgain() {
        outdatesWhoAsksAgain = true;
    }

    static void tell(WorkflowClient client, TurnGranted granted) {
        Holder one = granted.holder();
        client.newUntypedWorkflowStub(one.workflow(), Optional.of(one.run()), Optional.empty())
                .signal("turn", granted);
    }

    void refuseUnlocks(String why) {
        unlockRefused = Optional.of(why);
    }

    @Override
    public Place askForTurn(TurnRequest request) {
        calls.called("askForTurn");
        EnvironmentWorkflow queue = client.orElseThrow()
                .newWorkflowStub(
                        EnvironmentWorkflow.class,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(
                                        ReleaseName.environmentWorkflowId(request.service(), request.environment()))
                                .setTaskQueue(Queues.WORKFLOWS)
                                .setWorkflowIdConflictPolicy(
                                        WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                                .build());
        Place place = WorkflowClient.executeUpdateWithStart(
                queue::ask,
                request.holder().reviewed(outdatesWhoWaits ? request.holder().base() : "", 0),
                UpdateOptions.<Place>newBuilder().build(),
                new WithStartWorkflowOperation<>(
                        queue::run, EnvironmentInput.of(request.service(), request.environment())));
        if (outdatesWhoAsksAgain && !askedBefore.add(request.holder().workflow())) {
            outdatesWhoAsksAgain = false;
            tell(client.orElseThrow(), new TurnGranted(request.holder(), true));
        }
        return place;
    }

    @Override
    public Mirror readRecord(RecordRequest request) {
        calls.called("readRecord");
        return record.mirror();
    }

    @Override
    public Inspection inspect(RecordRequest request) {
        calls.called("inspect");
        return new Inspection(3, "a".repeat(64), "b".repeat(64), record.live(), "the record has gone back");
    }

    /** A policy needs two people, everything else one; nothing is judged. */
    @Override
    public DecideResult decide(DecideRequest request) {
        Kind kind = request.signed().get(0).statement().orElseThrow().kind();
        calls.called("decide " + kind.word());
        if (unlockRefused.isPresent()) {
            return DecideResult.refused(unlockRefused.get(), List.of());
        }
        if (kind == Kind.POLICY && request.signed().size() < 2) {
            return new DecideResult(
                    false, 1, "1 more has to say the same", request.signed(), List.of(), List.of(record.mirror()));
        }
        record.grows();
        if (kind == Kind.UNLOCK) {
            record.unlocked();
        }
        return new DecideResult(
                true,
                0,
                kind == Kind.UNLOCK ? "unlocked" : "done",
                request.signed(),
                List.of(),
                List.of(record.mirror()));
    }

    @Override
    public KeepResult keepEvidence(KeepRequest request) {
        return new KeepResult(1);
    }

    @Override
    public Folder fetchEvidence(FetchRequest request) {
        return new Folder(new SignedText("", ""), new byte[0], "", 0);
    }

    @Override
    public Backups readBackups(BackupsRequest request) {
        return new Backups(List.of());
    }

    @Override
    public Events readEvents(EventsRequest request) {
        return new Events(List.of(), false);
    }
}
