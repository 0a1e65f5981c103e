package dev.slipway.deploy;

/** What a vendor does instead of a proper answer. */
enum Fault {
    /** 429, with when to come back. */
    TOO_MANY,
    /** 500, and nothing was done. */
    BROKEN,
    /** No answer, and nothing was done. */
    HANGS,
    /** It was done, and half of the answer comes. */
    CUT_OFF,
    /** It was done, and the connection breaks off before the answer. */
    LOST,
    /** A page of HTML, under 200, and nothing was done. */
    HTML
}
