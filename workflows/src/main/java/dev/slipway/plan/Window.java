package dev.slipway.plan;

import static dev.slipway.plan.Absent.list;
import static dev.slipway.plan.Absent.text;

import java.util.List;

/**
 * When changes may begin.
 *
 * @param zone IANA time zone
 * @param open for instance {@code tue-thu 09:00-16:00}; empty for always
 * @param closed dates, {@code 2026-12-18} or {@code 2026-12-18..2027-01-06}, both inclusive
 */
public record Window(String zone, List<String> open, List<String> closed) {
    public Window {
        zone = text(zone);
        open = list(open);
        closed = list(closed);
    }

    /** Whether there is a time at which changes may not begin. */
    public boolean limited() {
        return !open.isEmpty() || !closed.isEmpty();
    }
}
