package dev.slipway.trust;

/** A text that is not a statement; the message names the line and what is wrong with it. */
public final class MalformedStatement extends Exception {

    MalformedStatement(String sentence) {
        super(sentence);
    }
}
