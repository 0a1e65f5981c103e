package dev.slipway.deciding;

import dev.slipway.opening.Authority;
import dev.slipway.record.State;
import dev.slipway.served.Served;
import dev.slipway.trust.Kind;
import dev.slipway.trust.Statement;
import java.util.List;

/** How one kind of word about an environment is judged. */
interface Rule {

    Kind kind();

    /** Who may say it. */
    List<String> may(Authority authority);

    /** These, or who may ask for a release where nobody is named, so that no word is left that nobody can say. */
    static List<String> orAskers(List<String> named, Authority authority) {
        return named.isEmpty() ? authority.askers() : named;
    }

    /** How many different people have to say the same. */
    default int wanted(Authority authority) {
        return 1;
    }

    /** Whether the recovery key may stand in for all of them. */
    default boolean recovers() {
        return false;
    }

    /** What it has to be about. */
    String about(State state, Statement statement);

    /** Whether what it once said, and was taken for, is still so: then a lost answer is given again. */
    boolean stillSo(State state, Statement statement);

    /** Why it can't be, whoever says it; empty where it can. */
    List<String> problems(Served served, Authority authority, State state, Statement statement);
}
