package dev.slipway.watch;

/** What the watch thinks of a release. */
public enum Verdict {
    /** Enough was measured, and no rule is broken. */
    PASS,
    /** A rule was broken for as long as it asks; this is not taken back. */
    FAIL,
    /** Nobody knows: too little was measured, or a rule is broken but not yet for long enough. */
    INCONCLUSIVE,
    /** Who should know has not answered several times in a row. Acts as {@link #INCONCLUSIVE}. */
    ERROR
}
