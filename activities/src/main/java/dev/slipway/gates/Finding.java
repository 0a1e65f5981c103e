package dev.slipway.gates;

/**
 * What was found of one gate.
 *
 * @param text what it is, or what it waits for; without anything that changes from one look to the next by itself, so that
 *     waiting for the same is known to be the same
 */
record Finding(boolean passed, String text) {

    static Finding passed(String text) {
        return new Finding(true, text);
    }

    static Finding waits(String text) {
        return new Finding(false, text);
    }
}
