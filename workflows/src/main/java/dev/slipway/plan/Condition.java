package dev.slipway.plan;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The condition of a table's rows, such as {@code active AND region IN (1, 2)}: columns, literals and operators. It is
 * asked before anybody has approved anything, so it can neither end its place in a statement nor call a function.
 */
public final class Condition {

    private static final Pattern TOKEN = Pattern.compile("\\s+"
            + "|(?<text>'(?:[^']++|'')*+')"
            + "|(?<quoted>\"(?:[^\"]++|\"\")++\")"
            + "|(?<number>[0-9]+(?:\\.[0-9]+)?)"
            + "|(?<name>[A-Za-z_][A-Za-z0-9_]*)"
            + "|(?<open>\\()|(?<close>\\))"
            + "|(?<operator>::|->>|->|<=|>=|<>|!=|!~\\*|!~|~\\*|~|\\|\\||@>|<@|[=<>+*/%,-])");

    /** What may stand before a parenthesis without being the name of a function. */
    private static final Set<String> BEFORE_PARENTHESIS = Set.of("in", "and", "or", "not", "between", "like", "ilike");

    private static final Set<String> REFUSED =
            Set.of("select", "with", "values", "table", "from", "union", "user", "session_user", "system_user");

    private Condition() {}

    /** What is wrong with it, in words; empty where it may be asked. */
    public static Optional<String> problem(String text) {
        if (text.isBlank()) {
            return Optional.of("is empty");
        }
        Matcher token = TOKEN.matcher(text);
        int at = 0;
        int depth = 0;
        String before = "";
        while (at < text.length()) {
            token.region(at, text.length());
            if (!token.lookingAt() || text.startsWith("--", at) || text.startsWith("/*", at)) {
                return Optional.of("holds `" + text.substring(at, text.offsetByCodePoints(at, 1))
                        + "`, which is no part of a condition");
            }
            at = token.end();
            if (token.group().isBlank()) {
                continue;
            }
            String name = token.group("name") == null ? "" : token.group("name").toLowerCase(Locale.ROOT);
            if (REFUSED.contains(name) || name.startsWith("current_") || name.startsWith("localtime")) {
                return Optional.of("says `" + token.group()
                        + "`: a condition is made of columns, literals and operators, so that it means the same"
                        + " whenever it is asked");
            }
            if (token.group("text") != null && !before.isEmpty() && text.charAt(token.start() - 1) != ' ') {
                return Optional.of("holds a literal with a prefix: write it plainly, such as 'text'");
            }
            if (token.group("open") != null) {
                if (!before.isEmpty() && !BEFORE_PARENTHESIS.contains(before)) {
                    return Optional.of("calls the function `" + before + "`");
                }
                depth++;
            }
            if (token.group("close") != null && --depth < 0) {
                return Optional.of("closes a parenthesis that it has not opened");
            }
            before = token.group("quoted") == null ? name : token.group("quoted");
        }
        return depth == 0 ? Optional.empty() : Optional.of("leaves a parenthesis open");
    }
}
