package dev.slipway.environment;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Who has the turn, and who waits for it: one at a time, in the order of asking, hotfixes before the rest and whoever goes
 * back before all. A pure state machine; it forgets nobody who has not handed over.
 */
final class Queue {

    /**
     * What keeps some of them from going on.
     *
     * @param locked only who goes back passes
     * @param frozen only who goes back passes, and hotfixes whose plan lets them
     */
    record Bar(boolean locked, boolean frozen) {

        static final Bar NONE = new Bar(false, false);

        /** What the record says at that time. */
        static Bar of(Mirror copy, Instant now) {
            return new Bar(!copy.lock().isEmpty(), copy.frozen(now).isPresent());
        }

        boolean lets(Holder holder) {
            return holder.rollback() || !locked && (!frozen || holder.hotfix() && holder.passesFreeze());
        }
    }

    private final List<Holder> waiting;
    private Optional<Holder> holder;

    Queue(Optional<Holder> holder, List<Holder> waiting) {
        this.holder = holder;
        this.waiting = new ArrayList<>(waiting);
    }

    Optional<Holder> holder() {
        return holder;
    }

    /** In the order in which they will go, as far as nothing bars them. */
    List<Holder> waiting() {
        return waiting.stream().sorted((one, other) -> rank(one) - rank(other)).toList();
    }

    private static int rank(Holder holder) {
        return holder.rollback() ? 0 : holder.hotfix() ? 1 : 2;
    }

    boolean isHeldBy(Holder other) {
        return holder.filter(other::same).isPresent();
    }

    /** Enters the queue, once. @return whether it is new in it */
    boolean ask(Holder asking) {
        if (isHeldBy(asking) || waiting.stream().anyMatch(asking::same)) {
            return false;
        }
        waiting.add(asking);
        return true;
    }

    /** How many go before it. */
    int ahead(Holder asking) {
        int ahead = holder.isPresent() ? 1 : 0;
        for (Holder each : waiting()) {
            if (each.same(asking)) {
                return ahead;
            }
            ahead++;
        }
        return ahead;
    }

    /** Gives the turn to the next one, where nobody has it and somebody may. */
    Optional<Holder> next(Bar bar) {
        if (holder.isPresent()) {
            return Optional.empty();
        }
        Optional<Holder> next = waiting().stream().filter(bar::lets).findFirst();
        next.ifPresent(given -> {
            waiting.removeIf(given::same);
            holder = next;
        });
        return next;
    }

    /**
     * Takes out those to whom the turn comes and who could do nothing with it, up to one who can. Who waits behind that one
     * stays, and may be out of date once more by then.
     *
     * @return those, in their order
     */
    List<Holder> takeOut(Bar bar, Predicate<Holder> idle) {
        if (holder.isPresent()) {
            return List.of();
        }
        List<Holder> out = waiting().stream().filter(bar::lets).takeWhile(idle).toList();
        waiting.removeAll(out);
        return out;
    }

    /** Gives the turn to this one, where it is the next. */
    boolean takes(Holder asking, Bar bar) {
        boolean free = holder.isEmpty()
                && waiting().stream()
                        .filter(bar::lets)
                        .findFirst()
                        .filter(asking::same)
                        .isPresent();
        return free && next(bar).isPresent();
    }

    /** Gives the turn, or the place, back. */
    void handOver(Holder from) {
        waiting.removeIf(from::same);
        if (isHeldBy(from)) {
            holder = Optional.empty();
        }
    }
}
