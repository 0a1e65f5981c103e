package dev.slipway.evidence;

import dev.slipway.evidence.EvidenceActivities.Backups;
import dev.slipway.evidence.EvidenceActivities.BackupsRequest;
import dev.slipway.evidence.EvidenceActivities.Events;
import dev.slipway.evidence.EvidenceActivities.EventsRequest;
import dev.slipway.evidence.EvidenceActivities.FetchRequest;
import dev.slipway.evidence.EvidenceActivities.Folder;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;

/** Carries a question to the worker that holds a record, and its answer back. Changes nothing. */
@WorkflowInterface
public interface LookUpWorkflow {

    @WorkflowMethod
    Found run(LookUp lookUp);

    /** One of them. */
    record LookUp(List<FetchRequest> evidence, List<EventsRequest> events, List<BackupsRequest> backups) {
        public LookUp {
            evidence = evidence == null ? List.of() : List.copyOf(evidence);
            events = events == null ? List.of() : List.copyOf(events);
            backups = backups == null ? List.of() : List.copyOf(backups);
        }

        public static LookUp of(BackupsRequest backups) {
            return new LookUp(List.of(), List.of(), List.of(backups));
        }

        public static LookUp of(FetchRequest evidence) {
            return new LookUp(List.of(evidence), List.of(), List.of());
        }

        public static LookUp of(EventsRequest events) {
            return new LookUp(List.of(), List.of(events), List.of());
        }
    }

    /** The answer to the one that was asked. */
    record Found(List<Folder> evidence, List<Events> events, List<Backups> backups) {
        public Found {
            evidence = evidence == null ? List.of() : List.copyOf(evidence);
            events = events == null ? List.of() : List.copyOf(events);
            backups = backups == null ? List.of() : List.copyOf(backups);
        }
    }
}
