package dev.slipway.cli;

/**
 * Text that comes from elsewhere, made safe for a terminal. Whatever moves the cursor, changes colours, turns the direction
 * of writing or takes no room is written out as {@code \}{@code u001b}: what an approver reads is what is there.
 */
final class Shown {

    private Shown() {}

    static String text(String text) {
        int at = 0;
        while (at < text.length() && !hidden(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
        if (at == text.length()) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(each -> {
            if (each == '\t') {
                shown.append("    ");
            } else if (hidden(each)) {
                shown.append(each > 0xFFFF ? String.format("\\U%08x", each) : String.format("\\u%04x", each));
            } else {
                shown.appendCodePoint(each);
            }
        });
        return shown.toString();
    }

    /** At most so many characters, the last one an ellipsis where something is left out. */
    static String cut(String text, int most) {
        return text.codePointCount(0, text.length()) <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, Math.max(0, most - 1))) + "…";
    }

    private static boolean hidden(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> codePoint >= 0xFE00 && codePoint <= 0xFE0F || codePoint >= 0xE0100 && codePoint <= 0xE01EF;
        };
    }
}
