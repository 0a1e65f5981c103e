package dev.slipway.database;

import java.util.List;

/**
 * What was found of a database before a release relies on it.
 *
 * @param problems what would make a step fail, each with what to do; empty to go on
 * @param warnings what stops nothing, but a person who says yes should know
 */
public record Findings(List<String> problems, List<String> warnings) {

    public Findings {
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    public static Findings none() {
        return new Findings(List.of(), List.of());
    }
}
