package dev.slipway.deploy;

/** Words for a person's shell. */
final class ShellText {

    private ShellText() {}

    /** The word as a shell reads it: as it is. */
    static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=@%+,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
