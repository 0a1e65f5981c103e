package dev.slipway.release;

import dev.slipway.evidence.EvidenceActivities;
import dev.slipway.evidence.EvidenceActivities.KeepRequest;
import dev.slipway.release.ReleaseActivities.NotifyRequest;
import dev.slipway.trust.SignedStatement;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Workflow;

/**
 * What a change by people's hands, a rollback or a restore, does like any other: people are told, the evidence is kept, and
 * Temporal shows the end as what it is. What of it fails is told in the journal, and changes nothing.
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
