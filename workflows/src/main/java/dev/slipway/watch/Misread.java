package dev.slipway.watch;

/** A text of the plan (a rule, a selector) that could not be read, with the place and what should have stood there. */
public final class Misread extends IllegalArgumentException {
    private final int column;
    private final String expected;

    Misread(int column, String expected, String found) {
        super("column " + column + ": expected " + expected + ", found "
                + (found.isEmpty() ? "the end" : "\"" + found + "\""));
        this.column = column;
        this.expected = expected;
    }

    /** Counted from 1, within the text that was read. */
    public int column() {
        return column;
    }

    public String expected() {
        return expected;
    }
}
