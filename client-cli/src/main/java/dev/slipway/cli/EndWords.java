package dev.slipway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.record.State;
import dev.slipway.release.Outcome;
import dev.slipway.trust.Json;
import java.util.Locale;

/**
 * How the end of a release reads, and that of a rollback by hand: it has the version that it went back to, which is not the
 * one that was rolled back, nor one that has failed.
 */
final class EndWords {

    private EndWords() {}

    /** With its version. */
    static String sentence(State.Ended ended) {
        return ended.byHand()
                ? Outcome.named(ended.outcome())
                        .map(outcome -> outcome.ofRollbackTo(ended.version()))
                        .orElseGet(() -> plain(ended))
                : ended.version() + " " + plain(ended);
    }

    /** What stands beside its version. */
    static String beside(State.Ended ended) {
        if (!ended.byHand()) {
            return plain(ended);
        }
        return ended.outcome().equals(Outcome.ROLLED_BACK.name())
                ? "gone back to"
                : Outcome.named(ended.outcome())
                        .map(outcome -> outcome.ofRollbackTo("it"))
                        .orElseGet(() -> plain(ended));
    }

    /** As it stands in the record, and where a rollback by hand went; that is empty for a release. */
    static ObjectNode json(State.Ended ended) {
        ObjectNode one = Json.mapper().valueToTree(ended);
        return one.put("rollbackTo", ended.byHand() ? ended.version() : "");
    }

    private static String plain(State.Ended ended) {
        return ended.outcome().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
