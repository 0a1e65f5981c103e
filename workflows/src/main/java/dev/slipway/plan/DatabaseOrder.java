package dev.slipway.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * In which order a plan's databases are taken: by their names, but each only when those are done that it comes after.
 * It follows from what the plan says and not from where it says it, so everybody who reads the same plan has the same
 * order.
 */
public final class DatabaseOrder {

    private DatabaseOrder() {}

    /** The same databases in order; what a stranger's plan has in a circle, or after nothing, goes by its name. */
    public static Map<String, Database> of(Map<String, Database> databases) {
        Map<String, List<String>> after = new TreeMap<>();
        databases.forEach((name, database) -> after.put(name, database.after()));
        Map<String, Database> ordered = new LinkedHashMap<>();
        while (!after.isEmpty()) {
            String next = free(after).orElseGet(() -> after.keySet().iterator().next());
            after.remove(next);
            ordered.put(next, databases.get(next));
        }
        return ordered;
    }

    /** Names of which each comes after the next one, and the last after the first; empty where there are none. */
    public static List<String> circle(Map<String, List<String>> databases) {
        Map<String, List<String>> after = new TreeMap<>(databases);
        Optional<String> free = free(after);
        while (free.isPresent()) {
            after.remove(free.get());
            free = free(after);
        }
        List<String> way = new ArrayList<>();
        String name = after.isEmpty() ? "" : after.keySet().iterator().next();
        while (!name.isEmpty() && !way.contains(name)) {
            way.add(name);
            name = waitsFor(after, name).get(0);
        }
        return name.isEmpty() ? List.of() : List.copyOf(way.subList(way.indexOf(name), way.size()));
    }

    private static Optional<String> free(Map<String, List<String>> after) {
        return after.keySet().stream()
                .filter(name -> waitsFor(after, name).isEmpty())
                .findFirst();
    }

    /** Those that it comes after and that are not taken yet. */
    private static List<String> waitsFor(Map<String, List<String>> after, String name) {
        Set<String> left = after.keySet();
        return after.get(name).stream()
                .filter(other -> left.contains(other) && !other.equals(name))
                .toList();
    }
}
