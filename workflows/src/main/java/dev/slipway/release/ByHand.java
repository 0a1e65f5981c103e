package dev.slipway.release;

import dev.slipway.evidence.EvidenceActivities;
import dev.slipway.evidence.EvidenceActivities.KeepRequest;
import dev.slipway.release.ReleaseActivities.NotifyRequest;
import dev.slipway.release.ReleaseActivities.OpenResult;
import dev.slipway.release.ReleaseActivities.Opening;
import dev.slipway.trust.SignedStatement;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Workflow;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a change by people's hands, a rollback or a restore, does like any other: it takes its turn and is opened, people
 * are told, the evidence is kept, and Temporal shows the end as what it is. What of the telling and keeping fails is told
 * in the journal, and changes nothing.
 */
public final class ByHand {

    private final String service;
    private final String environment;
    private final SignedStatement asked;
    private final Journal journal;

    /** @param asked the statement that asked for it */
    public ByHand(String service, String environment, SignedStatement asked, Journal journal) {
        this.service = service;
        this.environment = environment;
        this.asked = asked;
        this.journal = journal;
    }

    /** Waits for the turn, however long that takes. */
    public void take(Turn turn) {
        String why = turn.ask().why();
        if (!why.isEmpty()) {
            journal.info(Phase.TURN, "waits: " + why);
        }
        turn.await(() -> false);
    }

    /**
     * The grant, once nothing else may still be acting; a refusal stops it.
     *
     * @param judged asks the worker
     * @param headline is told what is waited for, and nothing when it is over
     */
    public OpenResult opened(Supplier<OpenResult> judged, Consumer<String> headline) {
        OpenResult result = judged.get();
        while (result.opening() == Opening.LATER) {
            String waits = "waits: " + String.join("; ", result.why());
            headline.accept(waits);
            journal.warnOnce(Phase.OPEN, waits);
            DurableTime.awaitUntil(DurableTime.until(result.until()), "waits until nothing else acts", () -> false);
            result = judged.get();
        }
        headline.accept("");
        if (result.opening() != Opening.OPENED) {
            throw new ReleaseStopped(Outcome.FAILED, Phase.OPEN, String.join("; ", result.why()), List.of());
        }
        return result;
    }

    public void tell(Phase phase, String version, String event) {
        try {
            Workflow.newActivityStub(ReleaseActivities.class, Limits.notification(environment, "tell people: " + event))
                    .notifyPeople(new NotifyRequest(
                            service,
                            environment,
                            version,
                            "",
                            asked.id(),
                            Workflow.getInfo().getWorkflowId(),
                            event))
                    .failed()
                    .forEach(channel -> journal.warn(phase, "not told: " + channel));
        } catch (ActivityFailure failure) {
            journal.warn(
                    phase, ReleaseStopped.by(phase, "notification", failure).getMessage());
        }
    }

    public void keepEvidence(Phase phase, ReleaseReport report) {
        try {
            Workflow.newActivityStub(EvidenceActivities.class, Limits.evidence(environment, "keep the evidence"))
                    .keepEvidence(new KeepRequest(
                            service,
                            environment,
                            asked,
                            report.version(),
                            "",
                            Workflow.getInfo().getWorkflowId(),
                            Workflow.getInfo().getRunId(),
                            report));
        } catch (ActivityFailure failure) {
            journal.warn(
                    phase,
                    "the evidence was not kept: "
                            + ReleaseStopped.by(phase, "evidence", failure).getMessage());
        }
    }

    /**
     * The workflow's own end: the report where it came to what was meant, else a failure that carries it.
     *
     * @param urgent whether somebody has to look at it now
     */
    public static ReleaseReport finish(Outcome how, Outcome meant, ReleaseReport report, boolean urgent) {
        if (how == meant) {
            return report;
        }
        if (how == Outcome.CANCELLED) {
            throw new CanceledFailure(report.headline());
        }
        throw ApplicationFailure.newBuilder()
                .setMessage(how.because(report.headline()))
                .setType(how.name())
                .setNonRetryable(true)
                .setCategory(urgent ? ApplicationErrorCategory.UNSPECIFIED : ApplicationErrorCategory.BENIGN)
                .setDetails(report)
                .build();
    }
}
