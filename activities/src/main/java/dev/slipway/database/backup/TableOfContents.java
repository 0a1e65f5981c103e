package dev.slipway.database.backup;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a dump says that it holds: the lines of {@code pg_restore --list}. That it holds it, only a reading proves. */
record TableOfContents(List<String> lines) {

    private static final Pattern ENTRY = Pattern.compile("\\d+; \\d+ \\d+ (.+)");
    private static final Pattern TABLE = Pattern.compile("TABLE (?!DATA |ATTACH )(\\S+) (.+) \\S+");
    private static final Pattern EXTENSION = Pattern.compile("EXTENSION - (\\S+) .*");
    private static final Pattern OWNER = Pattern.compile("(?!COMMENT - EXTENSION ).+ (\\S+)");
    private static final Pattern TOOL = Pattern.compile("; +Dumped by pg_dump version: (\\S+).*");
    private static final Pattern SERVER = Pattern.compile("; +Dumped from database version: (\\d+).*");

    TableOfContents {
        lines = List.copyOf(lines);
    }

    /** The tables with their schemas, sorted. */
    List<String> tables() {
        return entries(TABLE)
                .map(one -> one.group(1) + "." + one.group(2))
                .sorted()
                .toList();
    }

    List<String> extensions() {
        return entries(EXTENSION).map(one -> one.group(1)).sorted().toList();
    }

    boolean holdsSchema(String name) {
        return lines.stream().anyMatch(line -> line.contains(" SCHEMA - " + name + " "));
    }

    /** The roles that own something in it. */
    Set<String> owners() {
        Set<String> owners = new LinkedHashSet<>();
        // what has no owner ends in a blank
        entries(OWNER).map(one -> one.group(1)).forEach(owners::add);
        return owners;
    }

    /** The version of the server that was dumped; 0 where it does not say. */
    int serverMajor() {
        return lines.stream()
                .map(SERVER::matcher)
                .filter(Matcher::matches)
                .mapToInt(one -> Integer.parseInt(one.group(1)))
                .findFirst()
                .orElse(0);
    }

    /** The version of the pg_dump that made it; empty where it does not say. */
    String dumpedBy() {
        return lines.stream()
                .map(TOOL::matcher)
                .filter(Matcher::matches)
                .map(one -> one.group(1))
                .findFirst()
                .orElse("");
    }

    /**
     * The list of what a copy without a network may hold: no passwords of other servers, no wires to them, and none of
     * the extensions that the machine lacks.
     */
    List<String> harmless(Set<String> lacking) {
        List<String> kept = new ArrayList<>();
        for (String line : lines) {
            Matcher entry = ENTRY.matcher(line);
            boolean leftOut = entry.matches()
                    && (entry.group(1).startsWith("USER MAPPING ")
                            || entry.group(1).startsWith("SUBSCRIPTION ")
                            || lacking.stream()
                                    .anyMatch(name -> entry.group(1).startsWith("EXTENSION - " + name + " ")
                                            || entry.group(1).startsWith("COMMENT - EXTENSION " + name + " ")));
            if (!leftOut) {
                kept.add(line);
            }
        }
        return kept;
    }

    private Stream<Matcher> entries(Pattern pattern) {
        return lines.stream()
                .map(ENTRY::matcher)
                .filter(Matcher::matches)
                .map(entry -> pattern.matcher(entry.group(1)))
                .filter(Matcher::matches);
    }
}
