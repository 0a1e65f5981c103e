package dev.slipway.evidence;

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

    /** One of the two. */
    record LookUp(List<FetchRequest> evidence, List<EventsRequest> events) {
        public LookUp {
            evidence = evidence == null ? List.of() : List.copyOf(evidence);
            events = events == null ? List.of() : List.copyOf(events);
        }

        public static LookUp of(FetchRequest evidence) {
            return new LookUp(List.of(evidence), List.of());
        }

        public static LookUp of(EventsRequest events) {
            return new LookUp(List.of(), List.of(events));
        }
    }

    /** The answer to the one that was asked. */
    record Found(List<Folder> evidence, List<Events> events) {
        public Found {
            evidence = evidence == null ? List.of() : List.copyOf(evidence);
            events = events == null ? List.of() : List.copyOf(events);
        }
    }
}
