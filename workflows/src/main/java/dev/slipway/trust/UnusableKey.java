package dev.slipway.trust;

/** A key, or a file of keys, that cannot be used; the message says which and what to do next. */
public final class UnusableKey extends Exception {

    UnusableKey(String sentence) {
        super(sentence);
    }
}
