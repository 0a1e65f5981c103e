package dev.slipway.worker.settings;

import dev.slipway.plan.reading.PlanProblem;
import java.util.List;
import java.util.Optional;

/**
 * A worker's file, read.
 *
 * @param settings empty where there are problems
 * @param problems all of them, in the order of the file
 */
public record SettingsReading(Optional<Settings> settings, List<PlanProblem> problems) {

    public SettingsReading {
        problems = List.copyOf(problems);
    }
}
