package dev.slipway.process;

/** How a child is asked to end before it is killed. */
public enum StopSignal {
    TERM,
    /** A PostgreSQL server takes TERM for "when the last client has left" and INT for "now". */
    INT
}
