package dev.slipway.plan;

/**
 * A stranger's text as it may be shown: in backticks, bounded, without the password of an address, and with nothing in
 * it that moves a terminal's cursor.
 */
public final class Quoted {

    private static final int LONGEST = 80;
    private static final int LONGEST_READ = 400;

    private Quoted() {}

    public static String of(String given) {
        String start = given.length() > LONGEST_READ ? given.substring(0, LONGEST_READ) : given;
        String text = start.replaceAll("://[^/@:\\s]*:[^@\\s]*@", "://…@");
        String shown = text.codePointCount(0, text.length()) > LONGEST
                ? text.substring(0, text.offsetByCodePoints(0, LONGEST)) + "…"
                : text;
        return "`" + plain(shown) + "`";
    }

    /** The text with what a reviewer would not see written out. */
    public static String plain(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(point -> {
            if (hidden(point)) {
                shown.append(String.format("\\u%04x", point));
            } else {
                shown.appendCodePoint(point);
            }
        });
        return shown.toString();
    }

    /** Control characters, direction marks, lone surrogates: what a reviewer would not see. */
    public static boolean hidden(int point) {
        int type = Character.getType(point);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
