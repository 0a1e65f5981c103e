package dev.slipway.database.rehearsal;

import dev.slipway.database.migrations.MigrationFailed;
import dev.slipway.database.migrations.MigrationFile;
import dev.slipway.database.migrations.SqlScript;
import dev.slipway.database.migrations.SqlStatement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One migration as its text says it: less than a rehearsal tells, and known without a backup.
 *
 * @param does in words, one for each thing, in order; each with how often where more than once
 * @param kind compatible where every statement only adds something, else one-way
 * @param made the tables that it adds, with their schemas where the text names them
 * @param secured the tables whose row-level security it switches on
 */
public record ReadFile(List<String> does, MigrationClass kind, Set<String> made, Set<String> secured) {

    /** More would bury what matters; the file has them all. */
    private static final int MOST = 12;

    private static final Pattern MADE =
            Pattern.compile("(?:adds|makes or replaces) table (\\S+?),?(?: filled by a query)?");
    private static final Pattern SECURED = Pattern.compile("switches row-level security of (\\S+) on");

    public ReadFile {
        does = List.copyOf(does);
        made = Set.copyOf(made);
        secured = Set.copyOf(secured);
    }

    public static ReadFile of(MigrationFile file) {
        List<SqlStatement> statements;
        try {
            statements = SqlScript.parse(file.migration().file(), file.text()).statements();
        } catch (MigrationFailed unreadable) {
            return new ReadFile(List.of("cannot be read"), MigrationClass.ONE_WAY, Set.of(), Set.of());
        }
        Map<String, Integer> said = new LinkedHashMap<>();
        MigrationClass kind = MigrationClass.COMPATIBLE;
        Set<String> made = new LinkedHashSet<>();
        Set<String> secured = new LinkedHashSet<>();
        for (SqlStatement statement : statements) {
            for (StatementWords.Said each : StatementWords.of(statement)) {
                said.merge(each.words(), 1, Integer::sum);
                Matcher table = MADE.matcher(each.words());
                if (table.matches()) {
                    made.add(table.group(1));
                }
                Matcher shut = SECURED.matcher(each.words());
                if (shut.matches()) {
                    secured.add(shut.group(1));
                }
                // of a table that the same file has just made nobody can miss anything
                if (!each.additive() && made.stream().noneMatch(name -> isAbout(each.words(), name))) {
                    kind = MigrationClass.ONE_WAY;
                }
            }
        }
        return new ReadFile(words(said), kind, made, secured);
    }

    private static boolean isAbout(String words, String table) {
        return words.matches(".*\\b" + Pattern.quote(table) + "\\b.*") && !words.contains("drops");
    }

    private static List<String> words(Map<String, Integer> said) {
        List<String> words = new ArrayList<>();
        said.forEach((what, times) -> words.add(times == 1 ? what : what + ", " + times + " times"));
        if (words.size() <= MOST) {
            return words;
        }
        List<String> first = new ArrayList<>(words.subList(0, MOST - 1));
        first.add("and " + (words.size() - MOST + 1) + " more things");
        return first;
    }

    /** Tables that these files add without row-level security. */
    public static List<String> unprotected(List<ReadFile> files) {
        Set<String> secured = new TreeSet<>();
        files.forEach(file -> file.secured().forEach(table -> secured.add(plain(table))));
        return files.stream()
                .flatMap(file -> file.made().stream())
                .filter(table -> !secured.contains(plain(table)))
                .distinct()
                .toList();
    }

    private static String plain(String table) {
        return table.startsWith("public.") ? table.substring("public.".length()) : table;
    }
}
