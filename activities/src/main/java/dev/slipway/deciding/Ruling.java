package dev.slipway.deciding;

import dev.slipway.ledger.Change;
import dev.slipway.ledger.Head;
import dev.slipway.process.Pulse;
import dev.slipway.served.Served;
import dev.slipway.trust.Statement;
import java.util.List;

/** A rule with what the record says when the word counts. */
interface Ruling extends Rule {

    /**
     * What the record says then, without who said it and what is spent.
     *
     * @param by who said it, in words
     */
    Change change(Served served, Head now, Statement statement, String by);

    /** What the world says against a word that counts; asked once, before it is put into the record. */
    default List<String> contradictions(Served served, Statement statement, Pulse pulse) {
        return List.of();
    }
}
