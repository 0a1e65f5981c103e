package dev.slipway.database.migrations;

import java.util.List;
import java.util.Set;

/** Somebody's query as it may be shown: its keywords and names, without a value. */
final class Redacted {

    private static final int LONGEST = 120;
    private static final Set<String> TIGHT = Set.of(".", ",", "(", ")", ";", ":");

    private Redacted() {}

    static String query(String query) {
        List<SqlStatement> statements;
        try {
            statements = SqlScript.parse("query", query).statements();
        } catch (MigrationFailed cut) {
            // pg_stat_activity keeps only the beginning of a long one
            return "`" + query.strip().split("\\W", 2)[0] + " …`";
        }
        if (statements.isEmpty()) {
            return "no query";
        }
        StringBuilder words = new StringBuilder();
        String last = "(";
        for (String word : statements.get(statements.size() - 1).words()) {
            if (!TIGHT.contains(word) && !last.equals(".") && !last.equals("(") && words.length() > 0) {
                words.append(' ');
            }
            words.append(word);
            last = word;
        }
        return "`" + (words.length() > LONGEST ? words.substring(0, LONGEST) + " …" : words) + "`";
    }
}
