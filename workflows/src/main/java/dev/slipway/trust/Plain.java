package dev.slipway.trust;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Text that looks like what it is. A character is hidden if it moves the cursor, turns the direction of writing, takes no
 * room or ends a line: with those, what an approver reads can differ from what was signed.
 *
 * <p>The ranges are written out instead of asking {@link Character#getType}, whose answers change with the Unicode version
 * of the JDK: canonical bytes must not.
 */
final class Plain {

    private Plain() {}

    static boolean hidden(int codePoint) {
        return codePoint < 0x20
                || codePoint >= 0x7F && codePoint <= 0x9F // DEL and C1, with U+0085
                || codePoint == 0xAD // soft hyphen
                || codePoint == 0x61C // Arabic letter mark
                || codePoint == 0x180E
                || codePoint >= 0x200B && codePoint <= 0x200F // zero width, direction marks
                || codePoint >= 0x2028 && codePoint <= 0x202E // line separators, embeddings and overrides
                || codePoint >= 0x2060 && codePoint <= 0x206F // joiners, isolates
                || codePoint >= 0xD800 && codePoint <= 0xDFFF // half a character: has no UTF-8
                || codePoint == 0xFEFF
                || codePoint >= 0xFFF9 && codePoint <= 0xFFFB
                || codePoint >= 0xFFFE && codePoint <= 0xFFFF
                || codePoint >= 0xE0000 && codePoint <= 0xE0FFF; // tags and invisible variants
    }

    static OptionalInt firstHidden(String text) {
        return text.codePoints().filter(Plain::hidden).findFirst();
    }

    /** The UTF-8 bytes, or nothing if the text holds half a character: Java would write {@code ?} for each of those. */
    static Optional<byte[]> utf8(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return Optional.of(bytes);
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The text in quotes, short enough and safe to print in a message, whatever it holds. */
    static String quoted(String text) {
        StringBuilder shown = new StringBuilder("'");
        int count = 0;
        for (int at = 0; at < text.length(); count++) {
            if (count == 80) {
                shown.append("…");
                break;
            }
            int codePoint = text.codePointAt(at);
            shown.append(hidden(codePoint) ? String.format("\\u%04x", codePoint) : Character.toString(codePoint));
            at += Character.charCount(codePoint);
        }
        return shown.append('\'').toString();
    }
}
