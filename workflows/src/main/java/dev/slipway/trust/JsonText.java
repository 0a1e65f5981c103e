package dev.slipway.trust;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Strings as canonical JSON writes them: {@code \"}, {@code \\}, {@code \n}, {@code \r}, {@code \t} in short, every other
 * {@linkplain Plain#hidden hidden} character as {@code \\u} and four lower-case hex digits (two of these over U+FFFF),
 * all else as it is. So one string has one form, it always fits on one line, and what cannot be seen is spelled out.
 */
final class JsonText {

    private JsonText() {}

    static String array(List<String> values) {
        return values.stream().map(JsonText::string).collect(Collectors.joining(",", "[", "]"));
    }

    static String string(String value) {
        StringBuilder json = new StringBuilder("\"");
        for (int at = 0; at < value.length(); ) {
            int codePoint = value.codePointAt(at);
            switch (codePoint) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (Plain.hidden(codePoint)) {
                        for (char unit : Character.toChars(codePoint)) {
                            json.append(String.format("\\u%04x", (int) unit));
                        }
                    } else {
                        json.appendCodePoint(codePoint);
                    }
                }
            }
            at += Character.charCount(codePoint);
        }
        return json.append('"').toString();
    }
}
