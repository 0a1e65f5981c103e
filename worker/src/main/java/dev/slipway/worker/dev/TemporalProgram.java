package dev.slipway.worker.dev;

import io.temporal.testing.TemporalDevServer;
import io.temporal.testing.TemporalDevServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The official {@code temporal} program: on the PATH, or downloaded once by Temporal's SDK. */
final class TemporalProgram {

    private TemporalProgram() {}

    static Optional<Path> find(Map<String, String> shell, Path folder, Consumer<String> say) {
        for (String directory : shell.getOrDefault("PATH", "").split(":")) {
            Path path = Path.of(directory.isEmpty() ? "." : directory).resolve("temporal");
            if (Files.isExecutable(path) && !Files.isDirectory(path)) {
                return Optional.of(path.toAbsolutePath());
            }
        }
        Path cache = Path.of(
                        shell.getOrDefault("XDG_CACHE_HOME", shell.getOrDefault("HOME", folder.toString()) + "/.cache"))
                .resolve("slipway/temporal");
        Optional<Path> before = cached(cache);
        return before.isPresent() ? before : download(cache, folder, say);
    }

    private static Optional<Path> cached(Path cache) {
        if (!Files.isDirectory(cache)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(cache)) {
            return files.filter(file -> file.getFileName().toString().equals("temporal"))
                    .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The SDK downloads only to start a server, which nothing would end if this process were killed: so it ends at once. */
    private static Optional<Path> download(Path cache, Path folder, Consumer<String> say) {
        say.accept("there is no `temporal` program on the PATH: downloading it, once");
        try {
            Files.createDirectories(cache);
            TemporalDevServer.start(TemporalDevServerOptions.newBuilder()
                            .setDownloadDestination(cache.toString())
                            .setDownloadEnabled(true)
                            .setIp("127.0.0.1")
                            .setUiEnabled(false)
                            .setLogFile(folder.resolve("temporal-download.log").toString())
                            .build())
                    .close();
            return cached(cache);
        } catch (IOException | RuntimeException e) {
            say.accept("it can't be downloaded here (" + reason(e) + ")");
            return Optional.empty();
        }
    }

    private static String reason(Throwable thrown) {
        Throwable innermost = thrown;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost.getClass().getSimpleName() + ": " + innermost.getMessage();
    }
}
