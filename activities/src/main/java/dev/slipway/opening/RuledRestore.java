package dev.slipway.opening;

import dev.slipway.plan.ReleasePlan;
import dev.slipway.plan.Restore;
import dev.slipway.record.State;
import dev.slipway.restore.Wish;
import dev.slipway.served.Served;
import java.util.List;
import java.util.Optional;

/** The plan that says how a database is restored, and who may. */
record RuledRestore(ReleasePlan plan, String database) {

    Restore rules() {
        return plan.databases().get(database).restoring();
    }

    /** Who may say yes. */
    List<String> may() {
        return rules().by().isEmpty() ? plan.approval().from() : rules().by();
    }

    /** How many of them. */
    int quorum() {
        return rules().by().isEmpty() ? Math.max(1, plan.approval().quorum()) : 1;
    }

    /**
     * By what is open, was locked or is live; where nothing of it is, by the release whose backup is wanted. It has to have
     * been opened: a plan that was only asked for says nothing about anybody's rights.
     */
    static RuledRestore of(Served served, State state, Wish wish) {
        Optional<ReleasePlan> wanted = state.released(wish.of()).flatMap(ended -> served.plan(ended.plan()));
        ReleasePlan plan = Authority.of(served, state)
                .plan()
                // a database that came with the version that failed is in that version's plan only
                .filter(live -> wish.database().isEmpty()
                        || live.databases().containsKey(wish.database())
                        || wanted.filter(of -> of.databases().containsKey(wish.database()))
                                .isEmpty())
                .or(() -> wanted)
                .orElseThrow(() -> new Refused(List.of("nothing that slipway released is live in " + served.name()
                        + ", so there is no plan that says who may restore; name the version with --of")));
        List<String> names = List.copyOf(plan.databases().keySet());
        if (wish.database().isEmpty() && names.size() == 1) {
            return new RuledRestore(plan, names.get(0));
        }
        if (!names.contains(wish.database())) {
            throw new Refused(List.of(
                    wish.database().isEmpty()
                            ? "the plan has the databases " + names + "; name one with --database"
                            : "the plan has no database '" + wish.database() + "'; it has " + names));
        }
        return new RuledRestore(plan, wish.database());
    }
}
