package dev.slipway.database.migrations;

/** What a failed attempt to migrate has left in the schema, as far as it was seen afterwards. */
public enum Left {
    /** The schema is as before the attempt. */
    NOTHING,
    /** Files before the one that failed are applied, and nothing of that one. */
    FILES,
    /** A part of the file that failed is applied. */
    PART,
    /** A part of it may be. */
    PERHAPS_PART,
    /** Nobody could look. */
    UNKNOWN
}
