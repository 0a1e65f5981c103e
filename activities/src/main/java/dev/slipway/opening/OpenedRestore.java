package dev.slipway.opening;

import dev.slipway.database.restore.RestoreStep;
import dev.slipway.ledger.Head;
import dev.slipway.record.Event;
import dev.slipway.record.Grant;
import dev.slipway.record.State;
import dev.slipway.record.Step;
import dev.slipway.record.StepKind;
import dev.slipway.restore.Wish;
import dev.slipway.served.Served;
import dev.slipway.trust.MalformedStatement;
import dev.slipway.trust.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A restore that is open, with what its grant and the texts beside the record say of it.
 *
 * @param state of the environment in which it is open
 */
record OpenedRestore(Served served, State state, Grant grant) {

    /** After its time a grant begins nothing, so that no yes to it could do anything. */
    private static final Duration AFTER_ITS_TIME = Duration.ofDays(1);

    /** @param id of the grant */
    static OpenedRestore of(Served served, Head head, String id) {
        Grant open = head.state()
                .openGrant()
                .filter(grant -> grant.id().equals(id) && grant.kind().equals(Grant.RESTORE))
                .orElseThrow(() -> new Refused(List.of("no such restore is open")));
        return new OpenedRestore(served, head.state(), open);
    }

    Authority authority() {
        return Authority.of(served, state);
    }

    /** What was found, as it is kept. */
    String found() {
        return grant.steps().stream()
                .filter(step -> step.kind() == StepKind.RESTORE && step.state() == Step.StepState.DONE)
                .findFirst()
                .map(step -> step.facts().getOrDefault(RestoreStep.COMPARISON, ""))
                .flatMap(served.record()::kept)
                .orElseThrow(() -> new Refused(List.of("nothing was restored and compared yet")));
    }

    /** By the plan that it was opened by. */
    RuledRestore ruled(String database) {
        return new RuledRestore(served.plan(grant.plan()).orElseThrow(), database);
    }

    /** The wish. */
    Statement asked() {
        String text = served.record()
                .kept(grant.id())
                .orElseThrow(() -> new Refused(List.of("the statement that asked for the restore is not kept beside the"
                        + " record, so nobody knows who asked; bring the store back")));
        try {
            return Statement.parse(text);
        } catch (MalformedStatement e) {
            throw new Refused(List.of("the statement that asked for the restore is none: " + e.getMessage()));
        }
    }

    /** Who asked, where their own yes does not count; those whom `by` names may each say it, also who asked. */
    Optional<String> excluded(RuledRestore ruled) {
        boolean excludes =
                ruled.plan().approval().excludesRequester() || authority().excludesRequester();
        if (!ruled.rules().by().isEmpty() || !excludes) {
            return Optional.empty();
        }
        return Optional.of(asked().by());
    }

    /** What the next one types to see the same comparison. */
    String command() {
        return "slipway restore " + served.name() + Wish.of(asked()).options();
    }

    /** Why a statement is not about this restore; empty where it is. */
    Optional<String> aboutAnother(Statement statement) {
        return statement.version().equals(grant.version())
                ? Optional.empty()
                : Optional.of("the statement is about '" + statement.version() + "', not '" + grant.version() + "'");
    }

    /** That no yes counts any more, in the state: however many entries follow on the one that said no. */
    State.Spent no() {
        return new State.Spent("no to " + grant.id(), grant.until().plus(AFTER_ITS_TIME));
    }

    boolean rejected() {
        return state.spent(no().id());
    }

    /** The entry that said no, where it is found. */
    Optional<Head> rejection() {
        return served.record()
                .find(entry -> entry.event().kind() == Event.Kind.REJECTED
                        && entry.event().facts().getOrDefault("request", "").equals(grant.id()));
    }

    /** What that entry says. */
    String rejectedText() {
        return rejection()
                .map(head -> head.entry().event().text())
                .orElse("rejected; `slipway history` of the environment shows by whom");
    }
}
