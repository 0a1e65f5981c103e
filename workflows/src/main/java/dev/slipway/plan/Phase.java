package dev.slipway.plan;

import java.util.Locale;

/** A part of a release, in the order in which they happen. */
public enum Phase {
    PREFLIGHT,
    GATES,
    REVIEW,
    APPROVAL,
    WINDOW,
    TURN,
    OPEN,
    BACKUP,
    MIGRATE,
    REFERENCE_DATA,
    DEPLOY,
    VERIFY,
    WATCH,
    DONE;

    /** As it is written in a plan: {@code reference-data}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
