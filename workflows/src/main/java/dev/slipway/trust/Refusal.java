package dev.slipway.trust;

/** The sentence why bytes from outside are not taken. Never leaves the package: the public types turn it into answers. */
final class Refusal extends Exception {

    Refusal(String sentence) {
        super(sentence);
    }
}
