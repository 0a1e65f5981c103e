package dev.slipway.release;

/** Why a decision does not count, for the caller of an update. A plain exception keeps its type on the way. */
public final class DecisionRefused extends RuntimeException {
    public DecisionRefused(String why) {
        super(why);
    }
}
