package dev.slipway.notifying;

import dev.slipway.ledger.EnvironmentRecord;
import dev.slipway.plan.Channel;
import dev.slipway.plan.ReleasePlan;
import dev.slipway.record.State;
import dev.slipway.served.Served;
import dev.slipway.trust.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The releases that were asked for, beside the record: an entry tells of none before it is opened, and a daily summary is to
 * say who waits. They are numbered without gaps ({@code asked-1} and so on), so that the newest are found without a list.
 */
public final class Asked {

    private static final String NAME = "asked-";

    /** How many of the newest are looked at. */
    private static final int LOOKED_AT = 50;

    private Asked() {}

    /** Notes a request that preflight found genuine, where a summary may want to tell of it. */
    public static void note(Served served, State state, ReleasePlan plan, String request) {
        boolean wanted = plan.channels().stream().anyMatch(Channel::daily)
                || served.plan(state.live().plan()).stream()
                        .flatMap(live -> live.channels().stream())
                        .anyMatch(Channel::daily);
        EnvironmentRecord record = served.record();
        if (!wanted || record.named(NAME + request).isPresent()) {
            return;
        }
        String text = request + " " + record.now();
        long number = newest(record) + 1;
        while (!record.keepFirst(NAME + number, text).equals(text)) {
            number++;
        }
        record.keepFirst(NAME + request, Long.toString(number));
    }

    /**
     * The requests that had neither begun nor ended, oldest first.
     *
     * @param state what was true at that time
     */
    static List<Statement> waiting(Served served, State state, Instant at) {
        Map<String, Statement> waiting = new LinkedHashMap<>();
        long newest = newest(served.record());
        for (long number = Math.max(1, newest - LOOKED_AT + 1); number <= newest; number++) {
            String[] words = served.record().named(NAME + number).orElse("").split(" ");
            if (words.length == 2 && !Instant.parse(words[1]).isAfter(at)) {
                open(served, state, at, words[0]).ifPresent(asked -> waiting.putIfAbsent(asked.id(), asked));
            }
        }
        return new ArrayList<>(waiting.values());
    }

    private static Optional<Statement> open(Served served, State state, Instant at, String request) {
        boolean over = state.spent(request)
                || state.ended(request).isPresent()
                || served.record().closing(request).isPresent();
        return over ? Optional.empty() : Messages.kept(served, request).filter(asked -> at.isBefore(asked.expires()));
    }

    private static long newest(EnvironmentRecord record) {
        if (!there(record, 1)) {
            return 0;
        }
        long taken = 1;
        long free = 2;
        while (there(record, free)) {
            taken = free;
            free *= 2;
        }
        while (free - taken > 1) {
            long middle = (taken + free) / 2;
            if (there(record, middle)) {
                taken = middle;
            } else {
                free = middle;
            }
        }
        return taken;
    }

    private static boolean there(EnvironmentRecord record, long number) {
        return record.named(NAME + number).isPresent();
    }
}
