package dev.slipway.notifying;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * A day's summary of a channel.
 *
 * @param date in the plan's zone
 * @param due when
 */
record Slot(LocalDate date, Instant due) {

    /** The one that is due at this time, or was last. */
    static Slot at(Instant now, LocalTime time, ZoneId zone) {
        LocalDate today = LocalDate.ofInstant(now, zone);
        Slot slot = of(today, time, zone);
        return slot.due().isAfter(now) ? of(today.minusDays(1), time, zone) : slot;
    }

    private static Slot of(LocalDate date, LocalTime time, ZoneId zone) {
        return new Slot(date, date.atTime(time).atZone(zone).toInstant());
    }
}
