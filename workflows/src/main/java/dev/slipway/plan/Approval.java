package dev.slipway.plan;

import static dev.slipway.plan.Absent.duration;
import static dev.slipway.plan.Absent.list;
import static dev.slipway.plan.Absent.text;

import java.time.Duration;
import java.util.List;

/**
 * Who has to say yes before anything changes.
 *
 * @param from names of people
 * @param quorum how many different people; 0 for none
 * @param not roles that do not count: {@code requester}, {@code authors}
 * @param expires how long a yes holds, and is waited for
 * @param confirm the word that has to be typed, empty for none
 * @param reason whether a reason has to be given
 * @param checklist items that have to be ticked by name
 * @param remind how long before the end of the waiting people are told again, zero for never
 * @param unsigned whether a yes without a signature counts
 */
public record Approval(
        List<String> from,
        int quorum,
        List<String> not,
        Duration expires,
        String confirm,
        boolean reason,
        List<String> checklist,
        Duration remind,
        boolean unsigned) {
    public Approval {
        from = list(from);
        not = list(not);
        expires = duration(expires);
        confirm = text(confirm);
        checklist = list(checklist);
        remind = duration(remind);
    }

    /** Nobody has to say yes. */
    public static Approval none() {
        return new Approval(List.of(), 0, List.of(), Duration.ZERO, "", false, List.of(), Duration.ZERO, false);
    }

    /** Whether the requester's own yes counts for nothing. */
    public boolean excludesRequester() {
        return not.contains("requester");
    }

    /** Whether the yes of who wrote what is new counts for nothing. */
    public boolean excludesAuthors() {
        return not.contains("authors");
    }
}
