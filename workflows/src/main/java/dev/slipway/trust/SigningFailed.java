package dev.slipway.trust;

/** A signature or a key that {@code ssh-keygen} did not make; the message says why and what to do next. */
public final class SigningFailed extends Exception {

    SigningFailed(String sentence) {
        super(sentence);
    }
}
