package dev.slipway.release;

import dev.slipway.record.SignedText;
import dev.slipway.record.StepKind;
import dev.slipway.release.ReleaseActivities.GrantRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.PlannedStep;
import dev.slipway.release.ReleaseActivities.StepRequest;
import dev.slipway.release.ReleaseActivities.StepResult;
import dev.slipway.restore.RestoreActivities;
import io.temporal.activity.Activity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a fake worker does of a restore. */
final class FakeRestores implements RestoreActivities {

    private final FakeCalls calls;
    private final FakeRecord record;
    private volatile boolean switches = true;
    private volatile boolean drillMet = true;
    private volatile int confirmations = 1;

    FakeRestores(FakeCalls calls, FakeRecord record) {
        this.calls = calls;
        this.record = record;
    }

    /** The next restores have no way to switch. */
    void beside() {
        switches = false;
    }

    /** So many people have to say yes to a restore. */
    void confirmedBy(int people) {
        confirmations = people;
    }

    /** The next drills fail. */
    void drillInVain() {
        drillMet = false;
    }

    @Override
    public OpenResult openRestore(OpenRestoreRequest request) {
        calls.called("openRestore");
        List<PlannedStep> steps = new ArrayList<>();
        steps.add(new PlannedStep(1, StepKind.RESTORE, "main", Duration.ofHours(3)));
        if (switches) {
            steps.add(new PlannedStep(2, StepKind.BACKUP, "main", Duration.ofHours(1)));
            steps.add(new PlannedStep(3, StepKind.SWITCH, "main", Duration.ofHours(1)));
        }
        return record.open(request.restore().id(), "restore-1a2b3c4d", steps);
    }

    @Override
    public ConfirmResult confirm(ConfirmRequest request) {
        calls.called("confirm " + request.yes().size());
        boolean wrong = request.yes().stream()
                .anyMatch(yes -> yes.statement().orElseThrow().confirm().isEmpty());
        boolean enough = request.yes().size() >= confirmations;
        return wrong
                ? new ConfirmResult(false, "", List.of("the plan asks for the word 'CONFIRM', exactly so"), List.of())
                : new ConfirmResult(
                        enough,
                        enough ? "confirmed" : "taken",
                        List.of(),
                        enough ? List.of(new SignedText("confirmed\n", "sig")) : List.of());
    }

    @Override
    public DrillResult drill(DrillRequest request) {
        calls.called("drill");
        return new DrillResult(
                "drill-1a2b3c4d",
                drillMet ? "restored in 3 s" : "could NOT be restored",
                List.of("RTO 3 s"),
                drillMet,
                List.of(new SignedText("drilled\n", "sig")));
    }

    @Override
    public StepResult restore(StepRequest request) {
        return restores("restore " + request.step());
    }

    @Override
    public Compared compared(GrantRequest request) {
        calls.called("compared");
        return new Compared(
                new SignedText("comparison\n", "sig"),
                List.of("ana", "ben"),
                "slipway restore shop/production",
                Instant.ofEpochMilli(Activity.getExecutionContext().getInfo().getCurrentAttemptScheduledTimestamp())
                        .plus(Duration.ofHours(1)));
    }

    @Override
    public ConfirmResult refuse(RefuseRequest request) {
        calls.called("refuse");
        return request.no().statement().orElseThrow().reason().isBlank()
                ? new ConfirmResult(false, "", List.of("it needs a reason"), List.of())
                : new ConfirmResult(true, "rejected by ana", List.of(), List.of(new SignedText("rejected\n", "sig")));
    }

    @Override
    public StepResult backUpPresent(StepRequest request) {
        return restores("backUpPresent " + request.step());
    }

    @Override
    public StepResult switchOver(StepRequest request) {
        return restores("switchOver " + request.step());
    }

    private StepResult restores(String call) {
        calls.called(call);
        return new StepResult(call + " was done", Map.of(), List.of(), "");
    }
}
