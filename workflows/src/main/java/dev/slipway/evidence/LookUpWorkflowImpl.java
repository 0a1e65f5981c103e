package dev.slipway.evidence;

import dev.slipway.plan.Times;
import dev.slipway.release.Limits;
import io.temporal.workflow.Workflow;

/** See {@link LookUpWorkflow}. */
public final class LookUpWorkflowImpl implements LookUpWorkflow {

    @Override
    public Found run(LookUp lookUp) {
        return new Found(
                lookUp.evidence().stream()
                        .map(asked -> activities(asked.environment(), "evidence of " + asked.version())
                                .fetchEvidence(asked))
                        .toList(),
                lookUp.events().stream()
                        .map(asked -> activities(asked.environment(), "events since " + Times.text(asked.since()))
                                .readEvents(asked))
                        .toList(),
                lookUp.backups().stream()
                        .map(asked -> activities(asked.environment(), "backups of " + asked.environment())
                                .readBackups(asked))
                        .toList());
    }

    private static EvidenceActivities activities(String environment, String summary) {
        return Workflow.newActivityStub(EvidenceActivities.class, Limits.evidence(environment, summary));
    }
}
