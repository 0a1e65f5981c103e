package dev.slipway.worker.settings;

import dev.slipway.served.ServedEnvironment;
import dev.slipway.worker.logs.Logs;
import java.nio.file.Path;
import java.util.List;

/**
 * What a worker's own file says: the root of trust on the machine that holds the secrets.
 *
 * @param file where it was read from
 * @param state the worker's own directory
 * @param metrics where metrics and health are answered
 * @param inMemory how many workflows are kept in memory between two of their steps
 */
public record Settings(
        Path file, Path state, Address metrics, Logs.Form logs, List<ServedEnvironment> environments, int inMemory) {

    public Settings {
        environments = List.copyOf(environments);
    }

    /** @param port 0 for a free one */
    public record Address(String host, int port) {}
}
