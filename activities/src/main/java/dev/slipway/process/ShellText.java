package dev.slipway.process;

/** Words for a person's shell. */
public final class ShellText {

    private ShellText() {}

    /** The word as a shell reads it: as it is. */
    public static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=@%+,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
