package dev.slipway.worker.dev;

import dev.slipway.worker.Stopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A Temporal of our own, on this machine's loopback, that ends when this process does. */
public sealed interface DevTemporal extends AutoCloseable permits CliTemporal, InProcessTemporal {

    /**
     * What it is started with.
     *
     * @param port where it is reached; it has to be free
     * @param uiPort where its UI is
     * @param file keeps everything; empty to keep nothing
     * @param folder for a download and for its working directory
     */
    record Request(int port, int uiPort, Optional<Path> file, Path folder) {}

    /** For instance {@code 127.0.0.1:7233}. */
    String address();

    /** The address of its UI; empty where it has none. */
    Optional<String> ui();

    /** What is missing here and how to have it; empty where nothing is. */
    String lacks();

    /** A file of Temporal's settings that leads here. */
    Path profile();

    /** How long a workflow waits for the worker that had it last. */
    Duration sticky();

    @Override
    void close();

    /** The variables that lead to it, whatever this shell says about other Temporals. */
    default Map<String, String> variables(Map<String, String> shell) {
        Map<String, String> variables = new TreeMap<>(shell);
        variables.keySet().removeIf(name -> name.startsWith("TEMPORAL_"));
        variables.put("TEMPORAL_ADDRESS", address());
        variables.put("TEMPORAL_NAMESPACE", "default");
        // a profile's certificates and keys are for another server
        variables.put("TEMPORAL_CONFIG_FILE", profile().toString());
        return variables;
    }

    /** The official CLI where it is or can be had, else the server inside the SDK. */
    static DevTemporal start(Request request, Map<String, String> shell, Consumer<String> say) {
        try {
            Files.writeString(
                    profile(request),
                    "[profile.default]\naddress = \"127.0.0.1:" + request.port() + "\"\nnamespace = \"default\"\n");
        } catch (IOException e) {
            throw new Stopped(
                    Stopped.USAGE, "the folder '" + request.folder() + "' can't be written: " + e.getMessage());
        }
        Optional<Path> program = TemporalProgram.find(shell, request.folder(), say);
        return program.isPresent() ? CliTemporal.start(program.get(), request) : InProcessTemporal.start(request);
    }

    static Path profile(Request request) {
        return request.folder().resolve("temporal.toml");
    }
}
