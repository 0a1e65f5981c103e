package dev.slipway.record;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an entry of the record says has happened.
 *
 * @param kind the event
 * @param release for instance {@code shop/production@1.4.0}; empty where it is about the environment
 * @param text one sentence for a person
 * @param facts small named values; the keys of each kind stand in {@code docs/reference/record.md}
 */
public record Event(Kind kind, String release, String text, Map<String, String> facts) {

    /** Constants are added, never renamed: they stand in records for years. */
    public enum Kind {
        CREATED,
        OPENED,
        BEGAN,
        DONE,
        FAILED,
        UNDONE,
        VERIFIED,
        CLOSED,
        REJECTED,
        LOCKED,
        UNLOCKED,
        ADOPTED,
        RECONCILED,
        POLICY,
        FROZEN,
        UNFROZEN,
        SUSPENDED,
        REVOKED,
        RETRIED,
        EXTENDED,
        SURVEYED,
        /** a step was stopped by its own worker, or lost what it acted on: it is not done; the text says if something acts on */
        STOPPED,
        /** people have said yes to what a restore would do; what the grant is bound to stands in it */
        CONFIRMED,
        /** a backup was restored to see that it can be, and how long it takes */
        DRILLED,
        /** somebody begins to take a deployment back */
        UNDOING
    }

    public Event {
        release = release == null ? "" : release;
        text = text == null ? "" : text;
        facts = facts == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }
}
