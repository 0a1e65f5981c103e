package dev.slipway.cli;

import io.grpc.Metadata;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.envconfig.LoadClientConfigProfileOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which Temporal is meant, and what it is shown: as Temporal's own tools find it, by variables, then by the profile in
 * their file.
 */
record TemporalProfile(ClientConfigProfile settings, String address, String namespace) {

    static final String DEFAULT_ADDRESS = "127.0.0.1:7233";

    static TemporalProfile of(Shell shell, Connection wanted) {
        ClientConfigProfile settings = settings(shell, wanted);
        return new TemporalProfile(
                settings,
                firstOf(wanted.address, settings.getAddress(), DEFAULT_ADDRESS),
                firstOf(wanted.namespace, settings.getNamespace(), "default"));
    }

    /** What goes with every call. */
    Metadata headers() {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("temporal-namespace", Metadata.ASCII_STRING_MARSHALLER), namespace);
        apiKey().ifPresent(key ->
                headers.put(Metadata.Key.of("Authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key));
        ownHeaders().ifPresent(headers::merge);
        return headers;
    }

    Optional<String> apiKey() {
        return Optional.ofNullable(settings.getApiKey()).filter(key -> !key.isEmpty());
    }

    /** Those that the user's own profile adds. */
    Optional<Metadata> ownHeaders() {
        return Optional.ofNullable(settings.getMetadata());
    }

    private static ClientConfigProfile settings(Shell shell, Connection wanted) {
        Map<String, String> variables = new HashMap<>(shell.variables());
        variables.values().removeIf(String::isEmpty); // CI sets what it does not have to nothing
        LoadClientConfigProfileOptions.Builder options = LoadClientConfigProfileOptions.newBuilder()
                .setEnvOverrides(variables)
                .setDisableFile(!hasFile(shell, wanted));
        if (!wanted.profile.isEmpty()) {
            options.setConfigFileProfile(wanted.profile);
        }
        try {
            return ClientConfigProfile.load(options.build());
        } catch (IOException | RuntimeException e) {
            throw new CommandStopped(
                    ExitCode.UNREACHABLE,
                    "Temporal's profile cannot be read: " + e.getMessage()
                            + "; look at TEMPORAL_PROFILE and TEMPORAL_CONFIG_FILE",
                    e);
        }
    }

    /** Reading no file costs a fifth of a start, so it is looked for first: where Temporal's own tools look. */
    private static boolean hasFile(Shell shell, Connection wanted) {
        if (!wanted.profile.isEmpty()
                || shell.variable("TEMPORAL_PROFILE").isPresent()
                || shell.variable("TEMPORAL_CONFIG_FILE").isPresent()) {
            return true;
        }
        Path home = shell.home();
        return Stream.of(
                        shell.variable("XDG_CONFIG_HOME").map(Path::of).orElse(home.resolve(".config")),
                        home.resolve(".config"),
                        home.resolve("Library/Application Support"),
                        shell.variable("AppData").map(Path::of).orElse(home))
                .anyMatch(folder -> Files.exists(folder.resolve("temporalio/temporal.toml")));
    }

    private static String firstOf(String first, String second, String otherwise) {
        if (first != null && !first.isEmpty()) {
            return first;
        }
        return second != null && !second.isEmpty() ? second : otherwise;
    }
}
