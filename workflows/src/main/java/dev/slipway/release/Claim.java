package dev.slipway.release;

import java.time.Instant;
import java.util.List;

/**
 * A yes that nobody signed, as somebody clicks it in Temporal's UI: it counts only where plan, floor and policy all allow it,
 * and is called <em>claimed</em> wherever it is told.
 *
 * @param by who it is said to be
 * @param review hash of the review that was asked for when it came; the workflow writes it down
 * @param time when it came
 */
public record Claim(String by, String confirm, String reason, List<String> ticked, String review, Instant time) {
    public Claim {
        by = by == null ? "" : by;
        confirm = confirm == null ? "" : confirm;
        reason = reason == null ? "" : reason;
        ticked = ticked == null ? List.of() : List.copyOf(ticked);
        review = review == null ? "" : review;
        time = time == null ? Instant.EPOCH : time;
    }
}
