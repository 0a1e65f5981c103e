package dev.slipway.worker.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Who types commands and starts the worker: programs of this machine, or a test inside of its own process. */
interface Hands {

    /**
     * Types a command.
     *
     * @param arguments without the program's own name
     * @param folder where it is typed
     * @param variables all that it sees
     * @param limit after which it is taken for hung
     * @param each gets what it says, line by line
     * @return its exit code
     */
    int type(List<String> arguments, Path folder, Map<String, String> variables, Duration limit, Consumer<String> each);

    /**
     * Starts a worker; it serves when this returns.
     *
     * @param file its own file
     * @param metricsPort where that file says its page is
     */
    AutoCloseable worker(Path file, int metricsPort, Map<String, String> variables);
}
