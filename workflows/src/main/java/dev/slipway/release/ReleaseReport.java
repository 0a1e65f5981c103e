package dev.slipway.release;

import dev.slipway.record.SignedText;
import dev.slipway.trust.SignedStatement;
import java.time.Instant;
import java.util.List;

/**
 * The story of a release: a query while it runs, the result (or the failure's details) after it.
 *
 * @param request id of the signed request
 * @param plan the plan's digest
 * @param outcome empty while it runs, else the name of an {@link Outcome}
 * @param phase where it is, or where it ended
 * @param headline one sentence
 * @param waiting none or one
 * @param changed what is different from before, in words
 * @param safe whether it is safe to leave it so
 * @param undo commands for a person's hands, in the order in which they are to be typed
 * @param closed the signed entry of the record that ended it: none or one
 * @param review the signed review, none or one
 * @param opened hash of the record's {@code opened} entry, empty before
 * @param base the record's base after {@code opened}, empty before
 * @param started when the workflow began
 * @param ended epoch start while it runs
 * @param lane of the request, empty for a rollback
 * @param approvals those that count now: what a revocation is about
 * @param question what is to be done about a step that failed: none or one
 */
public record ReleaseReport(
        String service,
        String environment,
        String version,
        String commit,
        String request,
        String requestedBy,
        String plan,
        String outcome,
        Phase phase,
        String headline,
        List<Waiting> waiting,
        List<String> changed,
        boolean safe,
        List<String> undo,
        List<JournalEntry> journal,
        List<SignedText> closed,
        List<SignedText> review,
        String opened,
        String base,
        Instant started,
        Instant ended,
        String lane,
        List<SignedStatement> approvals,
        List<Question> question) {

    public ReleaseReport {
        service = service == null ? "" : service;
        environment = environment == null ? "" : environment;
        version = version == null ? "" : version;
        request = request == null ? "" : request;
        plan = plan == null ? "" : plan;
        commit = commit == null ? "" : commit;
        requestedBy = requestedBy == null ? "" : requestedBy;
        outcome = outcome == null ? "" : outcome;
        headline = headline == null ? "" : headline;
        waiting = waiting == null ? List.of() : List.copyOf(waiting);
        changed = changed == null ? List.of() : List.copyOf(changed);
        undo = undo == null ? List.of() : List.copyOf(undo);
        journal = journal == null ? List.of() : List.copyOf(journal);
        closed = closed == null ? List.of() : List.copyOf(closed);
        review = review == null ? List.of() : List.copyOf(review);
        opened = opened == null ? "" : opened;
        base = base == null ? "" : base;
        started = started == null ? Instant.EPOCH : started;
        ended = ended == null ? Instant.EPOCH : ended;
        lane = lane == null ? "" : lane;
        approvals = approvals == null ? List.of() : List.copyOf(approvals);
        question = question == null ? List.of() : List.copyOf(question);
    }

    /** The same, waiting for that. */
    public ReleaseReport waitingFor(List<Waiting> now) {
        return new ReleaseReport(
                service,
                environment,
                version,
                commit,
                request,
                requestedBy,
                plan,
                outcome,
                phase,
                headline,
                now,
                changed,
                safe,
                undo,
                journal,
                closed,
                review,
                opened,
                base,
                started,
                ended,
                lane,
                approvals,
                question);
    }
}
